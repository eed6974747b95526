// The editor of a message: JSON where it is JSON, {{variables}} marked where they mean something, long lines wrapped.
import { json } from '@codemirror/lang-json'
import { bracketMatching, indentOnInput } from '@codemirror/language'
import { Compartment, type Extension } from '@codemirror/state'
import { Decoration, EditorView, MatchDecorator, ViewPlugin, type DecorationSet, type ViewUpdate } from '@codemirror/view'
import { editorWith, type Editor, type EditorChoices } from './editor'

export interface MessageEditor extends Editor {
  setJson(on: boolean): void
  setVariables(on: boolean): void
}

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

export function createMessageEditor(choices: EditorChoices): MessageEditor {
  const language = new Compartment()
  const marks = new Compartment()
  const languageOf = (on: boolean): Extension => (on ? [json(), indentOnInput(), bracketMatching()] : [])
  const [editor, view] = editorWith(choices, [language.of([]), marks.of(variables), EditorView.lineWrapping])
  return {
    ...editor,
    setJson: (on) => view.dispatch({ effects: language.reconfigure(languageOf(on)) }),
    setVariables: (on) => view.dispatch({ effects: marks.reconfigure(on ? variables : []) }),
  }
}
