// A replay as it stands in the wizard: its five steps, what is missing in each, and the request it becomes. Plain data;
// the program checks the request again.
import { timeFromText } from '../base/time-text'
import { fullTime } from '../base/formats'
import type { Zone } from '../base/zone'
import type {
  Placement,
  ReplayChosen,
  ReplayFileFormat,
  ReplayPacing,
  ReplayRequest,
  ReplayRule,
  ReplayTarget,
  WriteOrder,
  WriteTarget,
} from '../backend'

export const STEPS = ['source', 'target', 'rules', 'pace', 'review'] as const
export type ReplayStep = (typeof STEPS)[number]

/** A rule with what tells its line apart, whatever it is called and wherever it stands. */
export interface DraftRule extends ReplayRule {
  readonly id: string
}

export const draftRule = ({ name, on, rule }: ReplayRule): DraftRule => ({ id: crypto.randomUUID(), name, on, rule })

export interface ReplayDraft {
  readonly name: string
  readonly captures: readonly string[]
  readonly from: ReplayChosen['kind']
  readonly picked: readonly string[]
  readonly filter: string
  /** Of the filter and of the time range alike; empty is open. */
  readonly sinceText: string
  readonly untilText: string
  readonly lane: number | null
  readonly shard: string
  readonly firstSequence: string
  readonly lastSequence: string
  readonly path: string
  readonly value: string
  readonly into: ReplayTarget['kind']
  readonly file: string | null
  readonly fileFormat: ReplayFileFormat
  /** Of a runtime interface emulator. */
  readonly lambdaAddress: string
  readonly lambdaConnection: string | null
  readonly lambda: string
  readonly rules: readonly DraftRule[]
  readonly order: WriteOrder
  readonly placement: Placement
  readonly pace: ReplayPacing['kind']
  readonly speedText: string
  readonly gapText: string
  readonly rateText: string
  readonly afterUnclear: ReplayRequest['afterUnclear']
  readonly seed: string
  /** Of a stream only. */
  readonly captureTarget: boolean
}

export const EMPTY_REPLAY: ReplayDraft = {
  name: '',
  captures: [],
  from: 'filter',
  picked: [],
  filter: '',
  sinceText: '',
  untilText: '',
  lane: null,
  shard: '',
  firstSequence: '',
  lastSequence: '',
  path: '$.sagaId',
  value: '',
  into: 'stream',
  file: null,
  fileFormat: 'ndjson',
  lambdaConnection: null,
  lambda: '',
  lambdaAddress: 'http://localhost:9000',
  rules: [],
  order: 'keyed',
  placement: 'byKey',
  pace: 'original',
  speedText: '1',
  gapText: '',
  rateText: '100',
  afterUnclear: 'retry',
  seed: '',
  captureTarget: false,
}

export type ReplayFault =
  | 'noRecords'
  | 'notATime'
  | 'untilBefore'
  | 'noShard'
  | 'notASequence'
  | 'noPath'
  | 'noValue'
  | 'noStream'
  | 'noFile'
  | 'noFunction'
  | 'noLocalAddress'
  | 'ruleUnfinished'
  | 'notASpeed'
  | 'notAGap'
  | 'notARate'

export type ReplayFaults = Partial<Record<'source' | 'target' | 'rules' | 'pace', ReplayFault>>

export interface CheckedReplay {
  readonly request: ReplayRequest | null
  readonly faults: ReplayFaults
}

