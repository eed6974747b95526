// Words and marks for what is said of sagas, each always an icon or a glyph and a word: colour never says it alone.
import CircleAlert from '@lucide/svelte/icons/circle-alert'
import CircleCheck from '@lucide/svelte/icons/circle-check'
import CircleDashed from '@lucide/svelte/icons/circle-dashed'
import CircleSlash from '@lucide/svelte/icons/circle-slash-2'
import CircleX from '@lucide/svelte/icons/circle-x'
import OctagonX from '@lucide/svelte/icons/octagon-x'
import RotateCcw from '@lucide/svelte/icons/rotate-ccw'
import Undo from '@lucide/svelte/icons/undo-2'
import type { Component } from 'svelte'
import { count } from '../../base/formats'
import { m } from '../../paraglide/messages.js'
import type { SagaEvent, SagaFinding, SagaFlag, SagaFlags, SagaName, SagaStatus, StepState } from '../../state/saga-words'

export type Tone = 'plain' | 'good' | 'warn' | 'bad'
type Icon = Component<{ size?: number | string; strokeWidth?: number | string }>

export const STATUSES: readonly SagaStatus[] = [
  'running',
  'completed',
  'completedWithFindings',
  'failed',
  'compensating',
  'compensated',
  'partiallyCompensated',
  'compensationFailed',
]
export const FLAGS: readonly SagaFlag[] = ['stuck', 'overdue', 'late', 'orphan', 'unknown']

interface StatusMark {
  readonly icon: Icon
  readonly word: string
  readonly tone: Tone
  /** For the scatter: a shape for each. */
  readonly shape: Shape
}
export type Shape = 'ring' | 'dot' | 'triangle' | 'cross' | 'diamondRing' | 'diamond' | 'square' | 'bigCross'

export function statusMark(status: SagaStatus): StatusMark {
  switch (status) {
    case 'running':
      return { icon: CircleDashed, word: m.saga_status_running(), tone: 'plain', shape: 'ring' }
    case 'completed':
      return { icon: CircleCheck, word: m.saga_status_completed(), tone: 'good', shape: 'dot' }
    case 'completedWithFindings':
      return { icon: CircleAlert, word: m.saga_status_completedWithFindings(), tone: 'warn', shape: 'triangle' }
    case 'failed':
      return { icon: CircleX, word: m.saga_status_failed(), tone: 'bad', shape: 'cross' }
    case 'compensating':
      return { icon: RotateCcw, word: m.saga_status_compensating(), tone: 'warn', shape: 'diamondRing' }
    case 'compensated':
      return { icon: Undo, word: m.saga_status_compensated(), tone: 'plain', shape: 'diamond' }
    case 'partiallyCompensated':
      return { icon: CircleSlash, word: m.saga_status_partiallyCompensated(), tone: 'bad', shape: 'square' }
    case 'compensationFailed':
      return { icon: OctagonX, word: m.saga_status_compensationFailed(), tone: 'bad', shape: 'bigCross' }
  }
}

export function flagWord(flag: SagaFlag): string {
  switch (flag) {
    case 'overdue':
      return m.saga_flag_overdue()
    case 'stuck':
      return m.saga_flag_stuck()
    case 'late':
      return m.saga_flag_late()
    case 'orphan':
      return m.saga_flag_orphan()
    case 'unknown':
      return m.saga_flag_unknown()
  }
}
export const flagTone = (flag: SagaFlag): Tone => (flag === 'unknown' || flag === 'orphan' ? 'plain' : 'warn')

/** The flags that are up; "stuck" says "overdue" already. */
export const flagsUp = (flags: SagaFlags): SagaFlag[] => FLAGS.filter((flag) => flags[flag] && !(flag === 'overdue' && flags.stuck))

interface StepMark {
  readonly glyph: string
  readonly word: string
  readonly tone: Tone
}

export function stepMark(state: StepState): StepMark {
  switch (state) {
    case 'notReached':
      return { glyph: '·', word: m.saga_step_notReached(), tone: 'plain' }
    case 'pending':
      return { glyph: '○', word: m.saga_step_pending(), tone: 'plain' }
    case 'overdue':
      return { glyph: '⧗', word: m.saga_step_overdue(), tone: 'warn' }
    case 'done':
      return { glyph: '●', word: m.saga_step_done(), tone: 'good' }
    case 'failed':
      return { glyph: '✕', word: m.saga_step_failed(), tone: 'bad' }
    case 'held':
      return { glyph: '◉', word: m.saga_step_held(), tone: 'bad' }
    case 'undone':
      return { glyph: '↺', word: m.saga_step_undone(), tone: 'plain' }
    case 'undoFailed':
      return { glyph: '⊗', word: m.saga_step_undoFailed(), tone: 'bad' }
    case 'skipped':
      return { glyph: '–', word: m.saga_step_skipped(), tone: 'plain' }
  }
}

