import { expect, test } from 'vitest'
import { uncovered, union } from './intervals'
import { span } from './time-scale'

test('the union joins what touches', () => {
  expect(
    union([
      [span(0, 10), span(20, 30)],
      [span(10, 15), span(25, 40)],
    ]),
  ).toEqual([span(0, 15), span(20, 40)])
})

test('what is not covered is the rest', () => {
  expect(uncovered([span(10, 20), span(30, 40)], span(0, 50))).toEqual([span(0, 10), span(20, 30), span(40, 50)])
  expect(uncovered([span(10, 20)], span(12, 18))).toEqual([])
  expect(uncovered([], span(1, 2))).toEqual([span(1, 2)])
})

test('every instant is either covered or not, in a thousand random cases', () => {
  let seed = 7
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
  for (let round = 0; round < 1_000; round += 1) {
    const sets = Array.from({ length: 3 }, () =>
      Array.from({ length: random(4) }, () => {
        const from = random(50)
        return span(from, from + 1 + random(10))
      }),
    )
    const inside = union(sets)
    const outside = uncovered(inside, span(0, 60))
    for (let at = 0; at < 60; at += 1) {
      const holds = (intervals: readonly { from: number; until: number }[]): number =>
        intervals.filter((i) => at >= i.from && at < i.until).length
      const wanted = sets.flat().some((i) => at >= i.from && at < i.until) ? 1 : 0
      if (holds(inside) !== wanted || holds(outside) !== 1 - wanted) expect.fail(`at ${at}: ${JSON.stringify(sets)}`)
    }
  }
})
