// A capture as it stands in the dialog, before it is started: what is wrong with it, and the request it becomes.
// It knows neither the dialog nor the words of its messages; the program checks the request again.
import { timeFromText } from '../../base/time-text'
import type { Zone } from '../../base/zone'
import type { CaptureStart, NewCapture } from '../../state/words'

export type StartKind = CaptureStart['kind']

export const START_KINDS: readonly StartKind[] = ['latest', 'trimHorizon', 'atTimestamp', 'atSequenceNumber', 'afterSequenceNumber']

export interface CaptureDraft {
  readonly connection: string
  readonly streams: readonly string[]
  /** Chosen shards by stream; all of them where a stream is not named. */
  readonly shards: Readonly<Record<string, readonly string[]>>
  readonly start: StartKind
  readonly timeText: string
  readonly sequenceText: string
  readonly untilTimeText: string
  readonly untilCountText: string
  readonly name: string
}

export type DraftField = 'streams' | 'shards' | 'time' | 'sequence' | 'untilTime' | 'untilCount'
export type DraftFault =
  | 'noStream'
  | 'noShard'
  | 'oneShardOnly'
  | 'notATime'
  | 'timeAhead'
  | 'notASequenceNumber'
  | 'untilNotATime'
  | 'untilBeforeStart'
  | 'notACount'
  | 'twoEnds'
export type DraftFaults = Readonly<Partial<Record<DraftField, DraftFault>>>

export type Checked = { readonly capture: NewCapture; readonly faults: null } | { readonly capture: null; readonly faults: DraftFaults }

export const emptyDraft = (connection: string, streams: readonly string[]): CaptureDraft => ({
  connection,
  streams,
  shards: {},
  start: 'latest',
  timeText: 'now-15m',
  sequenceText: '',
  untilTimeText: '',
  untilCountText: '',
  name: '',
})

/** AWS: `0|([1-9]\d{0,128})`. */
const SEQUENCE_NUMBER = /^(?:0|[1-9]\d{0,128})$/
const MOST_RECORDS = Number.MAX_SAFE_INTEGER

export const bySequence = (start: StartKind): boolean => start === 'atSequenceNumber' || start === 'afterSequenceNumber'

export function checked(draft: CaptureDraft, now: number, zone: Zone): Checked {
  const faults: Partial<Record<DraftField, DraftFault>> = {}
  if (draft.streams.length === 0) faults.streams = 'noStream'
  if (draft.streams.some((stream) => draft.shards[stream]?.length === 0)) faults.shards = 'noShard'
  else if (bySequence(draft.start) && !onlyShard(draft)) faults.shards = 'oneShardOnly'
  const start = startOf(draft, now, zone)
  if (typeof start === 'string') faults[start === 'notASequenceNumber' ? 'sequence' : 'time'] = start
  const untilTime = draft.untilTimeText.trim() === '' ? null : timeFromText(draft.untilTimeText, now, zone)
  if (draft.untilTimeText.trim() !== '' && untilTime === null) faults.untilTime = 'untilNotATime'
  else if (untilTime !== null && untilTime <= earliest(start, now)) faults.untilTime = 'untilBeforeStart'
  const untilCount = countFrom(draft.untilCountText)
  if (untilCount === 'notACount') faults.untilCount = 'notACount'
  else if (untilCount !== null && draft.untilTimeText.trim() !== '') faults.untilCount = 'twoEnds'
  if (Object.keys(faults).length > 0 || typeof start === 'string' || untilCount === 'notACount') return { capture: null, faults }
  return {
    faults: null,
    capture: {
      connection: draft.connection,
      name: draft.name.trim() === '' ? null : draft.name.trim(),
      streams: draft.streams.map((stream) => ({ stream, shards: draft.shards[stream] ? [...draft.shards[stream]] : null, start })),
      untilTime,
      untilCount,
    },
  }
}

/** The one shard of the one stream that is chosen, if it is so. */
export function onlyShard(draft: CaptureDraft): string | null {
  const [stream, ...others] = draft.streams
  if (stream === undefined || others.length > 0) return null
  const chosen = draft.shards[stream]
  return chosen?.length === 1 ? (chosen[0] ?? null) : null
}

function startOf(draft: CaptureDraft, now: number, zone: Zone): CaptureStart | DraftFault {
  switch (draft.start) {
    case 'latest':
    case 'trimHorizon':
      return { kind: draft.start }
    case 'atTimestamp': {
      const at = timeFromText(draft.timeText, now, zone)
      if (at === null) return 'notATime'
      return at > now ? 'timeAhead' : { kind: 'atTimestamp', at }
    }
    case 'atSequenceNumber':
    case 'afterSequenceNumber': {
      const sequence = draft.sequenceText.trim()
      return SEQUENCE_NUMBER.test(sequence) ? { kind: draft.start, sequence } : 'notASequenceNumber'
    }
  }
}

/** Until must lie after this; from an unknown start, any past time may have records. */
function earliest(start: CaptureStart | DraftFault, now: number): number {
  if (typeof start === 'string') return Number.NEGATIVE_INFINITY
  if (start.kind === 'latest') return now
  return start.kind === 'atTimestamp' ? start.at : Number.NEGATIVE_INFINITY
}

function countFrom(text: string): number | null | 'notACount' {
  const typed = text.trim()
  if (typed === '') return null
  if (!/^\d[\d\s,._]*$/.test(typed)) return 'notACount'
  const figure = Number(typed.replace(/[^\d]/g, ''))
  return figure >= 1 && figure <= MOST_RECORDS ? figure : 'notACount'
}
