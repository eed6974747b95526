import { expect, test } from 'vitest'
import { atFirst, fitted, MOST_SCALE, moved, revealing, zoomed, type Sight } from './pan-zoom'

const ROOM = { widthPx: 400, heightPx: 300 }
const SMALL = { widthPx: 200, heightPx: 100 }
const WIDE = { widthPx: 36_000, heightPx: 200 }
const HOME: Sight = { scale: 1, xPx: 0, yPx: 0 }

test('what is at the cursor stays there while it grows and shrinks', () => {
  const spot = { xPx: 120, yPx: 40 }
  const under = (sight: Sight): number[] => [(spot.xPx - sight.xPx) / sight.scale, (spot.yPx - sight.yPx) / sight.scale]
  let sight = HOME
  for (const factor of [1.5, 1.2, 0.5, 0.8]) {
    const before = under(sight)
    sight = zoomed(sight, factor, spot, SMALL, ROOM)
    expect(under(sight)[0]).toBeCloseTo(before[0] ?? Number.NaN)
    expect(under(sight)[1]).toBeCloseTo(before[1] ?? Number.NaN)
  }
  expect(sight.scale).toBeCloseTo(1.5 * 1.2 * 0.5 * 0.8)
})

test('it grows to a limit, and shrinks until all of it is in sight', () => {
  expect(zoomed(HOME, 1_000, { xPx: 0, yPx: 0 }, SMALL, ROOM).scale).toBe(MOST_SCALE)
  expect(zoomed(HOME, 0.0001, { xPx: 0, yPx: 0 }, WIDE, ROOM).scale).toBeCloseTo(400 / 36_000)
  expect(zoomed(HOME, 0.0001, { xPx: 0, yPx: 0 }, SMALL, ROOM).scale).toBeCloseTo(0.1)
})

test('all of it is shown in the middle, and a small one is not made larger', () => {
  expect(fitted(SMALL, ROOM)).toEqual({ scale: 1, xPx: 100, yPx: 100 })
  const whole = fitted(WIDE, ROOM)
  expect(whole.scale * WIDE.widthPx).toBeCloseTo(400)
  expect(fitted({ widthPx: 0, heightPx: 0 }, ROOM).scale).toBe(1)
  expect(fitted(SMALL, { widthPx: 0, heightPx: 0 }).scale).toBe(1)
})

test('what could not be read as a whole begins at its beginning', () => {
  expect(atFirst(WIDE, ROOM)).toEqual({ scale: 0.6, xPx: 0, yPx: 90 })
  expect(atFirst(SMALL, ROOM)).toEqual(HOME)
})

test('some of it stays in sight, whatever is done', () => {
  expect(moved(HOME, -10_000, 10_000, SMALL, ROOM)).toEqual({ scale: 1, xPx: 48 - 200, yPx: 300 - 48 })
  expect(moved(HOME, 10_000, -10_000, SMALL, ROOM)).toEqual({ scale: 1, xPx: 400 - 48, yPx: 48 - 100 })
})

test('a part that takes the focus comes into sight, by the shortest way', () => {
  const part = { xPx: 1_000, yPx: 20, widthPx: 100, heightPx: 50 }
  expect(revealing(HOME, part, WIDE, ROOM)).toEqual({ scale: 1, xPx: -700, yPx: 0 })
  const there = { scale: 1, xPx: -700, yPx: 0 }
  expect(revealing(there, part, WIDE, ROOM)).toBe(there)
  expect(revealing(there, { ...part, xPx: 500 }, WIDE, ROOM)).toEqual({ scale: 1, xPx: -500, yPx: 0 })
})
