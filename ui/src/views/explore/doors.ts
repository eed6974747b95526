// What the explorer opens but does not own: dialogs of other screens, given by the app where they exist.

export interface ExploreDoors {
  /** Choose start, shards and end before capturing. */
  readonly onnewcapture?: (connection: string, streams: readonly string[]) => void
  /** Open another connection. */
  readonly onconnect?: () => void
}
