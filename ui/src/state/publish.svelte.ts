// A message as it is composed, what it will become, and what became of it. One token stands for one composed message:
// pressing twice publishes once, and after a message was sent the next one has to be prepared.
import {
  asFault,
  type CommandFault,
  type Draft,
  type DraftEncoding,
  type DraftFormat,
  type DraftPreview,
  type PublishRow,
  type RecordRow,
  type Template,
  type WriteOrder,
  type PublishCommands,
} from '../backend'
import { Answer } from './answer.svelte'
import type { Grants } from './grants.svelte'
import { ImportDesk } from './import.svelte'
import { Latest } from './latest'
import { PublishHistory } from './publish-history.svelte'
import { WhileRunning } from './while-running'
import { TargetChoice } from './write-target.svelte'

const TYPING_REST_MILLIS = 200
export const MOST_REPEATS = 10_000
export const MOST_EVERY_MILLIS = 3_600_000

export interface Composed {
  readonly text: string
  readonly format: DraftFormat
  readonly key: string
  readonly explicitHashKey: string
  /** Nothing in text and key stands for anything else. */
  readonly asItIs: boolean
  readonly repeatText: string
  /** Milliseconds between two of them; empty: as fast as the stream takes them. */
  readonly everyText: string
  readonly encoding: DraftEncoding
  readonly aggregate: boolean
  readonly order: WriteOrder
}

export const EMPTY_MESSAGE: Composed = {
  text: '{\n  \n}',
  format: 'json',
  key: '',
  explicitHashKey: '',
  asItIs: false,
  repeatText: '1',
  everyText: '',
  encoding: 'none',
  aggregate: false,
  order: 'keyed',
}

export type PublishTab = 'compose' | 'import' | 'history'

export class Publish {
  tab = $state<PublishTab>('compose')
  message = $state.raw<Composed>(EMPTY_MESSAGE)
  /** Where the message came from, for a person. */
  origin = $state.raw<RecordRow | Template | null>(null)
  /** Masks stand in the message in the place of what the record holds. */
  isMasked = $state(false)
  readonly target: TargetChoice
  readonly preview = new Answer<DraftPreview>()
  readonly templates = new Answer<readonly Template[]>()
  readonly importing: ImportDesk
  readonly history: PublishHistory
  sending = $state(false)
  /** What became of the last message, and why it could not be asked for. */
  sent = $state.raw<PublishRow | null>(null)
  fault = $state.raw<CommandFault | null>(null)
  /** This message was sent: another one must be prepared first. */
  used = $state(false)
  /** The draft that the preview is of, as text. */
  #previewedFor = $state<string | null>(null)
  #token = crypto.randomUUID()
  #typing: ReturnType<typeof setTimeout> | null = null
  readonly #previewing = new Latest<Draft>((draft) => this.#ask(draft))
  readonly #following = new WhileRunning(() => this.#follow())

  repeat = $derived(repeatFrom(this.message.repeatText))
  /** Undefined: it is no time. */
  every = $derived(everyFrom(this.message.everyText))
  /** Between two records, where there are two. */
  distance = $derived(this.repeat === 1 ? null : this.every)
  blank = $derived(this.message.text.trim() === EMPTY_MESSAGE.text.trim() && this.message.key === '')

