// What is selected in timeline, lanes and table alike: at most one record, one range of time, and one saga.
import { span, type TimeSpan } from '../base/time-scale'
import type { RecordRow } from '../backend'

export interface SelectedSaga {
  readonly key: string
  readonly arrivals: readonly number[]
}

export class Selection {
  record = $state.raw<RecordRow | null>(null)
  /** Times are measured from this one; null: from the record before. */
  reference = $state.raw<RecordRow | null>(null)
  /** The brush: the table shows only what arrived in it. */
  range = $state.raw<TimeSpan | null>(null)
  /** The saga that is open: when its events arrived. */
  saga = $state.raw<SelectedSaga | null>(null)
}

/** Times are measured from this record, or from it no longer. */
export function toggleReference(selection: Selection, record: RecordRow | null): void {
  if (record) selection.reference = selection.reference?.id === record.id ? null : record
}

/** The selected range, or else the moment around a record, for "fit". */
export function fitOf(selection: Selection): TimeSpan | null {
  if (selection.range) return selection.range
  const at = selection.record?.arrival
  return at === undefined ? null : span(at - 2_000, at + 2_000)
}
