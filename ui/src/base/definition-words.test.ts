import { expect, test } from 'vitest'
import { sagaNameOf, stepIdsOf, wordsWanted } from './definition-words'

test.each([
  ['    request: RES', { kind: 'type', from: 13 }],
  ['    failure: [PAYMENT_FAILED, PAY', { kind: 'type', from: 30 }],
  ['    undo: { request: REF', { kind: 'type', from: 21 }],
  ['start: { on: ', { kind: 'type', from: 13 }],
  ['  type:   ["$.ev', { kind: 'path', from: 12 }],
  ['    - { at: "', { kind: 'path', from: 13 }],
  ['    after: [inventory, pay', { kind: 'step', from: 23 }],
  ['    ti', { kind: 'key', from: 4 }],
  ['  - i', { kind: 'key', from: 4 }],
  ['# request: RES', null],
  ['saga: order', null],
  ['    timeout: 5', null],
] as const)('%s', (line, wanted) => {
  expect(wordsWanted(line)).toEqual(wanted)
})

test('steps and the name of a definition', () => {
  const text = 'saga: order-fulfilment\nsteps:\n  - id: inventory\n    timeout: 5s\n  - id: pay-out\n'
  expect(stepIdsOf(text)).toEqual(['inventory', 'pay-out'])
  expect(sagaNameOf(text)).toBe('order-fulfilment')
  expect(sagaNameOf('saga: "order"')).toBe('order')
  expect(sagaNameOf('version: 1')).toBeNull()
})
