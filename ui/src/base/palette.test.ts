// The series colours can be told apart by everybody and stand out from their ground. Vision is simulated in linear
// RGB (Viénot, Brettel, Mollon 1999 for protan and deutan; Brettel's tritan as one matrix), distance is OKLab × 100.
import { expect, test } from 'vitest'
import { coolest, heatBounds, heatStep, heatWords, HEAT_STEPS } from './cividis'
import { GLYPHS, markOf, SERIES_ON_DARK, SERIES_ON_LIGHT } from './palette'

type Triple = readonly [number, number, number]
type Matrix = readonly [Triple, Triple, Triple]

const VISION: Readonly<Record<string, Matrix>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.11238, 0.88762, 0],
    [0.11238, 0.88762, 0],
    [0.00401, -0.00401, 1],
  ],
  deutan: [
    [0.29275, 0.70725, 0],
    [0.29275, 0.70725, 0],
    [-0.02234, 0.02234, 1],
  ],
  tritan: [
    [1.01277, 0.13548, -0.14826],
    [-0.01243, 0.86812, 0.14431],
    [0.07589, 0.805, 0.11911],
  ],
}

const times = (m: Matrix, [a, b, c]: Triple): Triple => m.map((row) => row[0] * a + row[1] * b + row[2] * c) as unknown as Triple

function linear(hex: string): Triple {
  const channel = (at: number): number => {
    const v = parseInt(hex.slice(at, at + 2), 16) / 255
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

function oklab(rgb: Triple): Triple {
  const lms = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb,
  )
  const root = lms.map(Math.cbrt) as unknown as Triple
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    root,
  )
}

const luminance = ([r, g, b]: Triple): number => 0.2126 * r + 0.7152 * g + 0.0722 * b
const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

function nearest(colours: readonly string[]): number {
  let least = Infinity
  for (const matrix of Object.values(VISION)) {
    const seen = colours.map((hex) => oklab(times(matrix, linear(hex)).map((v) => Math.min(1, Math.max(0, v))) as unknown as Triple))
    for (let i = 0; i < seen.length; i += 1)
      for (let j = 0; j < i; j += 1) {
        const [a, b] = [seen[i], seen[j]]
        if (a && b) least = Math.min(least, Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) * 100)
      }
  }
  return least
}

test.each([
  ['light', SERIES_ON_LIGHT, '#FFFFFF'],
  ['dark', SERIES_ON_DARK, '#14171C'],
] as const)('series on %s are apart for everybody and stand out', (_ground, colours, background) => {
  expect(nearest(colours)).toBeGreaterThanOrEqual(12)
  for (const colour of colours) expect(contrast(colour, background)).toBeGreaterThanOrEqual(3)
})

test('a word keeps its mark, and ordinary words spread over the marks', () => {
  expect(markOf('ORDER_CREATED')).toEqual(markOf('ORDER_CREATED'))
  const words = [
    'ORDER_CREATED',
    'INVENTORY_RESERVED',
    'PAYMENT_PROCESSED',
    'PAYMENT_FAILED',
    'ORDER_SHIPPED',
    'ORDER_COMPLETED',
    'USER_REGISTERED',
  ]
  expect(new Set(words.map((word) => JSON.stringify(markOf(word)))).size).toBeGreaterThanOrEqual(6)
  expect(words.every((word) => (GLYPHS as readonly string[]).includes(markOf(word).glyph))).toBe(true)
})

test('heat has a step for none and eight for some', () => {
  expect([0, 1, 32, 100, 1_000].map((n) => heatStep(n, 1_000))).toEqual([0, 1, 1, 3, 8])
  expect([1, 3, 14].map((n) => heatStep(n, 14))).toEqual([1, 4, 8])
  expect(heatStep(1, 1)).toBe(HEAT_STEPS)
  expect([0, 1, 125, 126, 500, 1_000].map((n) => heatStep(n, 1_000, 'linear'))).toEqual([0, 1, 1, 2, 4, 8])
  expect([coolest(1_000), coolest(1_000, 'linear')]).toEqual([32, 125])
  expect(heatWords(true)[0]).toBe(0)
})

test('the bounds of the steps tell what the scale tells, for every count', () => {
  const scales = ['log', 'linear'] as const
  for (const [largest, scale] of [1, 2, 3, 31, 32, 33, 64, 999, 4_096, 100_003].flatMap((most) =>
    scales.map((scale) => [most, scale] as const),
  )) {
    const bounds = heatBounds(largest, scale)
    const stepOf = (count: number): number => bounds.findLastIndex((bound) => count >= bound)
    const counts = [...Array.from({ length: 2_000 }, (_, i) => i), largest - 1, largest, largest + 1, largest * 9]
    for (const count of counts) expect(stepOf(count), `${count} of ${largest}, ${scale}`).toBe(heatStep(count, largest, scale))
  }
})
