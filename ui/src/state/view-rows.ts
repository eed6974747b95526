// The rows of a view: which of them arrived in a range of time, and what stands in them.
import type { TimeSpan } from '../base/time-scale'
import type { Backend, FieldCell, RecordRow, ViewStatus } from '../backend'

/** A row of the table: the record, and what the paths that are columns lead to in it. */
export interface TableRow extends RecordRow {
  readonly fields: ReadonlyMap<string, FieldCell>
}

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

export async function rowsOf(backend: Backend, view: number, first: number, count: number, paths: string[]): Promise<TableRow[]> {
  const { rows, cells } = await backend.viewPage(view, first, count, paths)
  return rows.map((row, i) => ({ ...row, fields: new Map(paths.map((path, at) => [path, cells[i]?.[at]] as const).filter(isThere)) }))
}

const isThere = (pair: readonly [string, FieldCell | undefined]): pair is readonly [string, FieldCell] => pair[1] !== undefined
