// Long work that goes on now, whoever began it: captures that are read up, records that are looked through, questions,
// boards of sagas, publishings, replays, files. It starts nothing; how far something is comes from those who do it.
import { paceOf, sampled, type JobSample } from '../base/job-pace'
import { asFault, type CaptureStatus, type PublishRow, type ReplayRow, type SearchText } from '../backend'
import type { Kinescope } from './kinescope.svelte'
import { Pulse } from './pulse'

export type JobKind =
  | 'reading'
  | 'looking'
  | 'searchText'
  | 'question'
  | 'sagas'
  | 'draft'
  | 'import'
  | 'replay'
  | 'captureExport'
  | 'captureImport'
  | 'recordExport'
export type JobAct = 'pause' | 'resume' | 'cancel'

export interface Job {
  readonly id: string
  readonly kind: JobKind
  /** What it works on, in the user's words; empty where the kind says all. */
  readonly name: string
  readonly paused: boolean
  /** Records; absent where nobody knows how many there are. */
  readonly done: number | null
  readonly total: number | null
  /** So far behind the live edge; only of what is read up. */
  readonly lagMillis: number | null
  /** Records a second. */
  readonly perSecond: number
  readonly etaMillis: number | null
  readonly acts: Partial<Record<JobAct, () => Promise<void> | void>>
  /** The screen where more of it is shown. */
  readonly screen: string
}

/** A job as its source tells it; `grows` and `left` are what its pace is taken from where the source tells none. */
type Told = Omit<Job, 'perSecond' | 'etaMillis'> & {
  readonly perSecond?: number
  readonly etaMillis?: number | null
  readonly grows: number
  readonly left: number
}

interface Seen {
  readonly since: number
  readonly samples: readonly JobSample[]
}

/** What is over sooner is no long work. */
const SHORT_MILLIS = 700
/** Lags below this are the live edge. */
const LIVE_MILLIS = 5_000
const LISTED_PUBLISHINGS = 20
const REST_MILLIS = 1_000
/** Search text always lies a little behind a running capture: only so many records are work to speak of. */
const LEFT_RECORDS = 100_000
const TEXT_REST_MILLIS = 5_000

export class Jobs {
  #publishings = $state.raw<readonly PublishRow[]>([])
  #text = $state.raw<SearchText | null>(null)
  #seen = $state.raw<ReadonlyMap<string, Seen>>(new Map())
  #now = $state(0)
  readonly #pulse = new Pulse(() => this.#askPublishings(), REST_MILLIS)
  readonly #textPulse = new Pulse(() => this.#askText(), TEXT_REST_MILLIS)

  readonly #told = $derived.by(() => this.#sources())
  /** Something goes on, perhaps too shortly to be listed: look again soon. */
  readonly busy = $derived(this.#told.length > 0)
  readonly list = $derived(this.#told.filter((job) => this.#isLong(job.id)).map((job) => this.#paced(job)))

  constructor(readonly kinescope: Kinescope) {}

  /** Takes where everything is now; asked some times a second while something goes on. */
  look(now: number): void {
    const next = new Map<string, Seen>()
    for (const { id, grows } of this.#told) {
      const seen = this.#seen.get(id)
      next.set(id, { since: seen?.since ?? now, samples: sampled(seen?.samples ?? [], { atMillis: now, done: grows }) })
    }
    this.#seen = next
    this.#now = now
    // nobody else asks while its screen is not in front
    const board = this.kinescope.opened.sagas?.board
    if (board?.status?.complete === false) board.stir()
  }

  /** Something that writes moved on. */
  heard(): void {
    this.#pulse.beat()
  }

  /** Records were stored: there is text to build for them. */
  grew(): void {
    this.#textPulse.beat()
  }

  stop(): void {
    this.#textPulse.stop()
    this.#pulse.stop()
  }

  async act(job: Job, act: JobAct): Promise<void> {
    try {
      await job.acts[act]?.()
    } catch (thrown) {
      this.kinescope.notices.fail(asFault(thrown))
    }
    this.heard()
  }

  #isLong(id: string): boolean {
    return this.#now - (this.#seen.get(id)?.since ?? this.#now) >= SHORT_MILLIS
  }

  #paced({ grows: _, left, ...job }: Told): Job {
    const pace = paceOf(this.#seen.get(job.id)?.samples ?? [], left)
    const isRecords = job.lagMillis === null
    return { ...job, perSecond: job.perSecond ?? (isRecords ? pace.perSecond : 0), etaMillis: job.etaMillis ?? pace.etaMillis }
  }

  #sources(): readonly Told[] {
    const { captures, exports, replaying } = this.kinescope
    return [
      ...captures.statuses.flatMap((status) => this.#readingUp(status)),
      ...this.#lookingThrough(),
      ...this.#building(),
      ...captures.files.map((file): Told => ({
        ...PLAIN,
        id: `file-${file.id}`,
        kind: file.kind,
        name: file.name,
        screen: 'captures',
      })),
      ...(exports?.running ?? []).map(({ id, path, done, total }): Told => ({
        ...PLAIN,
        id: `records-${id}`,
        kind: 'recordExport',
        name: path,
        done,
        total,
        grows: done,
        left: total - done,
        acts: { cancel: () => exports?.cancel(id) },
        screen: 'explore',
      })),
      ...this.#publishings.map((row) => this.#publishing(row)),
      ...(replaying?.replays.rows ?? []).filter((row) => isLive(row.state)).map((row) => this.#replay(row)),
    ]
  }

  #readingUp({ capture, shards }: CaptureStatus): Told[] {
    const behind = shards.filter((shard) => shard.state === 'catchingUp' && (shard.lagMillis ?? 0) > LIVE_MILLIS)
    if (behind.length === 0) return []
    const { captures } = this.kinescope
    const lagMillis = Math.max(...behind.map((shard) => shard.lagMillis ?? 0))
    return [
      {
        ...PLAIN,
        id: `reading-${capture.id}`,
        kind: 'reading',
        name: capture.name,
        done: capture.records,
        lagMillis,
        perSecond: behind.reduce((sum, shard) => sum + shard.recordsPerSecond, 0),
        // what shrinks is the lag
        grows: -lagMillis,
        left: lagMillis,
        acts: { pause: () => captures.pause(capture.id), cancel: () => captures.end(capture.id) },
        screen: 'captures',
      },
    ]
  }

  /** The table's view, the question and the board of sagas: each looks at what is stored, once. */
  #lookingThrough(): Told[] {
    const { explorer, opened } = this.kinescope
    const found: Told[] = []
    const add = (kind: JobKind, name: string, done: number, total: number, screen: string, cancel?: () => Promise<void> | void): void => {
      const acts = cancel ? { cancel } : {}
      found.push({ ...PLAIN, id: `${kind}-${name}`, kind, name, done, total, grows: done, left: total - done, acts, screen })
    }
    const { status, filter } = explorer
    if (status && !status.complete) {
      add('looking', filter, status.scanned, status.total, 'explore', filter === '' ? undefined : () => explorer.apply(''))
    }
    for (const questions of opened.asked ? Object.values(opened.asked.of) : []) {
      const { answer } = questions
      if (answer?.state === 'running') add('question', questions.known, answer.searched, answer.total, 'questions', () => questions.end())
    }
    const board = opened.sagas?.board
    if (board?.status && !board.status.complete) {
      const name = board.subject?.kind === 'saved' ? board.subject.name : ''
      add('sagas', name, board.status.scanned, board.status.total, 'sagas')
    }
    return found
  }