const FINDINGS: Readonly<Record<string, () => string>> = {
  stuck: m.saga_finding_stuck,
  'step-timed-out': m.saga_finding_step_timed_out,
  'late-step': m.saga_finding_late_step,
  'saga-timed-out': m.saga_finding_saga_timed_out,
  'missing-step': m.saga_finding_missing_step,
  'undo-after-pivot': m.saga_finding_undo_after_pivot,
  'partially-compensated': m.saga_finding_partially_compensated,
  'compensation-failed': m.saga_finding_compensation_failed,
  'wrong-order-compensation': m.saga_finding_wrong_order_compensation,
  'premature-undo': m.saga_finding_premature_undo,
  'phantom-undo': m.saga_finding_phantom_undo,
  'unexplained-undo': m.saga_finding_unexplained_undo,
  'zombie-step': m.saga_finding_zombie_step,
  redelivery: m.saga_finding_redelivery,
  'conflicting-duplicate': m.saga_finding_conflicting_duplicate,
  'logical-duplicate': m.saga_finding_logical_duplicate,
  'producer-retry': m.saga_finding_producer_retry,
  replay: m.saga_finding_replay,
  'out-of-order': m.saga_finding_out_of_order,
  orphan: m.saga_finding_orphan,
  'start-not-captured': m.saga_finding_start_not_captured,
  'ordering-hazard': m.saga_finding_ordering_hazard,
  'conflicting-outcomes': m.saga_finding_conflicting_outcomes,
  'too-many-events': m.saga_finding_too_many_events,
  'late-undo': m.saga_finding_late_undo,
  'late-outcome': m.saga_finding_late_outcome,
}
/** A code that is not known is shown as it came. */
export const findingWord = (kind: string): string => FINDINGS[kind]?.() ?? kind

export function severityMark(severity: SagaFinding['severity']): StepMark {
  switch (severity) {
    case 'note':
      return { glyph: 'i', word: m.saga_severity_note(), tone: 'plain' }
    case 'warning':
      return { glyph: '!', word: m.saga_severity_warning(), tone: 'warn' }
    case 'error':
      return { glyph: '✕', word: m.saga_severity_error(), tone: 'bad' }
  }
}

export function confidenceWord(confidence: SagaFinding['confidence']): string | null {
  switch (confidence) {
    case 'certain':
      return m.saga_confidence_certain()
    case 'likely':
      return m.saga_confidence_likely()
    case 'unordered':
      return m.saga_confidence_unordered()
    case null:
      return null
  }
}

export function roleWord(role: SagaEvent['role']): string {
  switch (role) {
    case 'start':
      return m.saga_role_start()
    case 'request':
      return m.saga_role_request()
    case 'success':
      return m.saga_role_success()
    case 'failure':
      return m.saga_role_failure()
    case 'undoRequest':
      return m.saga_role_undoRequest()
    case 'undoSuccess':
      return m.saga_role_undoSuccess()
    case 'undoFailure':
      return m.saga_role_undoFailure()
    case 'abort':
      return m.saga_role_abort()
    case 'completed':
      return m.saga_role_completed()
    case 'failed':
      return m.saga_role_failed()
    case 'other':
      return m.saga_role_other()
  }
}

/** A key that was used again is told apart from its first use. */
export const nameOf = ({ key, life }: SagaName): string => (life === 0 ? key : m.saga_use({ key, use: count(life + 1) }))

export type EventShape = 'dot' | 'ring' | 'square' | 'cross' | 'undo' | 'bar'

/** How an event is drawn: asked for, answered, failed, undone, or the saga's own. */
export function eventShape({ role, effective }: Pick<SagaEvent, 'role' | 'effective'>): EventShape {
  if (!effective) return 'ring'
  switch (role) {
    case 'request':
    case 'undoRequest':
      return 'square'
    case 'failure':
    case 'undoFailure':
    case 'failed':
      return 'cross'
    case 'undoSuccess':
      return 'undo'
    case 'start':
    case 'completed':
    case 'abort':
      return 'bar'
    default:
      return 'dot'
  }
}
