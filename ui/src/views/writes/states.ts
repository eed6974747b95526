// Icon, tone and word of a job's state and of a record's outcome: never the colour alone, and unclear is neither sent
// nor failed.
import Ban from '@lucide/svelte/icons/ban'
import Check from '@lucide/svelte/icons/check'
import CircleDot from '@lucide/svelte/icons/circle-dot'
import CircleHelp from '@lucide/svelte/icons/circle-question-mark'
import Hourglass from '@lucide/svelte/icons/hourglass'
import Pause from '@lucide/svelte/icons/pause'
import Send from '@lucide/svelte/icons/send'
import Unplug from '@lucide/svelte/icons/unplug'
import X from '@lucide/svelte/icons/x'
import type { Component } from 'svelte'
import { m } from '../../paraglide/messages.js'
import type { JobState, SentOutcome } from '../../state/words'

export interface Mark {
  readonly icon: Component<{ size?: number | string; strokeWidth?: number | string }>
  readonly tone: 'plain' | 'good' | 'warn' | 'bad'
  readonly word: string
}

export function jobMark(state: JobState): Mark {
  switch (state) {
    case 'running':
      return { icon: CircleDot, tone: 'good', word: m.job_running() }
    case 'paused':
      return { icon: Pause, tone: 'warn', word: m.job_paused() }
    case 'finished':
      return { icon: Check, tone: 'plain', word: m.job_finished() }
    case 'cancelled':
      return { icon: Ban, tone: 'plain', word: m.job_cancelled() }
    case 'failed':
      return { icon: X, tone: 'bad', word: m.job_failed() }
    case 'interrupted':
      return { icon: Unplug, tone: 'warn', word: m.job_interrupted() }
  }
}

export function outcomeMark(outcome: SentOutcome): Mark {
  switch (outcome) {
    case 'acknowledged':
      return { icon: Check, tone: 'good', word: m.outcome_acknowledged() }
    case 'refused':
      return { icon: X, tone: 'bad', word: m.outcome_refused() }
    case 'unclear':
      return { icon: CircleHelp, tone: 'warn', word: m.outcome_unclear() }
    case 'waiting':
      return { icon: Hourglass, tone: 'plain', word: m.outcome_waiting() }
    case 'inFlight':
      return { icon: Send, tone: 'plain', word: m.outcome_in_flight() }
  }
}
