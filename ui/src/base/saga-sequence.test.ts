import { expect, test } from 'vitest'
import { SEQUENCE, sequenceLayout, type SequenceMessage } from './saga-sequence'

const message = (event: number, from: number, to: number, at: number): SequenceMessage => ({ event, from, to, at })

test('lifelines share the room, and messages follow each other downward', () => {
  const laid = sequenceLayout(2, [message(0, 0, 1, 0), message(1, 1, 0, 40)], 800)
  expect(laid.lifelinesPx).toEqual([200, 600])
  expect(laid.messages.map(({ yPx, fromPx, toPx }) => [yPx, fromPx, toPx])).toEqual([
    [64, 200, 600],
    [104, 600, 200],
  ])
  expect(laid.widthPx).toBe(800)
})

test('many lifelines are wider than the room', () => {
  expect(sequenceLayout(6, [], 400).widthPx).toBe(6 * SEQUENCE.columnPx)
})

test('a wait of a second or more is marked between its two messages', () => {
  const { waits, messages } = sequenceLayout(2, [message(0, 0, 1, 0), message(1, 1, 0, 4_200)], 400)
  expect(waits).toEqual([{ yPx: 89, lengthMillis: 4_200 }])
  expect(messages[1]?.yPx).toBeGreaterThan(waits[0]?.yPx ?? 0)
})

test('a message to itself is a loop', () => {
  expect(sequenceLayout(1, [message(0, 0, 0, 0)], 200).messages[0]).toMatchObject({ loop: true })
})

test('of any messages: rows in their order, apart from each other, within the height; lines end at lifelines', () => {
  for (let seed = 1; seed < 200; seed += 1) {
    const draw = (n: number): number => Math.abs(Math.imul(seed * 41 + n, 3266489917)) % 10_000
    const lifelines = 1 + (draw(0) % 7)
    const messages = Array.from({ length: draw(1) % 40 }, (_, i) => message(i, draw(i) % lifelines, draw(i + 60) % lifelines, draw(i + 99)))
    const laid = sequenceLayout(lifelines, messages, 100 + draw(2) / 10)
    laid.messages.forEach((one, i) => {
      expect(one.event).toBe(i)
      expect(one.yPx - (laid.messages[i - 1]?.yPx ?? 0)).toBeGreaterThanOrEqual(SEQUENCE.rowPx)
      expect(laid.lifelinesPx).toContain(one.fromPx)
      expect(laid.lifelinesPx).toContain(one.toPx)
      expect(one.yPx).toBeLessThan(laid.heightPx)
    })
  }
})
