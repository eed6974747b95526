import { expect, test } from 'vitest'
import { FOLD_PX, SCALES, timeRuler } from './time-ruler'

/** A seeded generator: the same figures in every run. */
function* figures(seed: number): Generator<number> {
  for (let h = seed; ;) {
    h = (Math.imul(h, 1664525) + 1013904223) >>> 0
    yield h / 2 ** 32
  }
}

test('an even row of times is laid out evenly, and nothing is folded', () => {
  const ruler = timeRuler([0, 100, 200, 300, 400], 400, 'collapsed')
  expect(ruler.parts).toEqual([{ from: 0, until: 400, xPx: 0, widthPx: 400, folded: false }])
  expect([0, 50, 400].map(ruler.x)).toEqual([0, 50, 400])
})

test('three minutes of silence become a narrow fold', () => {
  const ruler = timeRuler([0, 40, 390, 410, 190_000], 552, 'collapsed')
  const folded = ruler.parts.filter((part) => part.folded)
  expect(folded).toEqual([{ from: 410, until: 190_000, xPx: 500, widthPx: FOLD_PX, folded: true }])
  expect(ruler.x(205)).toBeCloseTo(250)
  expect(ruler.x(190_000)).toBeCloseTo(552)
})

test('without folds the same times are even', () => {
  expect(timeRuler([0, 40, 390, 410, 190_000], 500, 'linear').parts).toHaveLength(1)
})

test('on the logarithmic scale each decade is about as wide, and short steps of a long saga are told apart', () => {
  const ruler = timeRuler([0, 40, 390, 410, 190_000], 500, 'log')
  expect(ruler.parts.map((part) => part.from)).toEqual([0, 100, 1_000, 10_000, 100_000])
  expect(ruler.x(40)).toBeGreaterThan(50)
  expect(ruler.x(410) - ruler.x(390)).toBeGreaterThan(2)
  const [, second, third] = ruler.parts
  expect(second?.widthPx).toBeCloseTo(third?.widthPx ?? 0, -1)
  expect([ruler.x(0), ruler.x(190_000), ruler.x(300_000)]).toEqual([0, 500, 500])
  expect(timeRuler([], 100, 'log').x(5)).toBe(0)
})

test('no time, one time and equal times have a place', () => {
  expect(timeRuler([], 100, 'collapsed').x(5)).toBe(0)
  expect(timeRuler([7], 100, 'collapsed').x(7)).toBe(0)
  expect(timeRuler([7, 7], 100, 'collapsed').x(9)).toBe(0)
})

test('two times far apart are not folded away, for nothing else happens', () => {
  expect(timeRuler([0, 60_000], 100, 'collapsed').x(60_000)).toBe(100)
})

test('of any times: never backwards, from end to end, parts without holes', () => {
  const next = figures(7)
  const draw = (): number => next.next().value as number
  for (let round = 0; round < 300; round += 1) {
    const times = Array.from({ length: 1 + Math.floor(draw() * 30) }, () => Math.floor(draw() ** 6 * 10_000_000))
    const widthPx = 60 + draw() * 1_500
    const scale = SCALES[Math.floor(draw() * 3)] ?? 'linear'
    const ruler = timeRuler(times, widthPx, scale)
    const sorted = [...new Set(times)].sort((a, b) => a - b)
    const xs = sorted.map(ruler.x)
    xs.forEach((x, i) => expect(x).toBeGreaterThanOrEqual((xs[i - 1] ?? 0) - 1e-6))
    expect(xs[0]).toBeCloseTo(0)
    expect(xs.every((x) => x >= 0 && x <= widthPx + 1e-6)).toBe(true)
    if (sorted.length > 1) expect(xs.at(-1)).toBeCloseTo(widthPx)
    ruler.parts.forEach((part, i) => {
      const before = ruler.parts[i - 1]
      if (before) {
        expect(part.from).toBe(before.until)
        expect(part.xPx).toBeCloseTo(before.xPx + before.widthPx)
      }
    })
    if (scale === 'log') continue
    const busy = ruler.parts.filter((part) => !part.folded && part.until > part.from)
    const rates = busy.map((part) => part.widthPx / (part.until - part.from))
    rates.forEach((rate) => expect(rate).toBeCloseTo(rates[0] ?? 0))
  }
})
