// What the window may ask about records as a whole: questions with their answers, and the filters and questions that were
// asked before or saved. The types are the generated ones; every text of an answer is safe to show.
import type {
  AnswerChart,
  AnswerFormat,
  AnswerRow,
  FilterCompletion,
  KnownTexts,
  QuestionAnswer,
  QuestionCheck,
  SqlWords,
  TextKind,
} from './bindings'

export interface Asking {
  checkQuestion(text: string): Promise<QuestionCheck>
  /** What may stand at a place of a question, by the records of some captures (none: all). */
  completeQuestion(captures: string[], text: string, cursor: number): Promise<FilterCompletion>
  askQuestion(slot: string, captures: string[], text: string): Promise<QuestionAnswer>
  /** One read-only statement; what is wrong with it is told by its answer. */
  askSql(slot: string, captures: string[], text: string): Promise<QuestionAnswer>
  sqlWords(): Promise<SqlWords>
  questionStatus(question: number): Promise<QuestionAnswer>
  questionRows(question: number, first: number, count: number): Promise<AnswerRow[]>
  questionChart(question: number): Promise<AnswerChart | null>
  /** The question with a last step that keeps the rows with the value of a cell, or the others. */
  narrowQuestion(question: number, row: number, column: number, exclude: boolean): Promise<string>
  stopQuestion(question: number): Promise<void>
  closeQuestion(question: number): Promise<void>
  /** A native dialog asks where to; null: the user left it. */
  exportAnswer(question: number, format: AnswerFormat): Promise<string | null>

  knownTexts(kind: TextKind): Promise<KnownTexts>
  rememberText(kind: TextKind, text: string): Promise<KnownTexts>
  saveText(kind: TextKind, name: string, text: string): Promise<KnownTexts>
  forgetText(kind: TextKind, name: string): Promise<KnownTexts>
}
