import { expect, test } from 'vitest'
import {
  canMove,
  column,
  known,
  moved,
  pathsOf,
  pathTitle,
  pinToggled,
  resized,
  shownAgain,
  without,
  withPath,
  type ColumnChoices,
} from './column-choices'

const DEFAULTS = [column('time'), column('stream', false), column('key'), column('preview')]
const told = (choices: ColumnChoices): string =>
  choices
    .map(({ id, pinned, shown, widthPx }) => `${pinned ? '!' : ''}${shown ? '' : '-'}${id}${widthPx === null ? '' : ` ${widthPx}`}`)
    .join(' ')

test('what was kept stays in its order, what is unknown goes, and what is new is hidden', () => {
  const kept = [
    column('key'),
    column('$.amount'),
    column('of a later version'),
    column('key'),
    { ...column('time'), pinned: true, widthPx: 9_000 },
  ]
  expect(told(known(kept, DEFAULTS))).toBe('!time 1200 key $.amount -stream -preview')
})

test('a path is added before the column that takes the rest of the width, once', () => {
  const added = withPath(withPath(known(DEFAULTS, DEFAULTS), '$.amount', 'preview'), '$.id', 'preview')
  expect(told(added)).toBe('time key $.amount $.id preview -stream')
  expect(told(withPath(added, '$.amount', 'preview'))).toBe('time key $.id $.amount preview -stream')
  expect(told(withPath(moved(added, 'preview', -1), '$.x', 'preview'))).toBe('time key $.amount preview $.id $.x -stream')
  expect(pathsOf(added)).toEqual(['$.amount', '$.id'])
})

test('a column of the product is hidden and comes back last, a path goes, and one column always stays', () => {
  let choices = withPath(known(DEFAULTS, DEFAULTS), '$.amount', 'preview')
  choices = without(without(choices, 'time'), '$.amount')
  expect(told(choices)).toBe('key preview -time -stream')
  expect(told(shownAgain(choices, 'time'))).toBe('key preview time -stream')
  choices = without(without(choices, 'key'), 'preview')
  expect(told(choices)).toBe('preview -key -time -stream')
})

test('a pinned column stands before the others and moves among the pinned only', () => {
  const choices = pinToggled(known(DEFAULTS, DEFAULTS), 'key')
  expect(told(choices)).toBe('!key time preview -stream')
  expect(canMove(choices, 'key', 1)).toBe(false)
  expect(canMove(choices, 'preview', 1)).toBe(false)
  expect(told(moved(choices, 'time', 1))).toBe('!key preview time -stream')
  expect(told(pinToggled(choices, 'key'))).toBe('key time preview -stream')
})

test('a width has its limits', () => {
  expect(told(resized(resized(DEFAULTS, 'time', 3), 'key', 180.4))).toBe('time 40 -stream key 180 preview')
  expect(resized(resized(DEFAULTS, 'time', 300), 'time', null)).toEqual(DEFAULTS)
})

test('a path has its name without the root', () => {
  expect(['$.customer.id', "$['first name'].x", '$[0].a', '$'].map(pathTitle)).toEqual(['customer.id', "['first name'].x", '[0].a', '$'])
})
