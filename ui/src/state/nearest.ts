// The record that is nearest to a range that holds none, so that an empty table can lead to it. It moves nothing itself.
import { lengthMillis, span, type TimeSpan } from '../base/time-scale'
import type { Backend } from '../backend'

/** What is asked of the program for it. */
type Asked = Pick<Backend, 'viewRowAt' | 'viewPage'>

export interface Nearest {
  readonly arrival: number
  /** Milliseconds between it and the range; negative where it lies before. */
  readonly distance: number
  /** A range of the same length that holds it. */
  readonly range: TimeSpan
}

/** Null where the view is empty. */
export async function nearestTo(backend: Asked, view: number, range: TimeSpan): Promise<Nearest | null> {
  const after = await backend.viewRowAt(view, range.until)
  const page = await backend.viewPage(view, Math.max(0, after - 1), 2, [])
  const found = page.rows.map(({ arrival }) => beside(arrival, range))
  return found.reduce<Nearest | null>((best, one) => (best && Math.abs(best.distance) <= Math.abs(one.distance) ? best : one), null)
}

function beside(arrival: number, range: TimeSpan): Nearest {
  const length = lengthMillis(range)
  // the end of a range is not in it
  return arrival < range.from
    ? { arrival, distance: arrival - range.from, range: span(arrival + 1 - length, arrival + 1) }
    : { arrival, distance: arrival - range.until, range: span(arrival, arrival + length) }
}
