// Which rows of a view arrived in a range of time.
import type { TimeSpan } from '../base/time-scale'
import type { Backend, ViewStatus } from '../backend'

interface Rows {
  readonly first: number
  readonly until: number
}

/** All of them without a range. */
export async function rowsIn(backend: Backend, status: ViewStatus, range: TimeSpan | null): Promise<Rows> {
  if (!range) return { first: 0, until: status.matched }
  const [first, until] = await Promise.all([backend.viewRowAt(status.view, range.from), backend.viewRowAt(status.view, range.until)])
  return { first, until: Math.max(first, until) }
}
