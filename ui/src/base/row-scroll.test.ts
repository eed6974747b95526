import { expect, test } from 'vitest'
import { RowScroll } from './row-scroll'

const HUNDRED_MILLION = 100_000_000

test('every one of 100 million rows can be brought to the top', () => {
  const scroll = new RowScroll(HUNDRED_MILLION, 26, 700)
  for (const row of [0, 1, 1_398_101, 33_554_431, 99_999_900]) {
    const offset = scroll.clamped(row * 26)
    expect(scroll.firstRow(offset)).toBe(row)
  }
  expect(scroll.firstRow(scroll.maxOffsetPx) + scroll.visibleRows).toBeGreaterThanOrEqual(HUNDRED_MILLION)
})

test('the thumb reaches both ends, and gives back the offset that it shows', () => {
  const scroll = new RowScroll(HUNDRED_MILLION, 26, 700)
  expect(scroll.thumb(0).topPx).toBe(0)
  const end = scroll.thumb(scroll.maxOffsetPx)
  expect(end.topPx + end.heightPx).toBeCloseTo(700, 6)
  for (const share of [0.1, 0.5, 0.99]) {
    const offset = scroll.clamped(scroll.maxOffsetPx * share)
    expect(Math.abs(scroll.offsetFromThumb(scroll.thumb(offset).topPx) - offset)).toBeLessThanOrEqual(1)
  }
})

test('few rows do not scroll', () => {
  const scroll = new RowScroll(10, 26, 700)
  expect(scroll.scrollable).toBe(false)
  expect(scroll.clamped(500)).toBe(0)
  expect(scroll.thumb(0)).toEqual({ topPx: 0, heightPx: 700 })
})

test('no rows at all', () => {
  const scroll = new RowScroll(0, 26, 700)
  expect(scroll.firstRow(0)).toBe(0)
  expect(scroll.offsetFromThumb(50)).toBe(0)
})

test('revealing moves as little as it can', () => {
  const scroll = new RowScroll(1_000, 20, 200)
  expect(scroll.revealing(3, 0)).toBe(0)
  expect(scroll.revealing(10, 0)).toBe(20)
  expect(scroll.revealing(2, 100)).toBe(40)
  expect(scroll.revealing(999, 0)).toBe(scroll.maxOffsetPx)
  // while a pane is moved there may be no room at all for a moment
  expect(new RowScroll(1_000, 20, 0).revealing(10, 100)).toBe(200)
})

test('the end is within one row', () => {
  const scroll = new RowScroll(1_000, 20, 200)
  expect(scroll.atEnd(scroll.maxOffsetPx - 20)).toBe(true)
  expect(scroll.atEnd(scroll.maxOffsetPx - 21)).toBe(false)
})
