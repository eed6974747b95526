import { expect, test } from 'vitest'
import { replayedSaga } from './saga-replay'

const event = (record: string, effective = true, replayed = false) => ({ record, effective, replayed })

test('each record of a saga is replayed once, whatever was delivered again or replayed before', () => {
  const events = [event('1'), event('2'), event('2', false), event('3', false), event('4', true, true), event('5', false, true), event('6')]
  expect(replayedSaga(events)).toEqual({ records: ['1', '2', '6'], leftOut: 3 })
  expect(replayedSaga([event('1'), event('1'), event('2')])).toEqual({ records: ['1', '2'], leftOut: 0 })
})

test('where only copies are captured, they are what is replayed', () => {
  const copies = [event('1', true, true), event('2', true, true), event('3', false, true)]
  expect(replayedSaga(copies)).toEqual({ records: ['1', '2'], leftOut: 1 })
})
