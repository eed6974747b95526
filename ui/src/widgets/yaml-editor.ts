// CodeMirror as the editor of a YAML file: colours, words to choose from, faults at their lines. Loaded only when an editor
// comes to the screen. Tab is left to the page. Which words fit is the caller's to say.
import { autocompletion, completionKeymap, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { history, historyKeymap, standardKeymap } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint'
import { Compartment, EditorState } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'

export interface YamlFault {
  /** From 1; absent where the whole text is meant. */
  readonly line: number | null
  readonly column: number | null
  readonly message: string
}

export interface Word {
  readonly text: string
  readonly note: string
}
export interface Words {
  /** Where the word begins in the line. */
  readonly from: number
  readonly words: readonly Word[]
}

export interface YamlChoices {
  readonly parent: HTMLElement
  readonly text: string
  readonly label: string
  readonly readOnly: boolean
  /** The words that fit after the beginning of a line. */
  readonly wordsAfter: (lineBeforeCursor: string) => Words | null
  readonly onchange: (text: string) => void
}

export interface YamlEditor {
  setText(text: string): void
  setFaults(faults: readonly YamlFault[]): void
  setReadOnly(on: boolean): void
  goTo(line: number): void
  destroy(): void
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--json-key)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--json-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--json-number)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--text-dim)', fontStyle: 'italic' },
])

const theme = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--ground)', color: 'var(--text)', fontSize: 'var(--mono-m)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '19px' },
  '.cm-content': { padding: '6px 0', caretColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--ground)', color: 'var(--text-faint)', border: '0' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 10px 0 6px' },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'var(--hover)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'var(--selected)',
  },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--text)', border: '1px solid var(--line)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--selected)', color: 'var(--text)' },
  '.cm-completionDetail': { color: 'var(--text-dim)', fontStyle: 'normal', paddingLeft: '12px' },
})

export function createYamlEditor({ parent, text, label, readOnly, wordsAfter, onchange }: YamlChoices): YamlEditor {
  const locked = new Compartment()
  const lockedOn = (on: boolean): readonly [ReturnType<typeof EditorState.readOnly.of>] => [EditorState.readOnly.of(on)]
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
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        yaml(),
        indentOnInput(),
        syntaxHighlighting(colours),
        autocompletion({ override: [complete], icons: false }),
        theme,
        locked.of(lockedOn(readOnly)),
        keymap.of(
          [...completionKeymap, ...standardKeymap, ...historyKeymap].filter(
            (binding) => binding.key !== 'Escape' || completionKeymap.includes(binding),
          ),
        ),
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onchange(update.state.doc.toString())
        }),
      ],
    }),
  })
  const lineAt = (line: number | null): { from: number; to: number } => {
    const { doc } = view.state
    return doc.line(Math.min(doc.lines, Math.max(1, line ?? 1)))
  }
  return {
    setText: (next) => {
      if (next !== view.state.doc.toString())
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next }, selection: { anchor: 0 } })
    },
    setFaults: (faults) => {
      const places = faults.map((fault): Diagnostic => {
        const line = lineAt(fault.line)
        const from = Math.min(line.to, line.from + Math.max(0, (fault.column ?? 1) - 1))
        return { from, to: Math.max(from, line.to), severity: 'error', message: fault.message }
      })
      view.dispatch(setDiagnostics(view.state, places))
    },
    setReadOnly: (on) => view.dispatch({ effects: locked.reconfigure(lockedOn(on)) }),
    goTo: (line) => {
      const place = lineAt(line)
      view.dispatch({ selection: { anchor: place.from }, effects: EditorView.scrollIntoView(place.from, { y: 'center' }) })
      view.focus()
    },
    destroy: () => view.destroy(),
  }
}
