// A question of one language: its text, its parts while it is typed, and its answer while it comes. One at a time; a new one
// takes the old one's place. How an answer is drawn is the view's affair.
import {
  asFault,
  type AnswerChart,
  type AnswerFormat,
  type AnswerRow,
  type Asking,
  type CommandFault,
  type FilterCompletion,
  type FilterFault,
  type FilterToken,
  type QuestionAnswer,
  type SqlWords,
} from '../backend'
import type { Kinescope } from './kinescope.svelte'
import { KnownTexts } from './known-texts.svelte'
import { Latest } from './latest'
import { Paged } from './paged.svelte'
import { Pulse } from './pulse'

export type Language = 'question' | 'sql'

const SLOTS: Record<Language, string> = { question: 'questions', sql: 'sql' }
const PAGE_ROWS = 200
/** How often a running answer is looked at. */
const FOLLOW_MILLIS = 250

export class Questions {
  text = $state('')
  /** The text that the tokens and the fault are of. */
  known = $state.raw('')
  tokens = $state.raw<readonly FilterToken[]>([])
  typedFault = $state.raw<FilterFault | null>(null)
  answer = $state.raw<QuestionAnswer | null>(null)
  chart = $state.raw<AnswerChart | null>(null)
  /** Why it was not answered at all. */
  fault = $state.raw<CommandFault | null>(null)
  asking = $state(false)
  readonly rows = new Paged<AnswerRow>(PAGE_ROWS)
  readonly texts: KnownTexts
  #visible: readonly [number, number] = [0, 0]
  /** The answer has grown since its rows and its chart were asked for. */
  #behind = false
  /** Why the last look failed, until one succeeds. */
  #lapse: CommandFault | null = null
  readonly #reading = new Latest<string>((text) => this.#read(text))
  readonly #pulse = new Pulse(() => this.#follow(), FOLLOW_MILLIS)

  constructor(
    readonly backend: Asking,
    readonly captures: () => readonly string[],
    readonly language: Language = 'question',
  ) {
    this.texts = new KnownTexts(backend, language)
  }

  stop(): void {
    this.#pulse.stop()
  }

  type(text: string): void {
    this.text = text
    if (this.language === 'question') this.#reading.ask(text)
  }

  /** What may stand at a place of a text. */
  complete(text: string, cursor: number): Promise<FilterCompletion> {
    return this.backend.completeQuestion([...this.captures()], text, cursor)
  }

  async ask(): Promise<void> {
    const { text } = this
    if (text.trim() === '' || this.asking) return
    this.asking = true
    try {
      const answer = await this.#pose(text)
      if (!answer) return
      this.answer = answer
      this.chart = null
      this.fault = null
      this.rows.open((first, count) => this.backend.questionRows(answer.question, first, count))
      this.texts.remember(text)
      await this.#show(answer).catch((thrown: unknown) => this.#lapsed(thrown))
    } catch (thrown) {
      this.#failed(thrown)
    } finally {
      this.asking = false
    }
  }

  /** Its answer as it begins; null where it cannot be read. What is wrong with SQL, its answer tells. */
  async #pose(text: string): Promise<QuestionAnswer | null> {
    const slot = SLOTS[this.language]
    if (this.language === 'sql') {
      this.known = text
      return this.backend.askSql(slot, [...this.captures()], text)
    }
    const check = await this.backend.checkQuestion(text)
    this.#took(text, check.tokens, check.fault)
    return check.fault ? null : this.backend.askQuestion(slot, [...this.captures()], text)
  }

  /** The same question, of the rows with the value of a cell only, or of the others. */
  async narrow(row: number, column: number, exclude: boolean): Promise<void> {
    if (!this.answer) return
    try {
      this.type(await this.backend.narrowQuestion(this.answer.question, row, column, exclude))
      await this.ask()
    } catch (thrown) {
      this.#failed(thrown)
    }
  }

  /** What was found stays. */
  async end(): Promise<void> {
    if (!this.answer) return
    try {
      await this.backend.stopQuestion(this.answer.question)
      this.#pulse.beat()
    } catch (thrown) {
      this.#failed(thrown)
    }
  }

  /** Where it was written to; null where nothing was. */
  async export(format: AnswerFormat): Promise<string | null> {
    return this.answer ? this.backend.exportAnswer(this.answer.question, format) : null
  }

  want(first: number, until: number): void {
    this.#visible = [first, until]
    this.rows.want(first, until, this.answer?.rows ?? 0)
  }

  async #read(text: string): Promise<void> {
    try {
      const check = await this.backend.checkQuestion(text)
      // while nothing is written nothing is wrong
      this.#took(text, check.tokens, text.trim() === '' ? null : check.fault)
    } catch {
      // asking it says what is wrong
      this.#took(text, [], null)
    }
  }

  #took(text: string, tokens: readonly FilterToken[], fault: FilterFault | null): void {
    this.known = text
    this.tokens = tokens
    this.typedFault = fault
  }

  async #follow(): Promise<void> {
    const before = this.answer
    if (!before) return
    try {
      const answer = await this.backend.questionStatus(before.question)
      if (this.answer?.question !== answer.question) return
      const grew = answer.revision !== before.revision
      this.answer = answer
      if (grew || this.#behind) await this.#show(answer)
      else if (answer.state === 'running') this.#pulse.beat()
      if (this.fault === this.#lapse) this.fault = null
    } catch (thrown) {
      this.#lapsed(thrown)
    }
  }

  /** Rows and chart of the answer as it is now; the next look while it is still coming. */
  async #show(answer: QuestionAnswer): Promise<void> {
    this.#behind = true
    this.rows.invalidate()
    this.rows.want(...this.#visible, answer.rows)
    const chart = await this.backend.questionChart(answer.question)
    if (this.answer?.question !== answer.question) return
    this.chart = chart
    this.#behind = false
    if (answer.state === 'running') this.#pulse.beat()
  }

  /** A look that failed is told, and the next one comes all the same while there is more to see. */
  #lapsed(thrown: unknown): void {
    const fault = asFault(thrown)
    if (fault.code === 'superseded') return
    this.fault = fault
    this.#lapse = fault
    if (fault.code !== 'gone' && (this.answer?.state === 'running' || this.#behind)) this.#pulse.beat()
  }

  #failed(thrown: unknown): void {
    const fault = asFault(thrown)
    if (fault.code !== 'superseded') this.fault = fault
  }
}

/** A question of each language, each with its answer; one of them is on the screen. */
export class Asked {
  language = $state<Language>('question')
  /** What a statement may name. */
  words = $state.raw<SqlWords | null>(null)
  readonly of: Record<Language, Questions>

  constructor(
    readonly backend: Asking,
    captures: () => readonly string[],
  ) {
    this.of = { question: new Questions(backend, captures), sql: new Questions(backend, captures, 'sql') }
  }

  get current(): Questions {
    return this.of[this.language]
  }

  async loadWords(): Promise<void> {
    try {
      this.words ??= await this.backend.sqlWords()
    } catch {
      // a statement can be written without them
    }
  }

  stop(): void {
    this.of.question.stop()
    this.of.sql.stop()
  }
}

/** Made when the screen is opened first, and kept for the life of the window; null where the program answers no questions. */
export function askedOf(kinescope: Kinescope): Asked | null {
  const { asking } = kinescope.backend
  if (!asking) return null
  kinescope.asked ??= new Asked(asking, () => kinescope.explorer.scope)
  return kinescope.asked
}
