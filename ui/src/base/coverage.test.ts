import { expect, test } from 'vitest'
import { together, unknownIn } from './coverage'
import { span } from './time-scale'

const WINDOW = span(0, 110)

test('at the live edge of a running capture nothing is missing: it is not read yet', () => {
  const live = { covered: [span(10, 92)], readOnFrom: 92 }
  expect(unknownIn(live, WINDOW, 100)).toEqual({ missing: [span(0, 10)], unread: [span(92, 100)] })
})

test('after a stopped capture everything up to now is missing', () => {
  const stopped = { covered: [span(10, 92)], readOnFrom: null }
  expect(unknownIn(stopped, WINDOW, 100)).toEqual({ missing: [span(0, 10), span(92, 100)], unread: [] })
})

test('a shard that is far behind hides no gap before the place where it is read', () => {
  const behind = { covered: [span(10, 20), span(30, 40), span(80, 90)], readOnFrom: 40 }
  expect(unknownIn(behind, WINDOW, 100)).toEqual({
    missing: [span(0, 10), span(20, 30)],
    unread: [span(40, 80), span(90, 100)],
  })
})

test('a shard that is read from its beginning misses nothing', () => {
  expect(unknownIn({ covered: [], readOnFrom: 0 }, WINDOW, 100)).toEqual({ missing: [], unread: [span(0, 100)] })
})

test('what is to come, and what was read beyond the window, is not unknown', () => {
  expect(unknownIn({ covered: [span(0, 100)], readOnFrom: 100 }, WINDOW, 100)).toEqual({ missing: [], unread: [] })
  expect(unknownIn({ covered: [span(0, 300)], readOnFrom: 300 }, WINDOW, 320)).toEqual({ missing: [], unread: [] })
  expect(unknownIn({ covered: [], readOnFrom: null }, span(200, 210), 100)).toEqual({ missing: [], unread: [] })
})

test('of several shards a time is known where one knows it, and unread where one still reads', () => {
  const idle = { covered: [span(0, 50)], readOnFrom: null }
  const live = { covered: [span(60, 90)], readOnFrom: 90 }
  expect(together([idle, live])).toEqual({ covered: [span(0, 50), span(60, 90)], readOnFrom: 90 })
  expect(together([idle]).readOnFrom).toBeNull()
})
