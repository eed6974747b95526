// The editor of an SQL statement: SQLite's words in their colours, and words to choose from. Which ones fit besides SQL's own
// is the caller's to say.
import {
  autocompletion,
  completeFromList,
  ifNotIn,
  type CompletionContext,
  type CompletionResult,
  type CompletionSource,
} from '@codemirror/autocomplete'
import { keywordCompletionSource, SQLite } from '@codemirror/lang-sql'
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView, tooltips } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { editorWith, type Editor, type EditorChoices } from './editor'

export interface SqlWord {
  readonly text: string
  readonly kind: string
  readonly note: string
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: 'var(--accent-text)' },
  { tag: [tags.typeName, tags.standard(tags.name)], color: 'var(--json-key)' },
])

type Words = (text: string, before: string) => readonly SqlWord[]

/** What is quoted or said aside is no place for words. */
export function completionOf(words: Words): CompletionSource {
  return ifNotIn(['String', 'QuotedIdentifier', 'LineComment', 'BlockComment'], (context) => complete(context, words))
}

function complete(context: CompletionContext, words: Words): CompletionResult | null {
  const word = context.matchBefore(/\w*/)
  const before = context.state.sliceDoc(0, context.pos)
  const isAfterDot = /\w\.\w*$/.test(before)
  if (!word || (word.text === '' && !context.explicit && !isAfterDot)) return null
  const options = words(context.state.doc.toString(), before).map(({ text, kind, note }) => ({
    label: text,
    detail: note,
    type: kind,
    boost: kind === 'column' ? 2 : 1,
  }))
  return completeFromList(options)(context) as CompletionResult | null
}

export function createSqlEditor(choices: EditorChoices, words: Words): Editor {
  const keywords = keywordCompletionSource(SQLite, true)
  const completion = autocompletion({ override: [completionOf(words), keywords], icons: false })
  // the field is low: its lists lie above the page
  const above = tooltips({ position: 'fixed', parent: document.body })
  const extensions = [SQLite.language, syntaxHighlighting(colours), bracketMatching(), EditorView.lineWrapping, completion, above]
  return editorWith(choices, extensions)[0]
}
