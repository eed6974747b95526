// What can be done with a capture, and in which state.
import type { CaptureRow } from '../../state/words'

export interface CaptureActions {
  readonly explore: (capture: CaptureRow) => void
  readonly pause: (capture: CaptureRow) => void
  readonly resume: (capture: CaptureRow) => void
  readonly stop: (capture: CaptureRow) => void
  readonly rename: (capture: CaptureRow) => void
  readonly remove: (capture: CaptureRow) => void
}

export const canPause = (capture: CaptureRow): boolean => capture.state === 'running'
export const canResume = (capture: CaptureRow): boolean =>
  capture.state === 'paused' || capture.state === 'stopped' || capture.state === 'failed'
export const canStop = (capture: CaptureRow): boolean => capture.state === 'running' || capture.state === 'paused'
