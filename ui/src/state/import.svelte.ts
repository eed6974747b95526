// Records out of a file or a paste, into a stream: what would be sent, what cannot be read, and the job that sends it.
// As with a message, one token stands for one import.
import {
  asFault,
  type CommandFault,
  type ImportPreview,
  type ImportRequest,
  type ImportSource,
  type PublishRow,
  type PublishCommands,
} from '../backend'
import type { WriteOrder } from '../backend'
import { Answer } from './answer.svelte'
import type { Grants } from './grants.svelte'
import { Latest } from './latest'
import { WhileRunning } from './while-running'
import { TargetChoice } from './write-target.svelte'

const TYPING_REST_MILLIS = 300

export interface ImportChoices {
  readonly from: ImportSource['kind']
  readonly pasted: string
  readonly path: string | null
  readonly format: ImportRequest['format']
  readonly key: string
  readonly payloadColumn: string | null
  readonly order: WriteOrder
  readonly aggregate: boolean
  readonly rateText: string
}

const EMPTY: ImportChoices = {
  from: 'file',
  pasted: '',
  path: null,
  format: 'detect',
  key: '{$.orderId}',
  payloadColumn: null,
  order: 'keyed',
  aggregate: false,
  rateText: '',
}

export class ImportDesk {
  choices = $state.raw<ImportChoices>(EMPTY)
  readonly target: TargetChoice
  readonly preview = new Answer<ImportPreview>()
  job = $state.raw<PublishRow | null>(null)
  fault = $state.raw<CommandFault | null>(null)
  starting = $state(false)
  used = $state(false)
  /** The request that the preview is of, as text. */
  #previewedFor = $state<string | null>(null)
  #token = crypto.randomUUID()
  #typing: ReturnType<typeof setTimeout> | null = null
  readonly #previewing = new Latest<ImportRequest>((request) => this.#ask(request))
  readonly #following = new WhileRunning(() => this.#follow())

  rate = $derived(rateFrom(this.choices.rateText))

  constructor(
    readonly writes: PublishCommands,
    readonly grants: Grants,
    readonly ended: () => void,
  ) {
    this.target = new TargetChoice(writes, () => this.#changed())
  }

  get request(): ImportRequest | null {
    const { address } = this.target
    const { from, pasted, path, format, key, payloadColumn, order, aggregate } = this.choices
    if (address === null || this.rate === 'notARate') return null
    if (from === 'pasted' ? pasted.trim() === '' : path === null) return null
    const source: ImportSource = from === 'pasted' ? { kind: 'pasted', text: pasted } : { kind: 'file', path: path ?? '' }
    return { target: address, source, format, key, payloadColumn, order, aggregate, recordsPerSecond: this.rate }
  }

  get sound(): boolean {
    const { request } = this
    const seen = request !== null && this.#previewedFor === JSON.stringify(request)
    return seen && (this.preview.value?.records ?? 0) > 0 && !this.preview.fault && !this.used
  }

  edit(changes: Partial<ImportChoices>): void {
    this.choices = { ...this.choices, ...changes }
    this.#changed()
  }

  async pickFile(): Promise<void> {
    try {
      const path = await this.writes.pickImportFile()
      if (path !== null) this.edit({ from: 'file', path })
    } catch (thrown) {
      this.fault = asFault(thrown)
    }
  }

  async start(): Promise<void> {
    const request = this.request
    const grant = this.grants.of(this.target.address)
    if (this.starting || !this.sound || request === null || grant === null) return
    const token = this.#token
    this.starting = true
    this.fault = null
    try {
      this.job = await this.writes.startImport(request, grant.id, token)
      if (token === this.#token) this.used = true
      this.#following.wake()
    } catch (thrown) {
      this.fault = asFault(thrown)
      void this.grants.refresh()
    } finally {
      this.starting = false
    }
  }

  prepareAnother(): void {
    this.#token = crypto.randomUUID()
    this.used = false
  }

  async act(act: 'pause' | 'resume' | 'cancel'): Promise<void> {
    const id = this.job?.id
    if (id === undefined) return
    const call = { pause: this.writes.pausePublish, resume: this.writes.resumePublish, cancel: this.writes.cancelPublish }[act]
    try {
      await call(id)
    } catch (thrown) {
      this.fault = asFault(thrown)
    }
    this.#following.wake()
  }

  /** Something that writes moved on. */
  heard(): void {
    this.#following.heard()
  }

  stop(): void {
    this.#following.stop()
    if (this.#typing !== null) clearTimeout(this.#typing)
  }

  #changed(): void {
    this.used = false
    this.fault = null
    this.#token = crypto.randomUUID()
    if (this.#typing !== null) clearTimeout(this.#typing)
    this.#typing = setTimeout(() => {
      const request = this.request
      if (request) this.#previewing.ask(request)
      else this.preview.clear()
    }, TYPING_REST_MILLIS)
  }

  async #ask(request: ImportRequest): Promise<void> {
    await this.preview.again(() => this.writes.previewImport(request))
    this.#previewedFor = JSON.stringify(request)
  }

  async #follow(): Promise<boolean> {
    const id = this.job?.id
    if (id === undefined) return false
    try {
      this.job = await this.writes.publishStatus(id)
    } catch (thrown) {
      this.fault = asFault(thrown)
      return false
    }
    if (this.job.state !== 'running') this.ended()
    return this.job.state === 'running'
  }
}

/** Null: as fast as the stream takes. */
export function rateFrom(text: string): number | null | 'notARate' {
  const typed = text.trim()
  if (typed === '') return null
  const figure = Number(typed)
  return /^\d{1,6}(\.\d+)?$/.test(typed) && figure > 0 ? figure : 'notARate'
}
