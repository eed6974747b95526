// Words of the catalogue for states and counts, so that each is said the same everywhere on this screen.
import { count } from '../../base/formats'
import { m } from '../../paraglide/messages.js'
import type { CaptureState, ShardProgressState } from '../../state/words'
import type { LaneLabel } from '../../widgets/timeline/lane-label'

export const records = (n: number): string => m.records_count({ count: n, shown: count(n) })

export function captureState(state: CaptureState): string {
  switch (state) {
    case 'running':
      return m.capture_state_running()
    case 'paused':
      return m.capture_state_paused()
    case 'stopped':
      return m.capture_state_stopped()
    case 'failed':
      return m.capture_state_failed()
    case 'finished':
      return m.capture_state_finished()
  }
}

export interface ShardMark {
  readonly glyph: string
  readonly tone: LaneLabel['tone']
  readonly words: string
}

/** A shard's state as glyph, tone and words: never the colour alone. */
export function shardMark(state: ShardProgressState | undefined): ShardMark {
  switch (state) {
    case 'live':
      return { glyph: '●', tone: 'good', words: m.shard_live() }
    case 'catchingUp':
      return { glyph: '▲', tone: 'warn', words: m.shard_catchingUp() }
    case 'backingOff':
      return { glyph: '◆', tone: 'warn', words: m.shard_backingOff() }
    case 'starting':
      return { glyph: '○', tone: 'good', words: m.shard_starting() }
    case 'blocked':
      return { glyph: '◆', tone: 'bad', words: m.shard_blocked() }
    case 'streamGone':
      return { glyph: '✕', tone: 'bad', words: m.shard_streamGone() }
    case 'waiting':
      return { glyph: '○', tone: 'dim', words: m.shard_waiting() }
    case 'paused':
      return { glyph: '‖', tone: 'dim', words: m.shard_paused() }
    case 'finished':
      return { glyph: '■', tone: 'dim', words: m.shard_finished() }
    case 'failed':
      return { glyph: '✕', tone: 'bad', words: m.shard_failed() }
    case 'stopped':
      return { glyph: '■', tone: 'dim', words: m.shard_stopped() }
    case undefined:
      return { glyph: '○', tone: 'dim', words: m.shard_idle() }
  }
}
