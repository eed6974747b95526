// What is selected in timeline, lanes and table alike: at most one record and at most one range of time.
import type { TimeSpan } from '../base/time-scale'
import type { RecordRow } from '../backend'

export class Selection {
  record = $state.raw<RecordRow | null>(null)
  /** The brush: the table shows only what arrived in it. */
  range = $state.raw<TimeSpan | null>(null)
}
