// The captures of the workspace, how far their shards are, and starting and stopping them. It shows no records.
import {
  asFault,
  type Backend,
  type CaptureRow,
  type CaptureStart,
  type CaptureStatus,
  type CommandFault,
  type ExportedCapture,
  type ImportedCapture,
  type NewCapture,
  type ShardProgress,
} from '../backend'
import { Interruptions, type Interruption } from './interruptions'
import { Pulse } from './pulse'

export interface CaptureFile {
  readonly id: number
  readonly kind: 'captureExport' | 'captureImport'
  /** Of the capture; empty while it has none. */
  readonly name: string
}

const STATUS_REST_MILLIS = 1_000
const NO_SHARDS: readonly ShardProgress[] = []

/** Captures of one shard share its budget: it counts once. */
function readingOf(polled: readonly ShardProgress[]) {
  const budgets = new Map<string, { calls: number; bytes: number; behind: boolean }>()
  for (const shard of polled) {
    const key = `${shard.lane ?? shard.stream} ${shard.shard}`
    const known = budgets.get(key)
    budgets.set(key, {
      calls: Math.max(known?.calls ?? 0, shard.callsBudget ?? 0),
      bytes: Math.max(known?.bytes ?? 0, shard.bytesBudget ?? 0),
      behind: known?.behind === true || shard.state === 'catchingUp',
    })
  }
  const allowed = [...budgets.values()]
  return {
    shards: allowed.length,
    behind: allowed.filter((shard) => shard.behind).length,
    callsPerSecond: polled.reduce((sum, shard) => sum + shard.callsPerSecond, 0),
    callsBudget: allowed.reduce((sum, shard) => sum + shard.calls, 0),
    bytesPerSecond: polled.reduce((sum, shard) => sum + shard.bytesPerSecond, 0),
    bytesBudget: allowed.reduce((sum, shard) => sum + shard.bytes, 0),
  }
}

export class Captures {
  rows = $state.raw<readonly CaptureRow[]>([])
  fault = $state.raw<CommandFault | null>(null)
  loaded = $state(false)
  /** A capture is being set up in the dialog: of this connection, with these streams to begin with. */
  asking = $state.raw<{ readonly connection: string | null; readonly streams: readonly string[] } | null>(null)
  /** The capture whose details are looked at; its gaps are what was asked for. */
  looked = $state<string | null>(null)
  gapsAsked = $state(false)
  /** A capture was to go on, and its endpoint has to be confirmed first. */
  untrusted = $state.raw<{ readonly capture: string; readonly fault: CommandFault } | null>(null)
  /** Files that are being read or written, the dialog that chooses them included. */
  files = $state.raw<readonly CaptureFile[]>([])
  /** Captures that run and are not read. */
  interrupted = $state.raw<readonly Interruption[]>([])
  readonly #interruptions = new Interruptions()
  #statuses = $state.raw<Readonly<Record<string, CaptureStatus>>>({})
  readonly #pulse = new Pulse(() => this.refresh(), STATUS_REST_MILLIS)

  running = $derived(this.rows.filter((capture) => capture.state === 'running'))
  /** Of those that run or are paused. */
  statuses = $derived(Object.values(this.#statuses))
  progress = $derived(this.statuses.flatMap((status) => status.shards))
  /** By stream: thousands of them are looked up by name. */
  #progressOf = $derived.by(() => {
    const streams = new Map<string, ShardProgress[]>()
    for (const shard of this.progress) {
      const known = streams.get(shard.stream)
      if (known) known.push(shard)
      else streams.set(shard.stream, [shard])
    }
    return streams
  })
  /** Of all captures, also of those that are at rest. */
  gaps = $derived(this.rows.reduce((sum, capture) => sum + capture.gaps, 0))

  recordsPerSecond = $derived(this.progress.reduce((sum, shard) => sum + shard.recordsPerSecond, 0))
  /** What the shards that are read now cost, and what is allowed for them in the same seconds. */
  reading = $derived(readingOf(this.progress.filter((shard) => shard.callsBudget !== null)))
  throttles = $derived(this.progress.reduce((sum, shard) => sum + shard.throttles, 0))
  /** The shard that is furthest behind. */
  slowest = $derived(
    this.progress.reduce<ShardProgress | null>(
      (worst, shard) => ((shard.lagMillis ?? -1) > (worst?.lagMillis ?? -1) ? shard : worst),
      null,
    ),
  )

