// CodeMirror as this window has it: its look, its keys, and the few things that are asked of any editor. Loaded only when
// an editor comes to the screen. What an editor knows of its language is message-editor.ts's and yaml-editor.ts's.
import { history, historyKeymap, standardKeymap } from '@codemirror/commands'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { setDiagnostics, type Diagnostic } from '@codemirror/lint'
import { EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'

export interface EditorFault {
  /** From 1; absent where the whole text is meant. */
  readonly line: number | null
  readonly column: number | null
  readonly message: string
}

export interface EditorChoices {
  readonly parent: HTMLElement
  readonly text: string
  readonly label: string
  readonly describedby: string | undefined
  readonly onchange: (text: string) => void
}

export interface Editor {
  /** Takes another text, unless it is the one that stands there. */
  setText(text: string): void
  setFaults(faults: readonly EditorFault[]): void
  /** At the cursor, over what is selected. */
  insert(text: string): void
  /** A line, from 1, with the cursor at its beginning. */
  goTo(line: number): void
  focus(): void
  destroy(): void
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--json-key)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--json-string)' },
  { tag: tags.number, color: 'var(--json-number)' },
  { tag: [tags.bool, tags.null], color: 'var(--json-word)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--text-dim)', fontStyle: 'italic' },
])

const theme = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--ground)', color: 'var(--text)', fontSize: 'var(--mono-m)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '19px' },
  '.cm-content': { padding: '6px 0', caretColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--ground)', color: 'var(--text-faint)', border: '0' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 10px 0 8px' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'var(--hover)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'var(--selected)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-ground)' },
  '.cm-variable, .cm-variable span': { color: 'var(--accent-text)', fontWeight: '600' },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--text)', border: '1px solid var(--line)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--selected)', color: 'var(--text)' },
  '.cm-completionDetail': { color: 'var(--text-dim)', fontStyle: 'normal', paddingLeft: '12px' },
})

/** An editor with what a language adds, and its view for what only that language asks. Tab, Escape and the key that
 * publishes are left to the page. */
export function editorWith({ parent, text, label, describedby, onchange }: EditorChoices, language: Extension): [Editor, EditorView] {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        language,
        syntaxHighlighting(colours),
        theme,
        keymap.of([...standardKeymap, ...historyKeymap].filter((binding) => !/Mod-Enter|Escape/.test(binding.key ?? ''))),
        EditorView.contentAttributes.of({
          'aria-label': label,
          spellcheck: 'false',
          ...(describedby ? { 'aria-describedby': describedby } : {}),
        }),
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
  const place = ({ line, column, message }: EditorFault): Diagnostic => {
    const at = lineAt(line)
    return { from: Math.min(at.to, at.from + Math.max(0, (column ?? 1) - 1)), to: at.to, severity: 'error', message }
  }
  const editor: Editor = {
    setText: (next) => {
      if (next !== view.state.doc.toString())
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next }, selection: { anchor: 0 } })
    },
    setFaults: (faults) => view.dispatch(setDiagnostics(view.state, faults.map(place))),
    insert: (what) => {
      view.dispatch(view.state.replaceSelection(what))
      view.focus()
    },
    goTo: (line) => {
      const { from } = lineAt(line)
      view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) })
      view.focus()
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  }
  return [editor, view]
}
