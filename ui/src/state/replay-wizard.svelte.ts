// A replay that is being set up: its draft, what its rules do to real records, and its plan. The plan is asked for anew
// when anything changes; only a plan of exactly what is shown can be started.
import {
  asFault,
  type CommandFault,
  type ReplayPlan,
  type ReplayPreview,
  type ReplayRequest,
  type ReplayRow,
  type ReplayCommands,
} from '../backend'
import type { Zone } from '../base/zone'
import { Answer } from './answer.svelte'
import type { Grants } from './grants.svelte'
import { Latest } from './latest'
import { checkedReplay, draftOfRequest, EMPTY_REPLAY, type CheckedReplay, type ReplayDraft, type ReplayStep } from './replay-draft'
import { TargetChoice } from './write-target.svelte'

const SLOT = 'wizard'
const REST_MILLIS = 250

export class ReplayWizard {
  shown = $state(false)
  step = $state<ReplayStep>('source')
  draft = $state.raw<ReplayDraft>(EMPTY_REPLAY)
  readonly target: TargetChoice
  readonly plan = new Answer<ReplayPlan>()
  readonly preview = new Answer<ReplayPreview>()
  position = $state(0)
  starting = $state(false)
  fault = $state.raw<CommandFault | null>(null)
  savedAs = $state<string | null>(null)
  /** The request that the plan is of, as text. */
  #plannedFor = $state<string | null>(null)
  #asked: string | null = null
  #resting: ReturnType<typeof setTimeout> | null = null
  #previewResting: ReturnType<typeof setTimeout> | null = null
  readonly #planning = new Latest<ReplayRequest>((request) => this.#plan(request))
  readonly #previewing = new Latest<{ request: ReplayRequest; position: number }>(({ request, position }) =>
    this.preview.again(() => this.writes.previewReplay(request, position)),
  )

  constructor(
    readonly writes: ReplayCommands,
    readonly grants: Grants,
    readonly zone: () => Zone,
    readonly started: (row: ReplayRow) => void,
  ) {
    this.target = new TargetChoice(grants.writes, () => this.#changed())
  }

  checked = $derived.by<CheckedReplay>(() => checkedReplay(this.draft, this.target.address, Date.now(), this.zone()))
  /** The plan in front is of exactly what is shown. */
  planned = $derived(this.plan.value !== null && this.#plannedFor === this.requestText)

  get requestText(): string | null {
    const { request } = this.checked
    return request === null ? null : JSON.stringify(request)
  }

  /** A new replay from this source; rules, pace and target of the last one stay, but for a file. */
  open(source: Partial<ReplayDraft>): void {
    this.draft = { ...this.draft, name: '', ...source }
    this.step = 'source'
    this.position = 0
    this.fault = null
    this.savedAs = null
    this.#forget()
    this.shown = true
  }

  edit(changes: Partial<ReplayDraft>): void {
    this.draft = { ...this.draft, ...changes }
    this.#changed()
  }

  /** Other new ids and fake values than before, and the same ones each time from now on. */
  drawSeed(): void {
    this.edit({ seed: crypto.randomUUID().slice(0, 8) })
  }

  /** Asks for the plan of what is shown, unless it is known or under way. */
  wantPlan(): void {
    const text = this.requestText
    const { request } = this.checked
    if (request === null || text === this.#plannedFor || text === this.#asked) return
    this.#asked = text
    if (this.#resting !== null) clearTimeout(this.#resting)
    this.#resting = setTimeout(() => this.#planning.ask(request), REST_MILLIS)
  }

  /** What the rules do to the record at the position. */
  wantPreview(): void {
    const { request } = this.checked
    if (request === null) {
      this.preview.clear()
      return
    }
    const position = this.position
    if (this.#previewResting !== null) clearTimeout(this.#previewResting)
    this.#previewResting = setTimeout(() => this.#previewing.ask({ request, position }), REST_MILLIS / 2)
  }

  /** Null: it could not be started; why stands in `fault`. */
  async start(): Promise<ReplayRow | null> {
    const plan = this.plan.value
    if (this.starting || plan === null || !this.planned) return null
    const grant = this.draft.into === 'stream' ? this.grants.of(this.target.address) : null
    if (this.draft.into === 'stream' && grant === null) return null
    this.starting = true
    this.fault = null
    try {
      const row = await this.writes.startReplay(plan.id, grant?.id ?? null)
      this.#forget()
      this.shown = false
      // a file that was written is not written over unasked
      this.draft = { ...this.draft, file: null }
      this.started(row)
      return row
    } catch (thrown) {
      this.fault = asFault(thrown)
      void this.grants.refresh()
      return null
    } finally {
      this.starting = false
    }
  }

  async savePlan(): Promise<void> {
    const plan = this.plan.value
    if (plan === null || !this.planned) return
    try {
      this.savedAs = await this.writes.savePlan(plan.id)
    } catch (thrown) {
      this.fault = asFault(thrown)
    }
  }

  /** A fault of the dialog goes to the place that asked. */
  async loadPlan(): Promise<void> {
    let loaded: Awaited<ReturnType<ReplayCommands['loadPlan']>>
    try {
      loaded = await this.writes.loadPlan()
    } catch (thrown) {
      throw asFault(thrown)
    }
    if (loaded === null) return
    const { request, plan } = loaded
    this.open(draftOfRequest(request, this.zone()))
    this.draft = { ...this.draft, name: request.name ?? '' }
    if (request.target.kind === 'stream') this.target.choose(request.target.target)
    this.plan.value = plan
    this.#plannedFor = JSON.stringify(request)
    this.step = 'review'
  }

  async pickFile(): Promise<void> {
    try {
      const path = await this.writes.pickReplayFile(this.draft.fileFormat)
      if (path !== null) this.edit({ file: path })
    } catch (thrown) {
      this.fault = asFault(thrown)
    }
  }

  stop(): void {
    for (const timer of [this.#resting, this.#previewResting]) if (timer !== null) clearTimeout(timer)
  }

  #changed(): void {
    this.fault = null
    this.savedAs = null
    this.#asked = null
  }

  #forget(): void {
    this.plan.clear()
    this.preview.clear()
    this.#plannedFor = null
    this.#asked = null
  }

  async #plan(request: ReplayRequest): Promise<void> {
    const text = JSON.stringify(request)
    await this.plan.again(() => this.writes.planReplay(SLOT, request))
    if (this.plan.fault === null) this.#plannedFor = text
    else this.#asked = text
  }
}
