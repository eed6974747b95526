import { expect, test } from 'vitest'
import { lineDiff } from './line-diff'

const told = (before: string, after: string): string =>
  lineDiff(before, after)
    .map(({ kind, text, part }) => {
      const sign = kind === 'same' ? ' ' : kind === 'removed' ? '-' : '+'
      return sign + (part ? `${text.slice(0, part.from)}[${text.slice(part.from, part.until)}]${text.slice(part.until)}` : text)
    })
    .join('\n')

test('one changed line, with the part that differs', () => {
  expect(told('{\n  "id": "a-1",\n  "n": 1\n}', '{\n  "id": "a-2",\n  "n": 1\n}')).toBe(
    ' {\n-  "id": "a-[1]",\n+  "id": "a-[2]",\n   "n": 1\n }',
  )
})

test('a line that went, one that came, and unchanged ones between', () => {
  expect(told('a\nb\nc\nd', 'a\nc\nx\nd')).toBe(' a\n-b\n c\n+x\n d')
})

test('equal texts have no change, and line numbers of both sides', () => {
  expect(lineDiff('a\nb', 'a\nb').map(({ before, after }) => [before, after])).toEqual([
    [1, 1],
    [2, 2],
  ])
  expect(lineDiff('a\nb\nc', 'x\na\nc').map(({ before, after }) => [before, after])).toEqual([
    [null, 1],
    [1, 2],
    [2, null],
    [3, 3],
  ])
})

test('a text that is a beginning of the other', () => {
  expect(told('', 'a')).toBe('-\n+a')
  expect(told('a', 'a\nb')).toBe(' a\n+b')
})

test('what stays is always both texts', () => {
  for (let seed = 1; seed < 60; seed += 1) {
    const line = (n: number): string => 'abcd'.charAt((n * 2654435761 * seed) % 4)
    const before = Array.from({ length: seed % 9 }, (_, i) => line(i + 1)).join('\n')
    const after = Array.from({ length: (seed * 7) % 11 }, (_, i) => line(i * 3 + 2)).join('\n')
    const lines = lineDiff(before, after)
    const side = (kind: 'removed' | 'added'): string =>
      lines
        .filter((one) => one.kind === 'same' || one.kind === kind)
        .map((one) => one.text)
        .join('\n')
    expect([side('removed'), side('added')]).toEqual([before, after])
  }
})

test('two long texts with nothing in common are not compared line by line', () => {
  const long = (letter: string): string => Array.from({ length: 3_000 }, (_, i) => letter + i).join('\n')
  const lines = lineDiff(long('a'), long('b'))
  expect(lines.length).toBe(6_000)
  expect(lines[0]?.kind).toBe('removed')
})

test('two texts of very many lines are compared, too', () => {
  const long = (letter: string): string => Array.from({ length: 200_000 }, (_, i) => letter + i).join('\n')
  const lines = lineDiff(long('a'), long('b'))
  expect(lines.length).toBe(400_000)
  expect(lines[399_999]).toMatchObject({ kind: 'added', after: 200_000, text: 'b199999' })
})

test('a character of two units is not cut', () => {
  // the first unit is the same in all three, and the last in the first and the third
  expect(told('a😀b', 'a😁b')).toBe('-a[😀]b\n+a[😁]b')
  expect(told('\u{1F600}', '\u{1F601}')).toBe('-\u{1F600}\n+\u{1F601}')
  expect(told('x\u{1F600}y', 'x\u{1FA00}y')).toBe('-x[\u{1F600}]y\n+x[\u{1FA00}]y')
  // half a character stands for itself
  expect(told('x\uD83Dy', 'x\uD83D\uDE00y')).toBe('-x[\uD83D]y\n+x[\u{1F600}]y')
})
