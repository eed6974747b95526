// What the saga screens open but do not own, given by the app where it exists.

export interface SagaDoors {
  /** Show a record in the explorer. */
  readonly onrecord: (record: string) => void
  /** Set up a replay of these records. */
  readonly onreplay?: (records: readonly string[]) => void
}