export function checkedReplay(draft: ReplayDraft, stream: WriteTarget | null, now: number, zone: Zone): CheckedReplay {
  const faults: ReplayFaults = {}
  const take = <T>(step: keyof ReplayFaults, made: T | ReplayFault): T | null => {
    if (typeof made !== 'string') return made
    faults[step] = made as ReplayFault
    return null
  }
  const chosen = take('source', chosenOf(draft, now, zone))
  const target = take('target', targetOf(draft, stream))
  const pacing = take('pace', pacingOf(draft))
  if (draft.rules.some((rule) => !finished(rule))) faults.rules = 'ruleUnfinished'
  if (!chosen || !target || !pacing || faults.rules) return { request: null, faults }
  return {
    faults,
    request: {
      name: draft.name.trim() === '' ? null : draft.name.trim(),
      source: { captures: [...draft.captures], chosen },
      target,
      rules: draft.rules.map(({ name, on, rule }) => ({ name, on, rule })),
      order: draft.order,
      placement: draft.placement,
      pacing,
      afterUnclear: draft.afterUnclear,
      seed: draft.seed.trim() === '' ? null : draft.seed.trim(),
      captureTarget: draft.captureTarget && draft.into === 'stream',
    },
  }
}

const SEQUENCE = /^(?:0|[1-9]\d{0,128})$/

function chosenOf(draft: ReplayDraft, now: number, zone: Zone): ReplayChosen | ReplayFault {
  switch (draft.from) {
    case 'picked':
      return draft.picked.length === 0 ? 'noRecords' : { kind: 'picked', records: [...draft.picked] }
    case 'time':
    case 'filter': {
      const time = (text: string): number | null | undefined => (text.trim() === '' ? null : (timeFromText(text, now, zone) ?? undefined))
      const [from, until] = [time(draft.sinceText), time(draft.untilText)]
      if (from === undefined || until === undefined) return 'notATime'
      if (from !== null && until !== null && until <= from) return 'untilBefore'
      return draft.from === 'time' ? { kind: 'time', from, until } : { kind: 'filter', filter: draft.filter, from, until }
    }
    case 'sequences': {
      const [first, last] = [draft.firstSequence.trim(), draft.lastSequence.trim()]
      if (draft.lane === null) return 'noShard'
      return SEQUENCE.test(first) && SEQUENCE.test(last)
        ? { kind: 'sequences', lane: draft.lane, shard: draft.shard, first, last }
        : 'notASequence'
    }
    case 'carrying':
      if (!/^\$./.test(draft.path.trim())) return 'noPath'
      return draft.value === '' ? 'noValue' : { kind: 'carrying', path: draft.path.trim(), value: draft.value }
  }
}

