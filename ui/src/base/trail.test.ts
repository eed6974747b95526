import { expect, test } from 'vitest'
import { replaced, stepped, trailFrom, visited, type Trail } from './trail'

const walk = (...places: string[]): Trail<string> => places.reduce((trail, place) => visited(trail, place), trailFrom('start'))
const step = (trail: Trail<string>, by: -1 | 1): Trail<string> => stepped(trail, by) ?? expect.fail('no step')

test('back leads through the places in turn, and forward undoes it', () => {
  const trail = walk('a', 'b', 'c')
  const back = step(step(trail, -1), -1)
  expect(back.here).toBe('a')
  expect(step(back, 1).here).toBe('b')
  expect(step(step(back, 1), 1)).toEqual(trail)
  expect(stepped(step(back, -1), -1)).toBeNull()
  expect(stepped(trail, 1)).toBeNull()
})

test('a new place ends what lay ahead', () => {
  const trail = visited(step(walk('a', 'b'), -1), 'x')
  expect(trail).toEqual({ behind: ['start', 'a'], here: 'x', ahead: [] })
})

test('a place that was only passed is not come back to', () => {
  const trail = replaced(visited(walk('a'), 'ab'), 'abc')
  expect(trail.behind).toEqual(['start', 'a'])
  expect(trail.here).toBe('abc')
})

test('whatever is walked, every step back is undone by one forward, and the places stay few', () => {
  let seed = 7
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
  let trail = trailFrom('0')
  for (let i = 1; i < 3_000; i += 1) {
    const chance = random()
    const by = chance < 0.3 ? -1 : 1
    const next = chance < 0.5 ? stepped(trail, by) : chance > 0.9 ? replaced(trail, String(i)) : visited(trail, String(i))
    if (next && chance < 0.5) expect(stepped(next, by === 1 ? -1 : 1)).toEqual(trail)
    trail = next ?? trail
    expect(trail.behind.length + trail.ahead.length).toBeLessThan(100)
  }
})
