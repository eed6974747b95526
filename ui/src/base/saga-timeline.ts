// Where a saga's timeline puts things: a row for each step, its compensation in a row under it, a bar from request to
// answer, the deadline, and a dot for each event. Pure; it draws nothing.
import { timeRuler, type TimeRuler, type TimeScale } from './time-ruler'

export interface TimedUndo {
  readonly requestedAt: number | null
  readonly answeredAt: number | null
  readonly dueAt: number | null
}
export interface TimedStep extends TimedUndo {
  readonly id: string
  readonly undo: TimedUndo | null
}
export interface TimedEvent {
  readonly index: number
  readonly at: number
  readonly step: string | null
  readonly role: string
  readonly source: string
}

export interface TimelineBar {
  readonly xPx: number
  readonly widthPx: number
  /** No answer yet: it reaches the end of what is known. */
  readonly open: boolean
}
export interface TimelineRow {
  readonly key: string
  readonly kind: 'saga' | 'step' | 'undo' | 'source'
  /** The step's id, or the source. */
  readonly name: string
  readonly bar: TimelineBar | null
  readonly deadlinePx: number | null
  /** From where the step was done to where its undoing begins, for an undo row. */
  readonly link: { readonly fromPx: number; readonly toPx: number } | null
  readonly dots: readonly { readonly event: number; readonly xPx: number }[]
}
export interface Timeline {
  readonly ruler: TimeRuler
  readonly rows: readonly TimelineRow[]
}

export interface TimelineChoices {
  readonly widthPx: number
  /** Up to when something is known of a saga that has not ended. */
  readonly until: number
  readonly scale: TimeScale
}

export function sagaTimeline(
  steps: readonly TimedStep[],
  events: readonly TimedEvent[],
  { widthPx, until, scale }: TimelineChoices,
): Timeline {
  const spans = steps.flatMap((step) => [step, ...(step.undo ? [step.undo] : [])])
  const times = spans.flatMap(({ requestedAt, answeredAt, dueAt }) => [requestedAt, answeredAt, missed(answeredAt, dueAt) ? dueAt : null])
  const known = [...events.map((event) => event.at), ...times.filter((at) => at !== null), until]
  const ruler = timeRuler(known, widthPx, scale)
  const end = Math.max(...known)
  const dotsOf = (test: (event: TimedEvent) => boolean): TimelineRow['dots'] =>
    events.filter(test).map((event) => ({ event: event.index, xPx: ruler.x(event.at) }))
  const row = (kind: TimelineRow['kind'], name: string, dots: TimelineRow['dots'], timed: TimedUndo | null = null): TimelineRow => ({
    key: `${kind} ${name}`,
    kind,
    name,
    bar: timed ? barOf(timed, ruler, end) : null,
    deadlinePx: deadlineOf(timed, ruler, end),
    link: null,
    dots,
  })
  if (steps.length === 0)
    return {
      ruler,
      rows: [...new Set(events.map((event) => event.source))].map((source) =>
        row(
          'source',
          source,
          dotsOf((e) => e.source === source),
        ),
      ),
    }
  const rows = steps.flatMap((step) => {
    const forward = row(
      'step',
      step.id,
      dotsOf((event) => event.step === step.id && !isUndo(event)),
      step,
    )
    const undoDots = dotsOf((event) => event.step === step.id && isUndo(event))
    if (!step.undo || undoDots.length === 0) return [forward]
    const undone = row('undo', step.id, undoDots, step.undo)
    const begun = undone.dots[0]
    const link = step.answeredAt === null || !begun ? null : { fromPx: ruler.x(step.answeredAt), toPx: begun.xPx }
    return [forward, { ...undone, link }]
  })
  return {
    ruler,
    rows: [
      row(
        'saga',
        '',
        dotsOf((event) => !steps.some((step) => step.id === event.step)),
      ),
      ...rows,
    ],
  }
}

const isUndo = (event: TimedEvent): boolean => event.role.startsWith('undo')

function barOf({ requestedAt, answeredAt }: TimedUndo, ruler: TimeRuler, end: number): TimelineBar | null {
  if (requestedAt === null) return null
  const from = ruler.x(requestedAt)
  const until = Math.max(from, ruler.x(answeredAt ?? end))
  return { xPx: from, widthPx: until - from, open: answeredAt === null }
}

const missed = (answeredAt: number | null, dueAt: number | null): boolean => answeredAt === null || (dueAt !== null && answeredAt > dueAt)

/** A deadline that was kept says nothing, and one beyond what is known has no place yet. */
const deadlineOf = (timed: TimedUndo | null, ruler: TimeRuler, end: number): number | null =>
  timed === null || timed.dueAt === null || timed.dueAt > (timed.answeredAt ?? end) ? null : ruler.x(timed.dueAt)
