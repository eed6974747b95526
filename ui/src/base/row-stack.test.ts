import { expect, test } from 'vitest'
import { RowStack } from './row-stack'

const stack = new RowStack(4, (row) => (row === 1 ? 100 : 28))

test('lines follow each other, whatever their heights', () => {
  expect([0, 1, 2, 3, 4].map((row) => stack.topPx(row))).toEqual([0, 28, 128, 156, 184])
  expect(stack.heightPx).toBe(184)
})

test('each place has its line', () => {
  expect([-5, 0, 27, 28, 127, 128, 183, 900].map((px) => stack.rowAt(px))).toEqual([0, 0, 0, 1, 1, 2, 3, 3])
  expect(new RowStack(0, () => 28).rowAt(10)).toBe(0)
})

test('a line comes into sight by the shortest way', () => {
  expect([0, 1, 2, 3].map((row) => stack.revealing(row, 30, 120))).toEqual([0, 28, 36, 64])
  expect(stack.revealing(2, 100, 80)).toBe(100)
  expect(stack.revealing(1, 0, 60)).toBe(28)
})