/** What certainly is on this machine; the program looks again. */
const LOCAL_ADDRESS = /^https?:\/\/(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?(?:\/\S*)?$/i

function targetOf(draft: ReplayDraft, stream: WriteTarget | null): ReplayTarget | ReplayFault {
  switch (draft.into) {
    case 'stream':
      return stream === null ? 'noStream' : { kind: 'stream', target: stream }
    case 'file':
      return draft.file === null ? 'noFile' : { kind: 'file', path: draft.file, format: draft.fileFormat }
    case 'lambda': {
      const name = draft.lambda.trim()
      return draft.lambdaConnection === null || name === ''
        ? 'noFunction'
        : { kind: 'lambda', connection: draft.lambdaConnection, function: name }
    }
    case 'localLambda': {
      const address = draft.lambdaAddress.trim()
      return LOCAL_ADDRESS.test(address) ? { kind: 'localLambda', address } : 'noLocalAddress'
    }
  }
}

const positive = (text: string): number | null => {
  const figure = Number(text.trim().replace(',', '.'))
  return text.trim() !== '' && Number.isFinite(figure) && figure > 0 ? figure : null
}

function pacingOf(draft: ReplayDraft): ReplayPacing | ReplayFault {
  switch (draft.pace) {
    case 'original': {
      const speed = positive(draft.speedText)
      if (speed === null || speed < 0.1 || speed > 100) return 'notASpeed'
      const gap = draft.gapText.trim() === '' ? null : positive(draft.gapText)
      if (draft.gapText.trim() !== '' && gap === null) return 'notAGap'
      return { kind: 'original', speed, longestGapMillis: gap === null ? null : Math.round(gap * 1_000) }
    }
    case 'fixed': {
      const recordsPerSecond = positive(draft.rateText)
      return recordsPerSecond === null ? 'notARate' : { kind: 'fixed', recordsPerSecond }
    }
    case 'atOnce':
    case 'step':
      return { kind: draft.pace }
  }
}

/** Whether a rule says all that it must, where it is switched on. */
export function finished({ on, rule }: ReplayRule): boolean {
  if (!on) return true
  switch (rule.kind) {
    case 'set':
    case 'remove':
      return /^\$./.test(rule.path)
    case 'rename':
      return /^\$./.test(rule.path) && rule.name.trim() !== ''
    case 'mask':
      return rule.paths.length > 0 || rule.andKey
    case 'partitionKey':
      return rule.expression.trim() !== ''
    case 'shiftTime':
    case 'newIds':
    case 'stripTrace':
      return true
  }
}

/** A saved request, back in the wizard; the stream of its target stands beside the draft. */
export function draftOfRequest(request: ReplayRequest, zone: Zone): ReplayDraft {
  const { chosen } = request.source
  const { target, pacing } = request
  const at = (time: number | null): string => (time === null ? '' : fullTime(time, zone).split(' ').slice(0, 2).join(' '))
  return {
    ...EMPTY_REPLAY,
    name: request.name ?? '',
    captures: request.source.captures,
    from: chosen.kind,
    ...(chosen.kind === 'picked' ? { picked: chosen.records } : {}),
    ...(chosen.kind === 'filter' ? { filter: chosen.filter } : {}),
    ...(chosen.kind === 'filter' || chosen.kind === 'time' ? { sinceText: at(chosen.from), untilText: at(chosen.until) } : {}),
    ...(chosen.kind === 'sequences'
      ? { lane: chosen.lane, shard: chosen.shard, firstSequence: chosen.first, lastSequence: chosen.last }
      : {}),
    ...(chosen.kind === 'carrying' ? { path: chosen.path, value: chosen.value } : {}),
    into: target.kind,
    ...(target.kind === 'file' ? { file: target.path, fileFormat: target.format } : {}),
    ...(target.kind === 'localLambda' ? { lambdaAddress: target.address } : {}),
    ...(target.kind === 'lambda' ? { lambdaConnection: target.connection, lambda: target.function } : {}),
    rules: request.rules.map(draftRule),
    order: request.order,
    placement: request.placement,
    pace: pacing.kind,
    ...(pacing.kind === 'original'
      ? { speedText: String(pacing.speed), gapText: pacing.longestGapMillis === null ? '' : String(pacing.longestGapMillis / 1_000) }
      : {}),
    ...(pacing.kind === 'fixed' ? { rateText: String(pacing.recordsPerSecond) } : {}),
    afterUnclear: request.afterUnclear,
    seed: request.seed ?? '',
    captureTarget: request.captureTarget,
  }
}

const LEAST_SPEED = 0.1
const MOST_SPEED = 100

/** Half or twice as fast; null where there is no such pace. */
export function otherPace(pacing: ReplayPacing, factor: 0.5 | 2, ratePerSecond: number): ReplayPacing | null {
  switch (pacing.kind) {
    case 'original': {
      const speed = Math.min(MOST_SPEED, Math.max(LEAST_SPEED, pacing.speed * factor))
      return speed === pacing.speed ? null : { ...pacing, speed }
    }
    case 'fixed':
      return { kind: 'fixed', recordsPerSecond: Math.max(0.1, pacing.recordsPerSecond * factor) }
    case 'atOnce':
      return factor === 2 ? null : { kind: 'fixed', recordsPerSecond: Math.max(1, Math.round(ratePerSecond / 2)) }
    case 'step':
      return null
  }
}

export const moved = <T>(list: readonly T[], from: number, to: number): readonly T[] => {
  if (to < 0 || to >= list.length || from === to) return list
  const next = [...list]
  next.splice(to, 0, ...next.splice(from, 1))
  return next
}
