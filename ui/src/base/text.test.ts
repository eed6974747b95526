import { expect, test } from 'vitest'
import { asciiCells, hexCells, hexOffset } from './hex'
import { jsonTokens } from './json-tokens'
import { LONGEST_PIECE, textLines } from './text-lines'

test('hex lines', () => {
  const bytes = new TextEncoder().encode('ord-7919\u0000\u007f!')
  expect(hexOffset(4096)).toBe('00001000')
  expect(hexCells(bytes)).toBe('6f 72 64 2d 37 39 31 39  00 7f 21')
  expect(asciiCells(bytes)).toBe('ord-7919··!')
})

test('tokens of a line of JSON', () => {
  expect(jsonTokens('  "amount": 5129900000000000001,').map((t) => `${t.kind}:${t.text}`)).toEqual([
    'plain:  ',
    'key:"amount"',
    'plain::',
    'plain: ',
    'number:5129900000000000001',
    'plain:,',
  ])
})

test('tokens always join to the line, whatever it holds', () => {
  for (const line of ['"unterminated', '{"a\\"b": [true, null, -1.5e+9]}', '<img src=x onerror=alert(1)>', 'nullable', '']) {
    expect(
      jsonTokens(line)
        .map((t) => t.text)
        .join(''),
    ).toBe(line)
  }
})

test('long lines are cut into pieces that keep every character', () => {
  const long = '😀'.repeat(LONGEST_PIECE)
  const lines = textLines(`a\n${long}\n\nz`)
  expect(lines.map((line) => line.number).filter((n) => n !== null)).toEqual([1, 2, 3, 4])
  expect(
    lines
      .slice(1, -2)
      .map((line) => line.text)
      .join(''),
  ).toBe(long)
  expect(lines.every((line) => line.text.isWellFormed())).toBe(true)
})