  /** The shard whose records are the first to be trimmed before they are read, and its capture; none where none is near. */
  expiring = $derived.by(() => {
    let first: { readonly capture: string; readonly shard: ShardProgress; readonly at: number } | null = null
    for (const { capture, shards } of this.statuses)
      for (const shard of shards)
        if (shard.expiresAt !== null && shard.expiresAt < (first?.at ?? Infinity))
          first = { capture: capture.id, shard, at: shard.expiresAt }
    return first
  })

  constructor(readonly backend: Backend) {}

  /** Asks again soon; at most once a second. */
  stir(): void {
    this.#pulse.beat()
  }

  stop(): void {
    this.#pulse.stop()
  }

  find(id: string): CaptureRow | undefined {
    return this.rows.find((capture) => capture.id === id)
  }

  /** Running captures that end with this connection. */
  runningThrough(connection: string): readonly CaptureRow[] {
    return this.running.filter((capture) => capture.connectionId === connection)
  }

  /** Looks at the gaps of the first capture that has some. */
  askGaps(): void {
    const found = this.rows.find((capture) => capture.gaps > 0)
    if (!found) return
    this.looked = found.id
    this.gapsAsked = true
  }

  shardsOf(stream: string): readonly ShardProgress[] {
    return this.#progressOf.get(stream) ?? NO_SHARDS
  }

  progressOf(stream: string, shard: string): ShardProgress | undefined {
    return this.shardsOf(stream).find((one) => one.shard === shard)
  }

  async refresh(): Promise<void> {
    try {
      const rows = await this.backend.listCaptures()
      const live = rows.filter((capture) => capture.state === 'running' || capture.state === 'paused')
      const statuses = await Promise.all(live.map((capture) => this.backend.captureStatus(capture.id)))
      this.rows = rows
      this.#statuses = Object.fromEntries(statuses.map((status) => [status.capture.id, status]))
      this.interrupted = this.#interruptions.of(statuses, Date.now())
      this.fault = null
    } catch (thrown) {
      this.fault = asFault(thrown)
    } finally {
      this.loaded = true
    }
  }

  /** All shards of these streams, from one place. */
  startStreams(connection: string, streams: readonly string[], start: CaptureStart): Promise<CaptureRow> {
    return this.start({
      connection,
      name: null,
      streams: streams.map((stream) => ({ stream, shards: null, start })),
      untilTime: null,
      untilCount: null,
    })
  }

  start(capture: NewCapture): Promise<CaptureRow> {
    return this.#then(this.backend.startCapture(capture))
  }

  pause(id: string): Promise<void> {
    return this.#then(this.backend.pauseCapture(id))
  }

  /** `askTrust`: the program may ask whether the endpoint is trusted. Where that has to be asked, the capture is looked at. */
  async resume(id: string, askTrust = false): Promise<void> {
    this.untrusted = null
    try {
      await this.#then(this.backend.resumeCapture(id, askTrust))
    } catch (thrown) {
      const fault = asFault(thrown)
      if (fault.code === 'untrustedEndpoint') {
        this.looked = id
        this.untrusted = { capture: id, fault }
      }
      throw fault
    }
  }

  end(id: string): Promise<void> {
    return this.#then(this.backend.stopCapture(id))
  }

  rename(id: string, name: string): Promise<void> {
    return this.#then(this.backend.renameCapture(id, name))
  }

  remove(id: string): Promise<void> {
    return this.#then(this.backend.deleteCapture(id))
  }

  /** A capture out of a file that the user is asked for; null: none was chosen. */
  importFile(): Promise<ImportedCapture | null> {
    return this.#file('captureImport', '', this.backend.importCapture())
  }

  /** A capture into a file that the user is asked for. */
  exportFile(id: string): Promise<ExportedCapture | null> {
    return this.#file('captureExport', this.find(id)?.name ?? '', this.backend.exportCapture(id))
  }

  async #file<T>(kind: CaptureFile['kind'], name: string, asked: Promise<T>): Promise<T> {
    const file = { id: (this.files.at(-1)?.id ?? 0) + 1, kind, name }
    this.files = [...this.files, file]
    try {
      return await this.#then(asked)
    } finally {
      this.files = this.files.filter((one) => one !== file)
    }
  }

  async #then<T>(asked: Promise<T>): Promise<T> {
    try {
      const answer = await asked
      await this.refresh()
      return answer
    } catch (thrown) {
      throw asFault(thrown)
    }
  }
}
