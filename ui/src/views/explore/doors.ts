// What the explorer opens but does not own: dialogs of other screens, given by the app where they exist.

import type { Snippet } from 'svelte'
import type { RecordRow } from '../../state/words'
import type { AskedReplay } from './replay-sources'

export interface ExploreDoors {
  /** What can be opened, where nothing is: the connections screen's own doors. */
  readonly first?: Snippet
  /** Choose start, shards and end before capturing. */
  readonly onnewcapture?: (connection: string, streams: readonly string[]) => void
  /** Put a record into the editor of a message. */
  readonly onpublish?: (record: RecordRow) => void
  /** Set up a replay of these records. */
  readonly onreplay?: (source: AskedReplay) => void
  /** Show every event that carries the value that a record has at a path, or an event that lies in it. */
  readonly onfollow?: (record: string, path: string, event?: number | null) => void
  /** Show the saga that a record belongs to. */
  readonly onsaga?: (record: string) => void
  /** Look at a capture: why it does not go on, and what can be done. */
  readonly oncapture?: (capture: string) => void
  /** Open another connection. */
  readonly onconnect?: () => void
}
