// Questions and known texts, over Tauri's commands. Nothing is decided here.
import { answered, nothing } from './answered'
import type { Asking } from './asking'
import { commands } from './bindings'

export function tauriAsking(): Asking {
  return {
    checkQuestion: (text) => answered(commands.checkQuestion(text)),
    completeQuestion: (captures, text, cursor) => answered(commands.completeQuestion(captures, text, cursor)),
    askQuestion: (slot, captures, text) => answered(commands.askQuestion(slot, captures, text)),
    askSql: (slot, captures, text) => answered(commands.askSql(slot, captures, text)),
    sqlWords: () => answered(commands.sqlWords()),
    questionStatus: (question) => answered(commands.questionStatus(question)),
    questionRows: (question, first, count) => answered(commands.questionRows(question, first, count)),
    questionChart: (question) => answered(commands.questionChart(question)),
    narrowQuestion: (question, row, column, exclude) => answered(commands.narrowQuestion(question, row, column, exclude)),
    stopQuestion: (question) => nothing(commands.stopQuestion(question)),
    closeQuestion: (question) => nothing(commands.closeQuestion(question)),
    exportAnswer: (question, format) => answered(commands.exportAnswer(question, format)),
    knownTexts: (kind) => answered(commands.knownTexts(kind)),
    rememberText: (kind, text) => answered(commands.rememberText(kind, text)),
    saveText: (kind, name, text) => answered(commands.saveText(kind, name, text)),
    forgetText: (kind, name) => answered(commands.forgetText(kind, name)),
  }
}
