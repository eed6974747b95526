import { expect, test } from 'vitest'
import { followed, type FollowEvent, type FollowState } from './follow'

const after = (start: FollowState, ...events: FollowEvent[]): string => events.reduce(followed, start)

test('scrolling away holds, reaching the tail follows again', () => {
  expect(after('follow', 'movedAway')).toBe('held')
  expect(after('follow', 'movedAway', 'movedAway', 'reachedTail')).toBe('follow')
})

test('a paused view stays paused until it is asked to go on', () => {
  expect(after('follow', 'pauseToggled', 'reachedTail', 'movedAway')).toBe('paused')
  expect(after('paused', 'pauseToggled')).toBe('held')
  expect(after('paused', 'liveToggled')).toBe('follow')
})

test('without a running capture there is nothing to follow', () => {
  expect(after('follow', 'captureEnded')).toBe('stopped')
  expect(after('stopped', 'reachedTail', 'liveToggled', 'pauseToggled')).toBe('stopped')
  expect(after('stopped', 'captureStarted')).toBe('follow')
})

test('another capture that starts moves nobody who has scrolled away', () => {
  expect(after('held', 'captureStarted')).toBe('held')
  expect(after('paused', 'captureStarted')).toBe('paused')
})
