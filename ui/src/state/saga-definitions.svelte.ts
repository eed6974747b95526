// The definitions of sagas, and the one that is edited: its problems as one types, and how many sagas it finds with which
// verdicts. It writes a file only when asked to.
import { asFault, type CommandFault } from '../backend'
import type { DefinitionProblem, DefinitionRow, LearnedNote, SagaBoard, SagaDefinitions, Sagas, SagaWords } from '../backend/sagas'
import { sagaNameOf } from '../base/definition-words'
import { Answer } from './answer.svelte'
import { Latest } from './latest'

const SLOT = 'saga-preview'
const REST_MILLIS = 300
const SCAN_REST_MILLIS = 250

export class Definitions {
  readonly list = new Answer<SagaDefinitions>()
  readonly words = new Answer<SagaWords>()
  /** The definition in the editor; null for a new one. */
  chosen = $state<string | null>(null)
  editing = $state(false)
  text = $state('')
  saved = $state('')
  problems = $state.raw<readonly DefinitionProblem[]>([])
  /** Problems and preview are of exactly what stands in the editor. */
  checked = $state(true)
  notes = $state.raw<readonly LearnedNote[]>([])
  fault = $state.raw<CommandFault | null>(null)
  saving = $state(false)
  readonly preview = new Answer<SagaBoard>()
  #resting: ReturnType<typeof setTimeout> | null = null
  readonly #checking = new Latest<string>((text) => this.#check(text))

  constructor(
    readonly sagas: Sagas,
    readonly captures: () => readonly string[],
  ) {}

  name = $derived(sagaNameOf(this.text))
  unsaved = $derived(this.editing && this.text !== this.saved)
  row = $derived(this.list.value?.definitions.find((row) => row.name === this.chosen) ?? null)

  get rows(): readonly DefinitionRow[] {
    return this.list.value?.definitions ?? []
  }

  /** The one that a board can be opened with first. */
  get first(): DefinitionRow | null {
    return this.rows.find((row) => row.problems.length === 0) ?? null
  }

  /**
   * The one that a board can be opened with first, as of now.
   * @throws what kept the list from being read
   */
  async askFirst(): Promise<DefinitionRow | null> {
    // somebody else's later question makes one's own unheard
    do await this.refresh()
    while (this.list.busy)
    if (this.list.fault) throw this.list.fault
    return this.first
  }

  refresh(): Promise<void> {
    return this.list.again(() => this.sagas.sagaDefinitions())
  }

  async choose(name: string): Promise<void> {
    await this.#put(name, () => this.sagas.readSagaDefinition(name))
  }

  async learn(): Promise<void> {
    try {
      const { text, notes } = await this.sagas.learnSagaDefinition([...this.captures()])
      await this.#put(null, async () => text)
      this.notes = notes
    } catch (thrown) {
      this.fault = asFault(thrown)
    }
  }

  startNew(text: string): Promise<void> {
    return this.#put(null, async () => text)
  }

  edit(text: string): void {
    if (text === this.text) return
    this.text = text
    this.checked = false
    if (this.#resting !== null) clearTimeout(this.#resting)
    this.#resting = setTimeout(() => this.#checking.ask(text), REST_MILLIS)
  }

  stop(): void {
    if (this.#resting !== null) clearTimeout(this.#resting)
  }

  async save(): Promise<boolean> {
    const { name, text } = this
    if (name === null) return false
    this.saving = true
    try {
      const row = await this.sagas.saveSagaDefinition(name, text)
      this.saved = text
      this.chosen = row.name
      this.fault = null
      await this.refresh()
      return true
    } catch (thrown) {
      this.fault = asFault(thrown)
      return false
    } finally {
      this.saving = false
    }
  }

  async chooseFolder(): Promise<void> {
    try {
      if ((await this.sagas.chooseSagaFolder()) !== null) await this.refresh()
    } catch (thrown) {
      this.fault = asFault(thrown)
    }
  }

  async #put(name: string | null, read: () => Promise<string>): Promise<void> {
    try {
      const text = await read()
      this.chosen = name
      this.text = text
      this.saved = name === null ? '' : text
      this.editing = true
      this.notes = []
      this.fault = null
      this.preview.clear()
      if (!this.words.value) void this.words.again(() => this.sagas.sagaWords([...this.captures()]))
      this.#checking.ask(text)
    } catch (thrown) {
      this.fault = asFault(thrown)
    }
  }

  async #check(text: string): Promise<void> {
    try {
      const problems = await this.sagas.checkSagaDefinition(text)
      if (text !== this.text) return
      this.problems = problems
      if (problems.length > 0) this.preview.clear()
      else await this.#find(text)
      if (text === this.text) this.checked = true
    } catch (thrown) {
      this.fault = asFault(thrown)
    }
  }

  /** Asks until everything was looked at, or the text is another one. */
  async #find(text: string): Promise<void> {
    await this.preview.again(() => this.sagas.openSagas(SLOT, { kind: 'text', text }, [...this.captures()]))
    for (let board = this.preview.value; board && !board.complete && text === this.text; board = this.preview.value) {
      const { id } = board
      await new Promise((done) => setTimeout(done, SCAN_REST_MILLIS))
      if (this.preview.fault) return
      await this.preview.again(() => this.sagas.sagaBoard(id))
    }
  }
}
