import { expect, test } from 'vitest'
import { jsonTokens } from './json-tokens'
import { findInText, markedTokens } from './text-find'
import { LONGEST_PIECE, textLines } from './text-lines'

const found = (text: string, wanted: string): string[] => {
  const lines = textLines(text)
  const { parts } = findInText(text, lines, wanted)
  return [...parts].flatMap(([line, some]) => some.map((part) => `${line}:${lines[line]?.text.slice(part.from, part.until)}`))
}

test('a text is found in any case, on the line where it stands', () => {
  expect(found('one\nTwo two\n\nthree', 'two')).toEqual(['1:Two', '1:two'])
  expect(findInText('a\na\nb', textLines('a\na\nb'), 'a')).toMatchObject({ lines: [0, 1], total: 2 })
  expect(found('a.b axb', 'a.b')).toEqual(['0:a.b'])
  expect(found('a', '')).toEqual([])
})

test('across the pieces of a long line it is one match in two parts', () => {
  const text = `${'x'.repeat(LONGEST_PIECE - 2)}needle${'y'.repeat(10)}\nneedle`
  expect(found(text, 'needle')).toEqual(['0:ne', '1:edle', '2:needle'])
  expect(findInText(text, textLines(text), 'needle')).toMatchObject({ lines: [0, 2], total: 2 })
})

test('all matches are counted, and as many are listed as can be gone through', () => {
  const text = 'ab\n'.repeat(6_000)
  const { lines, total } = findInText(text, textLines(text), 'b')
  expect([lines.length, total]).toEqual([5_000, 6_000])
})

test('tokens keep their colours, are cut where a match begins or ends, and say the line still', () => {
  const line = '  "name": "Ada", "n": 12'
  const marked = markedTokens(jsonTokens(line), [{ match: 3, from: 4, until: 12 }])
  expect(marked.map((token) => token.text).join('')).toBe(line)
  expect(marked.filter((token) => token.match === 3).map((token) => token.text)).toEqual(['ame"', ':', ' ', '"A'])
  expect(marked.find((token) => token.text === 'ame"')?.kind).toBe('key')
})
