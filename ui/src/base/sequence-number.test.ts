import { expect, test } from 'vitest'
import { sequenceNumber as s } from './brands'
import { compareSequenceNumbers } from './sequence-number'

const sorted = (...texts: string[]): string[] => texts.map(s).sort(compareSequenceNumbers)

test('the shorter number comes first, whatever its digits', () => {
  expect(sorted('100', '99', '5')).toEqual(['5', '99', '100'])
})

test('56 digits are told apart by their last one', () => {
  const stem = '49659600012345678901234567890123456789012345678901234'
  expect(sorted(`${stem}202`, `${stem}201`)).toEqual([`${stem}201`, `${stem}202`])
})

test('leading zeros carry no weight', () => {
  expect(compareSequenceNumbers(s('007'), s('7'))).toBe(0)
  expect(compareSequenceNumbers(s('000'), s('0'))).toBe(0)
  expect(compareSequenceNumbers(s('010'), s('9'))).toBeGreaterThan(0)
})
