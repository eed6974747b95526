// The editor of a YAML file: words to choose from, faults marked beside their lines. Which words fit is the caller's to say.
import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { yaml } from '@codemirror/lang-yaml'
import { indentOnInput } from '@codemirror/language'
import { lintGutter } from '@codemirror/lint'
import { editorWith, type Editor, type EditorChoices } from './editor'

export interface Word {
  readonly text: string
  readonly note: string
}
export interface Words {
  /** Where the word begins in the line. */
  readonly from: number
  readonly words: readonly Word[]
}

/** `wordsAfter`: the words that fit after the beginning of a line. */
export function createYamlEditor(choices: EditorChoices, wordsAfter: (lineBeforeCursor: string) => Words | null): Editor {
  function complete(context: CompletionContext): CompletionResult | null {
    const line = context.state.doc.lineAt(context.pos)
    const found = wordsAfter(line.text.slice(0, context.pos - line.from))
    if (!found || found.words.length === 0) return null
    if (!context.explicit && line.from + found.from === context.pos) return null
    return {
      from: line.from + found.from,
      options: found.words.map((word) => ({ label: word.text, detail: word.note })),
      validFor: /^[$@\w.[\]'-]*$/,
    }
  }
  const words = autocompletion({ override: [complete], icons: false })
  return editorWith(choices, [lintGutter(), yaml(), indentOnInput(), words])[0]
}
