import { expect, test } from 'vitest'
import { colourPieces, type Token } from './colour-pieces'

const KNOWN = 'type:A amount:5'
const TOKENS: Token<string>[] = [
  { start: 0, end: 4, kind: 'name' },
  { start: 4, end: 5, kind: 'mark' },
  { start: 5, end: 6, kind: 'text' },
  { start: 7, end: 13, kind: 'field' },
  { start: 13, end: 14, kind: 'mark' },
  { start: 14, end: 15, kind: 'number' },
]

/** Pieces as `text/kind`. */
const shown = (text: string): string => {
  const pieces = colourPieces(text, KNOWN, TOKENS)
  expect(pieces.map((piece) => piece.text).join('')).toBe(text)
  return pieces.map((piece) => (piece.kind === null ? piece.text : `${piece.text}/${piece.kind}`)).join('|')
}

test('the text that is known has all its colours', () => {
  expect(shown(KNOWN)).toBe('type/name|:/mark|A/text| |amount/field|:/mark|5/number')
})

test('what is typed at the end has no colour yet', () => {
  expect(shown('type:A amount:51')).toBe('type/name|:/mark|A/text| |amount/field|:/mark|51')
  expect(shown('type:A amou')).toBe('type/name|:/mark|A/text| amou')
})

test('what is behind a change keeps its colours', () => {
  expect(shown('type:ABC amount:5')).toBe('type/name|:/mark|ABC |amount/field|:/mark|5/number')
  expect(shown('type: amount:5')).toBe('type/name|: |amount/field|:/mark|5/number')
})

test('another text has none', () => {
  expect(shown('x')).toBe('x')
  expect(shown('')).toBe('')
})
