// A long text cut into lines that a list can show one by one. Very long lines are cut into pieces, because laying
// one out takes seconds; pieces say that they continue.

export interface TextLine {
  /** The line's number in the text, from 1; absent on a piece that continues the one before. */
  readonly number: number | null
  readonly text: string
}

export const LONGEST_PIECE = 2_000

export function textLines(text: string): TextLine[] {
  const lines: TextLine[] = []
  let number = 0
  let start = 0
  while (start <= text.length) {
    const found = text.indexOf('\n', start)
    const end = found === -1 ? text.length : found
    number += 1
    let at = start
    do {
      const until = pieceEnd(text, at, end)
      lines.push({ number: at === start ? number : null, text: text.slice(at, until) })
      at = until
    } while (at < end)
    start = end + 1
  }
  return lines
}

/** Never between the two halves of a surrogate pair. */
function pieceEnd(text: string, at: number, end: number): number {
  const until = at + LONGEST_PIECE
  if (until >= end) return end
  const half = text.charCodeAt(until)
  return half >= 0xdc00 && half <= 0xdfff ? until - 1 : until
}
