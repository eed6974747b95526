import { expect, test } from 'vitest'
import { sagaTimeline, type TimedEvent, type TimedStep } from './saga-timeline'

const step = (id: string, requestedAt: number | null, answeredAt: number | null, undo: TimedStep['undo'] = null): TimedStep => ({
  id,
  requestedAt,
  answeredAt,
  dueAt: requestedAt === null ? null : requestedAt + 500,
  undo,
})
const event = (index: number, at: number, step: string | null, role: string, source = 'orders'): TimedEvent => ({
  index,
  at,
  step,
  role,
  source,
})

test('a step asked for and answered has a bar, its deadline where it was passed, and its dots', () => {
  const { rows } = sagaTimeline(
    [step('pay', 100, 800)],
    [event(0, 0, null, 'start'), event(1, 100, 'pay', 'request'), event(2, 800, 'pay', 'success'), event(3, 1_000, null, 'completed')],
    { widthPx: 1_000, until: 1_000, scale: 'collapsed' },
  )
  expect(rows.map((row) => row.key)).toEqual(['saga ', 'step pay'])
  expect(rows[1]).toMatchObject({ bar: { xPx: 100, widthPx: 700, open: false }, deadlinePx: 600 })
  expect(rows[0]?.dots).toEqual([
    { event: 0, xPx: 0 },
    { event: 3, xPx: 1_000 },
  ])
})

test('an unanswered step reaches to what is known', () => {
  const { rows } = sagaTimeline([step('pay', 0, null)], [event(0, 0, 'pay', 'request')], { widthPx: 100, until: 1_000, scale: 'linear' })
  expect(rows[1]?.bar).toEqual({ xPx: 0, widthPx: 100, open: true })
  expect(rows[1]?.deadlinePx).toBe(50)
})

test('a compensation stands under its step, linked to where the step was done', () => {
  const undo = { requestedAt: 600, answeredAt: 900, dueAt: 1_100 }
  const { rows } = sagaTimeline(
    [step('pay', 100, 300, undo), step('ship', null, null, { requestedAt: null, answeredAt: null, dueAt: null })],
    [
      event(0, 100, 'pay', 'request'),
      event(1, 300, 'pay', 'success'),
      event(2, 600, 'pay', 'undoRequest'),
      event(3, 900, 'pay', 'undoSuccess'),
    ],
    { widthPx: 800, until: 900, scale: 'linear' },
  )
  expect(rows.map((row) => row.key)).toEqual(['saga ', 'step pay', 'undo pay', 'step ship'])
  expect(rows[2]).toMatchObject({ link: { fromPx: 200, toPx: 500 }, bar: { xPx: 500, widthPx: 300 } })
})

test('without steps there is a row for each source', () => {
  const { rows } = sagaTimeline([], [event(0, 0, null, 'other', 'a'), event(1, 9, null, 'other', 'b'), event(2, 12, null, 'other', 'a')], {
    widthPx: 120,
    until: 12,
    scale: 'collapsed',
  })
  expect(rows.map((row) => [row.name, row.dots.length])).toEqual([
    ['a', 2],
    ['b', 1],
  ])
})

test('every event has exactly one dot within the width, whatever the saga', () => {
  for (let seed = 1; seed < 200; seed += 1) {
    const draw = (n: number): number => Math.abs(Math.imul(seed * 31 + n, 2654435761)) % 10_000
    const steps = Array.from({ length: draw(0) % 5 }, (_, i) =>
      step(`s${i}`, draw(i), draw(i) + draw(i + 9), { requestedAt: draw(i + 20), answeredAt: null, dueAt: null }),
    )
    const events = Array.from({ length: 1 + (draw(1) % 20) }, (_, i) =>
      event(i, draw(i + 40), draw(i) % 3 === 0 ? null : `s${draw(i) % 6}`, draw(i) % 4 === 0 ? 'undoRequest' : 'success'),
    )
    const { rows } = sagaTimeline(steps, events, { widthPx: 640, until: 10_000, scale: 'collapsed' })
    const dots = rows.flatMap((row) => row.dots)
    expect(dots.map((dot) => dot.event).sort((a, b) => a - b)).toEqual(events.map((one) => one.index))
    dots.forEach((dot) => expect(dot.xPx >= 0 && dot.xPx <= 640.001).toBe(true))
  }
})
