// Where a text stands in lines that are shown one by one, in any case; and a line's tokens cut where it is found. Pure.
import type { Token, TokenKind } from './json-tokens'
import type { TextLine } from './text-lines'

/** A part of a shown line that belongs to a match; a match over several lines has several. */
export interface FoundPart {
  readonly match: number
  readonly from: number
  readonly until: number
}

export interface FoundText {
  /** By shown line. */
  readonly parts: ReadonlyMap<number, readonly FoundPart[]>
  /** The shown line that each listed match begins in. */
  readonly lines: readonly number[]
  readonly total: number
}

const MOST_LISTED = 5_000
export const NOTHING_FOUND: FoundText = { parts: new Map(), lines: [], total: 0 }

/** `text` is what the lines were cut from. */
export function findInText(text: string, lines: readonly TextLine[], wanted: string): FoundText {
  if (wanted === '') return NOTHING_FOUND
  const pattern = new RegExp(wanted.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'), 'gi')
  const parts = new Map<number, FoundPart[]>()
  const began: number[] = []
  let total = 0
  let [line, lineStart] = [0, 0]
  const endOf = (at: number): number => lineStart + (lines[at]?.text.length ?? 0)
  /** A piece that goes on has no line's end before it. */
  const nextStart = (): number => endOf(line) + (lines[line + 1]?.number === null ? 0 : 1)
  for (const { index, 0: found } of text.matchAll(pattern)) {
    total += 1
    if (total > MOST_LISTED) continue
    while (line + 1 < lines.length && nextStart() <= index) [lineStart, line] = [nextStart(), line + 1]
    began.push(line)
    let [at, start] = [line, lineStart]
    while (at < lines.length && start < index + found.length) {
      const end = start + (lines[at]?.text.length ?? 0)
      const [from, until] = [Math.max(index, start) - start, Math.min(index + found.length, end) - start]
      if (until > from) parts.set(at, [...(parts.get(at) ?? []), { match: total - 1, from, until }])
      start = end + (lines[at + 1]?.number === null ? 0 : 1)
      at += 1
    }
  }
  return { parts, lines: began, total }
}

export interface MarkedToken {
  readonly kind: TokenKind
  readonly text: string
  /** The match that it belongs to. */
  readonly match: number | null
}

/** Joined they are the line still. */
export function markedTokens(tokens: readonly Token[], parts: readonly FoundPart[]): MarkedToken[] {
  const cuts = parts.flatMap((part) => [part.from, part.until])
  const made: MarkedToken[] = []
  let at = 0
  for (const { kind, text } of tokens) {
    const end = at + text.length
    const edges = [at, ...cuts.filter((cut) => cut > at && cut < end), end]
    edges.slice(0, -1).forEach((from, i) => {
      const until = edges[i + 1] ?? end
      const match = parts.find((part) => part.from <= from && until <= part.until)?.match ?? null
      if (until > from) made.push({ kind, text: text.slice(from - at, until - at), match })
    })
    at = end
  }
  return made
}
