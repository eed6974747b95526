// What is selected in timeline, lanes and table alike: at most one record, one range of time, and one saga.
import type { TimeSpan } from '../base/time-scale'
import type { RecordRow } from '../backend'

export interface SelectedSaga {
  readonly key: string
  readonly arrivals: readonly number[]
}

export class Selection {
  record = $state.raw<RecordRow | null>(null)
  /** The brush: the table shows only what arrived in it. */
  range = $state.raw<TimeSpan | null>(null)
  /** The saga that is open: when its events arrived. */
  saga = $state.raw<SelectedSaga | null>(null)
}