  #building(): Told[] {
    const text = this.#text
    if (!text || text.total - text.records < LEFT_RECORDS) return []
    const { records, total } = text
    return [{ ...PLAIN, id: 'text', kind: 'searchText', done: records, total, grows: records, left: total - records, screen: 'explore' }]
  }

  #publishing(row: PublishRow): Told {
    const writes = this.kinescope.backend.publishing
    const done = row.sent + row.refused + row.unclear
    return {
      ...PLAIN,
      id: `publish-${row.id}`,
      kind: row.kind,
      name: row.stream,
      paused: row.state === 'paused',
      done,
      total: row.total,
      grows: done,
      left: row.total - done,
      perSecond: row.ratePerSecond,
      etaMillis: row.etaMillis,
      acts: writes
        ? {
            ...(row.state === 'paused' ? { resume: () => writes.resumePublish(row.id) } : { pause: () => writes.pausePublish(row.id) }),
            cancel: () => writes.cancelPublish(row.id),
          }
        : {},
      screen: 'publish',
    }
  }

  #replay(row: ReplayRow): Told {
    const { replaying } = this.kinescope
    const done = row.acknowledged + row.refused + row.unclear
    const grant = replaying?.grants.of(row.writesTo)?.id ?? null
    const mayGoOn = row.writesTo === null || grant !== null
    const acts: Job['acts'] = replaying
      ? {
          ...(row.state === 'running' ? { pause: () => replaying.replays.pause(row.id) } : {}),
          ...(row.state === 'paused' && mayGoOn ? { resume: () => replaying.replays.resume(row.id, grant) } : {}),
          cancel: () => replaying.replays.cancel(row.id),
        }
      : {}
    return {
      ...PLAIN,
      id: `replay-${row.id}`,
      kind: 'replay',
      name: row.name,
      paused: row.state === 'paused',
      done,
      total: row.planned,
      grows: done,
      left: row.planned - done,
      perSecond: row.ratePerSecond,
      etaMillis: row.etaMillis,
      acts,
      screen: 'replays',
    }
  }

  /** It goes on also while nothing arrives. */
  async #askText(): Promise<void> {
    try {
      this.#text = await this.kinescope.backend.searchText()
    } catch {
      return
    }
    if (this.#building().length > 0) this.#textPulse.beat()
  }

  /** Without an answer what was known stays. */
  async #askPublishings(): Promise<void> {
    try {
      const page = await this.kinescope.backend.publishing?.publishHistory(0, LISTED_PUBLISHINGS)
      this.#publishings = page?.rows.filter((row) => isLive(row.state)) ?? []
    } catch {
      // the screen of publishings says why
    }
  }
}

const PLAIN = { name: '', paused: false, done: null, total: null, lagMillis: null, grows: 0, left: 0, acts: {} } as const
const isLive = (state: string): boolean => state === 'running' || state === 'paused'
