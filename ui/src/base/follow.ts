// Whether the list stays at its newest record. Capture and view are separate: this machine is about the view only,
// and only a user's own gesture takes it away from the tail (never a layout, never a programmatic scroll).

export type FollowState = 'follow' | 'held' | 'paused' | 'stopped'

export type FollowEvent =
  /** Wheel up, ArrowUp, PageUp, Home, scroll bar up, a selection, a menu. */
  | 'movedAway'
  /** End, G, scrolled to within a row of the tail, the pill. */
  | 'reachedTail'
  | 'pauseToggled'
  | 'liveToggled'
  | 'captureStarted'
  | 'captureEnded'

export function followed(state: FollowState, event: FollowEvent): FollowState {
  switch (event) {
    case 'movedAway':
      return state === 'follow' ? 'held' : state
    case 'reachedTail':
      return state === 'held' ? 'follow' : state
    case 'pauseToggled':
      return state === 'paused' ? 'held' : state === 'stopped' ? 'stopped' : 'paused'
    case 'liveToggled':
      return state === 'follow' ? 'held' : state === 'stopped' ? 'stopped' : 'follow'
    case 'captureStarted':
      return state === 'stopped' ? 'follow' : state
    case 'captureEnded':
      return 'stopped'
  }
}

/** Whether what is shown may change by itself. */
export const takesInNews = (state: FollowState): boolean => state !== 'paused'
