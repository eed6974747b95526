// How fast a job goes and how long it still takes, from where it was in the last seconds. Pure: the clock is an argument.

export interface JobSample {
  readonly atMillis: number
  /** What grows while the job goes on: records looked at, or milliseconds that were caught up. */
  readonly done: number
}

export interface JobPace {
  readonly perSecond: number
  /** Null where it stands still, or nothing is known yet. */
  readonly etaMillis: number | null
}

const WINDOW_MILLIS = 10_000
const UNKNOWN: JobPace = { perSecond: 0, etaMillis: null }

/** The samples of the last ten seconds and the new one. What went backwards is another job under the same name. */
export function sampled(samples: readonly JobSample[], next: JobSample): readonly JobSample[] {
  const last = samples.at(-1)
  if (last && next.done < last.done) return [next]
  const from = samples.findLastIndex((one) => next.atMillis - one.atMillis >= WINDOW_MILLIS)
  return [...samples.slice(Math.max(0, from)), next]
}

/** `left` in the unit of `done`. */
export function paceOf(samples: readonly JobSample[], left: number): JobPace {
  const [first] = samples
  const last = samples.at(-1)
  if (!first || !last || last.atMillis <= first.atMillis) return UNKNOWN
  const perSecond = ((last.done - first.done) * 1_000) / (last.atMillis - first.atMillis)
  if (perSecond <= 0) return UNKNOWN
  return { perSecond, etaMillis: Math.round((Math.max(0, left) / perSecond) * 1_000) }
}
