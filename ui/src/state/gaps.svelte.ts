// What was not captured, among the records that the table shows: where each gap stands, why it is there, and a capture of
// just that interval. It reads no record.
import { gapLines, type DeclaredGap, type GapLine } from '../base/gap-lines'
import { sameSpan } from '../base/time-scale'
import { asFault, type CaptureRow, type CommandFault, type GapReason } from '../backend'
import type { Captures } from './captures.svelte'
import type { Explorer } from './explorer.svelte'
import { Pulse } from './pulse'

export type Gap = GapLine<GapReason>

/** What a capture of a gap would find. */
export type Backfill =
  | { readonly kind: 'ready'; readonly connection: string; readonly trimmedUntil: number | null }
  | { readonly kind: 'gone'; readonly retentionHours: number }
  | { readonly kind: 'unconnected' }

const REST_MILLIS = 1_000
const HOUR_MILLIS = 3_600_000

const nameOf = (gap: Gap): string => `${gap.from} ${gap.until} ${gap.lanes.map((lane) => lane.lane).join()}`

const made = new WeakMap<Explorer, Gaps>()
/** Those of a view: table and lanes tell of the same ones. */
export function gapsOf(explorer: Explorer, captures: Captures): Gaps {
  const known = made.get(explorer) ?? new Gaps(explorer, captures)
  made.set(explorer, known)
  return known
}

export class Gaps {
  fault = $state.raw<CommandFault | null>(null)
  /** Gaps that a capture was started for. */
  started = $state.raw<ReadonlySet<string>>(new Set())
  /** All that are known, whatever the table shows of them. */
  all = $state.raw<readonly Gap[]>([])
  readonly #declared = new Map<string, { readonly gaps: number; readonly rows: readonly DeclaredGap<GapReason>[] }>()
  readonly #pulse = new Pulse(() => this.#look(), REST_MILLIS)

  constructor(
    readonly explorer: Explorer,
    readonly captures: Captures,
    readonly now: () => number = Date.now,
  ) {}

  /** Something of what is known moved. */
  stir(): void {
    this.#pulse.beat()
  }

  stop(): void {
    this.#pulse.stop()
  }

  /** The gap that a lane has at a time. */
  at(lane: number, time: number): Gap | undefined {
    return this.all.find(
      (gap) => (gap.from ?? -Infinity) <= time && time < (gap.until ?? Infinity) && gap.lanes.some((one) => one.lane === lane),
    )
  }

  isStarted(gap: Gap): boolean {
    return this.started.has(nameOf(gap))
  }

  /** Whether the interval can still be captured, and through what. */
  async backfill(gap: Gap): Promise<Backfill> {
    const stream = gap.lanes[0]?.stream
    const through = this.captures.rows.find((one) => one.connectionId !== null && one.streams.some((own) => own.name === stream))
    const connection = through?.connectionId ?? null
    if (stream === undefined || connection === null) return { kind: 'unconnected' }
    const { retentionHours } = await this.#told(this.explorer.backend.streamDetails(connection, stream))
    const horizon = this.now() - retentionHours * HOUR_MILLIS
    if (gap.until !== null && gap.until <= horizon) return { kind: 'gone', retentionHours }
    const isCut = gap.from === null || gap.from < horizon
    return { kind: 'ready', connection, trimmedUntil: isCut ? horizon : null }
  }

  /** Captures the interval of these shards, and no more; what the stream has dropped becomes a gap of that capture. */
  async start(gap: Gap, connection: string, name: string): Promise<CaptureRow> {
    const streams = [...new Set(gap.lanes.map((lane) => lane.stream))]
    const capture = await this.captures.start({
      connection,
      name,
      streams: streams.map((stream) => ({
        stream,
        shards: gap.lanes.filter((lane) => lane.stream === stream).map((lane) => lane.shard),
        start: gap.from === null ? { kind: 'trimHorizon' } : { kind: 'atTimestamp', at: gap.from },
      })),
      untilTime: gap.until ?? this.now(),
      untilCount: null,
    })
    this.started = new Set([...this.started, nameOf(gap)])
    const { scope } = this.explorer
    if (scope.length > 0) await this.explorer.show([...scope, capture.id])
    return capture
  }

  async #told<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked
    } catch (thrown) {
      throw asFault(thrown)
    }
  }

  async #look(): Promise<void> {
    const { explorer } = this
    const { status, timeline, selection } = explorer
    if (!status || !timeline.coverage) return
    const range = selection.range
    try {
      const found = gapLines(status.lanes, timeline.coverage, await this.#reasons())
      if (status.view !== explorer.status?.view) return
      this.all = found
      const seen = found.filter((gap) => range === null || ((gap.until ?? Infinity) > range.from && (gap.from ?? -Infinity) < range.until))
      const rows = await Promise.all(seen.map((gap) => explorer.backend.viewRowAt(status.view, gap.at)))
      if (status.view !== explorer.status?.view || !sameSpan(range, selection.range)) return
      explorer.table.placeGaps(seen.map((gap, i) => ({ row: rows[i] ?? 0, gap })))
      this.fault = null
    } catch (thrown) {
      const fault = asFault(thrown)
      if (fault.code !== 'superseded' && fault.code !== 'gone') this.fault = fault
    }
  }

  /** Asked for again only of captures whose number of gaps changed. */
  async #reasons(): Promise<readonly DeclaredGap<GapReason>[]> {
    const { scope } = this.explorer
    const some = this.captures.rows.filter((one) => one.gaps > 0 && (scope.length === 0 || scope.includes(one.id)))
    const declared = await Promise.all(
      some.map(async (one) => {
        const known = this.#declared.get(one.id)
        if (known?.gaps === one.gaps) return known.rows
        const { gaps } = await this.explorer.backend.captureStatus(one.id)
        this.#declared.set(one.id, { gaps: one.gaps, rows: gaps })
        return gaps
      }),
    )
    return declared.flat()
  }
}
