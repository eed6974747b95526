// Icon, tone and words of a capture's and a shard's state: never the colour alone.
import Check from '@lucide/svelte/icons/check'
import CircleDot from '@lucide/svelte/icons/circle-dot'
import FastForward from '@lucide/svelte/icons/fast-forward'
import Hourglass from '@lucide/svelte/icons/hourglass'
import Pause from '@lucide/svelte/icons/pause'
import Square from '@lucide/svelte/icons/square'
import Timer from '@lucide/svelte/icons/timer'
import X from '@lucide/svelte/icons/x'
import type { Component } from 'svelte'
import { m } from '../../paraglide/messages.js'
import type { CaptureState, GapReason, ShardProgressState } from '../../state/words'

export interface Mark {
  readonly icon: Component<{ size?: number | string; strokeWidth?: number | string }>
  readonly tone: 'plain' | 'good' | 'warn' | 'bad'
  readonly word: string
}

export function captureMark(state: CaptureState): Mark {
  switch (state) {
    case 'running':
      return { icon: CircleDot, tone: 'good', word: m.capture_state_running() }
    case 'paused':
      return { icon: Pause, tone: 'warn', word: m.capture_state_paused() }
    case 'stopped':
      return { icon: Square, tone: 'plain', word: m.capture_state_stopped() }
    case 'failed':
      return { icon: X, tone: 'bad', word: m.capture_state_failed() }
    case 'finished':
      return { icon: Check, tone: 'plain', word: m.capture_state_finished() }
  }
}

export function shardMark(state: ShardProgressState): Mark {
  switch (state) {
    case 'live':
      return { icon: CircleDot, tone: 'good', word: m.shard_live() }
    case 'catchingUp':
      return { icon: FastForward, tone: 'warn', word: m.shard_catchingUp() }
    case 'backingOff':
      return { icon: Timer, tone: 'warn', word: m.shard_backingOff() }
    case 'starting':
      return { icon: Hourglass, tone: 'plain', word: m.shard_starting() }
    case 'blocked':
      return { icon: Timer, tone: 'bad', word: m.shard_blocked() }
    case 'streamGone':
      return { icon: X, tone: 'bad', word: m.shard_streamGone() }
    case 'waiting':
      return { icon: Hourglass, tone: 'plain', word: m.shard_waiting() }
    case 'paused':
      return { icon: Pause, tone: 'plain', word: m.shard_paused() }
    case 'finished':
      return { icon: Check, tone: 'plain', word: m.shard_finished() }
    case 'failed':
      return { icon: X, tone: 'bad', word: m.shard_failed() }
    case 'stopped':
      return { icon: Square, tone: 'plain', word: m.shard_stopped() }
  }
}

const GAPS: Readonly<Record<GapReason, () => string>> = {
  trimmed: m.gap_trimmed,
  continuityUnproven: m.gap_continuityUnproven,
  streamGone: m.gap_streamGone,
  readRefused: m.gap_readRefused,
  damaged: m.gap_damaged,
}

export const gapWords = (reason: GapReason): string => GAPS[reason]()

/** ui.md 5.2: below a second is good, below a minute is worth a look. */
export const lagTone = (lagMillis: number): Mark['tone'] => (lagMillis < 1_000 ? 'good' : lagMillis < 60_000 ? 'warn' : 'bad')