  constructor(
    readonly writes: PublishCommands,
    readonly grants: Grants,
  ) {
    this.target = new TargetChoice(writes, () => this.#changed())
    this.importing = new ImportDesk(writes, grants, () => void this.history.refresh())
    this.history = new PublishHistory(writes, grants)
  }

  get draft(): Draft | null {
    const { address } = this.target
    const { text, format, key, explicitHashKey, asItIs, encoding, aggregate, order } = this.message
    const { repeat, distance } = this
    if (address === null || repeat === null || distance === undefined) return null
    const hash = explicitHashKey.trim()
    const hashKey = hash === '' ? null : hash
    const together = aggregate && distance === null
    return {
      target: address,
      text,
      format,
      key,
      explicitHashKey: hashKey,
      asItIs,
      repeat,
      everyMillis: distance,
      encoding,
      aggregate: together,
      order,
    }
  }

  /** Nothing stands in its way but, perhaps, the permission. */
  get sound(): boolean {
    const preview = this.preview.value
    const seen = this.#previewedFor === JSON.stringify(this.draft)
    return preview !== null && seen && preview.problems.length === 0 && !this.preview.fault && !this.used
  }

  edit(changes: Partial<Composed>): void {
    this.message = { ...this.message, ...changes }
    this.#changed()
  }

  useTemplate(template: Template): void {
    this.origin = template
    this.isMasked = false
    const { text, format, key, asItIs, encoding } = template
    this.edit({ text, format, key, asItIs, encoding })
  }

  /** "Publish again": the record's text and key as they are, into a message that is not sent yet. */
  async takeRecord(record: RecordRow): Promise<void> {
    this.tab = 'compose'
    try {
      const { text, format, key, explicitHashKey, isMasked } = await this.writes.draftOf(record.id)
      this.origin = record
      this.isMasked = isMasked
      this.edit({ ...EMPTY_MESSAGE, text, format, key: key ?? '', explicitHashKey: explicitHashKey ?? '', asItIs: true })
    } catch (thrown) {
      this.fault = asFault(thrown)
    }
  }

  /** A message of the history, into the editor again. */
  async takePublished(id: string): Promise<void> {
    try {
      const draft = await this.writes.draftOfPublished(id)
      if (draft === null) return
      const { target, explicitHashKey, asItIs, repeat, everyMillis, text, format, key, encoding, aggregate, order } = draft
      // its connection may be closed by now
      if (target.connection !== '') this.target.choose(target)
      this.origin = null
      this.isMasked = false
      this.edit({
        text,
        format,
        key,
        encoding,
        aggregate,
        order,
        asItIs,
        explicitHashKey: explicitHashKey ?? '',
        repeatText: String(repeat),
        everyText: everyMillis === null ? '' : String(everyMillis),
      })
      this.tab = 'compose'
    } catch (thrown) {
      this.history.fault = asFault(thrown)
    }
  }

  /** The same once more, as a message of its own. It is not sent yet. */
  prepareAnother(): void {
    this.#token = crypto.randomUUID()
    this.used = false
    this.fault = null
    // chance and time fall anew: what was shown is not what would be sent
    this.#previewedFor = null
    this.#askPreview()
  }

  /** What is shown as a command of the AWS CLI; null where nothing sound is shown, or why not stands in `fault`. */
  async command(): Promise<string | null> {
    const { draft } = this
    const moment = this.preview.value?.moment
    if (draft === null || moment === undefined) return null
    try {
      return await this.writes.draftCommand(draft, moment)
    } catch (thrown) {
      this.fault = asFault(thrown)
      return null
    }
  }

  async send(): Promise<void> {
    const draft = this.draft
    const grant = this.grants.of(this.target.address)
    const moment = this.preview.value?.moment
    if (this.sending || !this.sound || draft === null || grant === null || moment === undefined) return
    const token = this.#token
    this.sending = true
    this.fault = null
    try {
      this.sent = await this.writes.publishDraft(draft, moment, grant.id, token)
      if (token === this.#token) this.used = true
      this.#following.wake()
      void this.history.refresh()
    } catch (thrown) {
      // the token stays: what was asked for once is sent at most once, however often it is asked for
      this.fault = asFault(thrown)
      void this.grants.refresh()
    } finally {
      this.sending = false
    }
  }

  /** Where one that was cut off goes on. */
  async showInHistory(row: PublishRow): Promise<void> {
    this.tab = 'history'
    await this.history.choose(row)
  }

  async act(act: 'pause' | 'resume' | 'cancel', id: string): Promise<void> {
    const call = { pause: this.writes.pausePublish, resume: this.writes.resumePublish, cancel: this.writes.cancelPublish }[act]
    try {
      await call(id)
    } catch (thrown) {
      this.fault = asFault(thrown)
    }
    this.#following.wake()
  }

  async loadTemplates(): Promise<void> {
    await this.templates.again(() => this.writes.listTemplates())
  }

  async saveTemplate(name: string): Promise<void> {
    const { text, format, key, asItIs, encoding } = this.message
    await this.#withTemplates(this.writes.saveTemplate({ name, text, format, key, asItIs, encoding }))
  }

  async deleteTemplate(name: string): Promise<void> {
    await this.#withTemplates(this.writes.deleteTemplate(name))
  }

  /** Something that writes moved on. */
  heard(): void {
    this.#following.heard()
    this.importing.heard()
    this.history.heard()
  }

  stop(): void {
    this.#following.stop()
    this.importing.stop()
    this.history.stop()
    if (this.#typing !== null) clearTimeout(this.#typing)
  }

  async #withTemplates(asked: Promise<void>): Promise<void> {
    try {
      await asked
    } catch (thrown) {
      this.templates.fault = asFault(thrown)
      return
    }
    await this.loadTemplates()
  }

  /** Another message than the one that was sent. */
  #changed(): void {
    if (this.used) {
      this.used = false
      this.fault = null
    }
    this.#token = crypto.randomUUID()
    if (this.#typing !== null) clearTimeout(this.#typing)
    this.#typing = setTimeout(() => this.#askPreview(), TYPING_REST_MILLIS)
  }

  #askPreview(): void {
    const draft = this.draft
    if (draft) this.#previewing.ask(draft)
    else this.preview.clear()
  }

  async #ask(draft: Draft): Promise<void> {
    await this.preview.again(() => this.writes.previewDraft(draft))
    this.#previewedFor = JSON.stringify(draft)
  }

  async #follow(): Promise<boolean> {
    const known = this.sent
    if (known === null) return false
    try {
      this.sent = await this.writes.publishStatus(known.id)
    } catch (thrown) {
      this.fault = asFault(thrown)
      return false
    }
    if (this.sent.state !== 'running') void this.history.refresh()
    return this.sent.state === 'running'
  }
}

/** 1 to 10,000; null for anything else. */
export function repeatFrom(text: string): number | null {
  const typed = text.trim()
  if (!/^\d{1,5}$/.test(typed)) return null
  const figure = Number(typed)
  return figure >= 1 && figure <= MOST_REPEATS ? figure : null
}

/** 1 ms to an hour; null for nothing, undefined for anything else. */
export function everyFrom(text: string): number | null | undefined {
  const typed = text.trim()
  if (typed === '') return null
  const figure = /^\d{1,7}$/.test(typed) ? Number(typed) : 0
  return figure >= 1 && figure <= MOST_EVERY_MILLIS ? figure : undefined
}
