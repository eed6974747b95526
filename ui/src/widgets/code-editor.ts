// CodeMirror as the editor of a message: JSON colours, {{variables}} marked, faults underlined. Loaded only when an editor
// comes to the screen. Tab is left to the page, and so is the key that publishes.
import { history, historyKeymap, standardKeymap } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { setDiagnostics, type Diagnostic } from '@codemirror/lint'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  MatchDecorator,
  ViewPlugin,
  type DecorationSet,
  type ViewUpdate,
} from '@codemirror/view'
import { tags } from '@lezer/highlight'

export interface EditorFault {
  /** From 1. */
  readonly line: number
  readonly column: number | null
  readonly message: string
}

export interface EditorChoices {
  readonly parent: HTMLElement
  readonly text: string
  readonly json: boolean
  readonly label: string
  readonly describedby: string | undefined
  readonly onchange: (text: string) => void
}

export interface Editor {
  /** Takes another text, unless it is the one that stands there. */
  setText(text: string): void
  setJson(on: boolean): void
  setFaults(faults: readonly EditorFault[]): void
  /** At the cursor, over what is selected. */
  insert(text: string): void
  focus(): void
  destroy(): void
}

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--json-key)' },
  { tag: tags.string, color: 'var(--json-string)' },
  { tag: tags.number, color: 'var(--json-number)' },
  { tag: [tags.bool, tags.null], color: 'var(--json-word)' },
])

const theme = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--ground)', color: 'var(--text)', fontSize: 'var(--mono-m)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '19px' },
  '.cm-content': { padding: '6px 0', caretColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--ground)', color: 'var(--text-faint)', border: '0' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 10px 0 12px' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'var(--hover)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'var(--selected)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-ground)' },
  '.cm-variable, .cm-variable span': { color: 'var(--accent-text)', fontWeight: '600' },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--text)', border: '1px solid var(--line)' },
})

const variable = new MatchDecorator({ regexp: /\{\{[^{}]*\}\}/g, decoration: Decoration.mark({ class: 'cm-variable' }) })
const variables = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet
    constructor(view: EditorView) {
      this.decorations = variable.createDeco(view)
    }
    update(update: ViewUpdate): void {
      this.decorations = variable.updateDeco(update, this.decorations)
    }
  },
  { decorations: (plugin) => plugin.decorations },
)

export function createEditor({ parent, text, json: asJson, label, describedby, onchange }: EditorChoices): Editor {
  const language = new Compartment()
  const languageOf = (on: boolean): Extension => (on ? [json(), indentOnInput(), bracketMatching()] : [])
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        language.of(languageOf(asJson)),
        variables,
        syntaxHighlighting(colours),
        theme,
        EditorView.lineWrapping,
        keymap.of([...standardKeymap, ...historyKeymap].filter((binding) => !/Mod-Enter|Escape/.test(binding.key ?? ''))),
        EditorView.contentAttributes.of({ 'aria-label': label, ...(describedby ? { 'aria-describedby': describedby } : {}) }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onchange(update.state.doc.toString())
        }),
      ],
    }),
  })
  const places = ({ line, column, message }: EditorFault): Diagnostic => {
    const { doc } = view.state
    const at = doc.line(Math.min(doc.lines, Math.max(1, line)))
    const from = Math.min(at.to, at.from + Math.max(0, (column ?? 1) - 1))
    return { from, to: Math.min(at.to, from + 1), severity: 'error', message }
  }
  return {
    setText: (next) => {
      if (next !== view.state.doc.toString()) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } })
    },
    setJson: (on) => view.dispatch({ effects: language.reconfigure(languageOf(on)) }),
    setFaults: (faults) => view.dispatch(setDiagnostics(view.state, faults.map(places))),
    insert: (what) => {
      view.dispatch(view.state.replaceSelection(what))
      view.focus()
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  }
}
