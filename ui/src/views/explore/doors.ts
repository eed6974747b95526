// What the explorer opens but does not own: dialogs of other screens, given by the app where they exist.

import type { Snippet } from 'svelte'

export interface ExploreDoors {
  /** What can be opened, where nothing is: the connections screen's own doors. */
  readonly first?: Snippet
  /** Choose start, shards and end before capturing. */
  readonly onnewcapture?: (connection: string, streams: readonly string[]) => void
  /** Open another connection. */
  readonly onconnect?: () => void
}
