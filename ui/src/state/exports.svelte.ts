// Files of records that are being written: what goes into each, how far it is, and its end. What is shown is the explorer's.
import { asFault, type ExportCommands, type RecordExport, type RecordFileFormat, type ReplaySource } from '../backend'
import type { Notices } from './notices.svelte'

export interface RunningExport {
  readonly id: number
  readonly path: string
  readonly done: number
  /** What was shown when it began. */
  readonly total: number
}

/** What is said when one ends. */
export interface ExportWords {
  readonly written: (records: number, path: string) => string
  readonly cancelled: (path: string) => string
  readonly failed: (path: string, why: string) => string
}

const REST_MILLIS = 300

export class Exports {
  running = $state.raw<readonly RunningExport[]>([])
  #timer: ReturnType<typeof setTimeout> | null = null
  readonly #words = new Map<number, ExportWords>()

  constructor(
    readonly commands: ExportCommands,
    readonly notices: Notices,
  ) {}

  /** `expected`: so many records are shown. Nothing begins where the person leaves the dialog. */
  async start(source: ReplaySource, format: RecordFileFormat, expected: number, words: ExportWords): Promise<void> {
    try {
      const begun = await this.commands.start(source, format)
      if (!begun) return
      this.#words.set(begun.id, words)
      this.running = [...this.running, { id: begun.id, path: begun.path, done: begun.records, total: expected }]
      this.#askLater()
    } catch (thrown) {
      this.notices.fail(asFault(thrown))
    }
  }

  async cancel(id: number): Promise<void> {
    await this.commands.cancel(id)
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.running = []
  }

  #askLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      void this.#ask()
    }, REST_MILLIS)
  }

  async #ask(): Promise<void> {
    await Promise.all(this.running.map((one) => this.#askOne(one.id)))
    if (this.running.length > 0) this.#askLater()
  }

  async #askOne(id: number): Promise<void> {
    try {
      this.#took(await this.commands.status(id))
    } catch (thrown) {
      this.#leave(id)
      this.notices.fail(asFault(thrown))
    }
  }

  #took({ id, path, records, state, fault }: RecordExport): void {
    // a capture that runs may have had more when it began than was shown
    const grown = (one: RunningExport): RunningExport => ({ ...one, done: records, total: Math.max(one.total, records) })
    this.running = this.running.map((one) => (one.id === id ? grown(one) : one))
    if (state === 'running') return
    const words = this.#words.get(id)
    this.#leave(id)
    if (!words) return
    if (state === 'written') this.notices.say(words.written(records, path))
    else if (state === 'cancelled') this.notices.say(words.cancelled(path))
    else this.notices.warn(words.failed(path, fault ?? ''))
  }

  #leave(id: number): void {
    this.#words.delete(id)
    this.running = this.running.filter((one) => one.id !== id)
  }
}
