// The rows of a view: which of them arrived in a range of time, and what stands in them.
import type { TimeSpan } from '../base/time-scale'
import type { Backend, FieldCell, RecordRow, ViewStatus } from '../backend'
import type { Paged } from './paged.svelte'
import type { Table } from './table.svelte'

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

/** The row that must not move: the selected one where it is visible, else the topmost that is loaded. */
export function anchorOf(table: Table, pages: Paged<TableRow>): { readonly id: string; readonly row: number } | undefined {
  const { first, until } = table.visible
  const { cursor } = table
  const order = cursor !== null && cursor >= first && cursor < until ? [cursor] : []
  for (let row = first; row < until; row += 1) order.push(row)
  for (const row of order) {
    const record = pages.row(row)
    if (record) return { id: record.id, row }
  }
  return undefined
}

const isThere = (pair: readonly [string, FieldCell | undefined]): pair is readonly [string, FieldCell] => pair[1] !== undefined
