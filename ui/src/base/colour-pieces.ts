// A text in pieces to colour, while what is known of it may belong to the text as it was a moment ago: pieces before the
// change keep their colour, and pieces behind it keep theirs in their new places.

export interface Token<Kind extends string> {
  readonly start: number
  readonly end: number
  readonly kind: Kind
}

export interface Piece<Kind extends string> {
  readonly text: string
  readonly kind: Kind | null
}

/** `tokens` are in order and apart, and are those of `known`. Together the pieces are `text`. */
export function colourPieces<Kind extends string>(text: string, known: string, tokens: readonly Token<Kind>[]): Piece<Kind>[] {
  const most = Math.min(text.length, known.length)
  let before = 0
  while (before < most && text[before] === known[before]) before++
  let after = 0
  while (after < most - before && text[text.length - 1 - after] === known[known.length - 1 - after]) after++
  const moved = text.length - known.length
  const isSame = before === text.length && moved === 0
  const pieces: Piece<Kind>[] = []
  let at = 0
  for (const token of tokens) {
    // a word that is being typed on at its end may become another kind
    const stays = token.end < before || isSame
    const follows = !stays && token.start >= known.length - after && token.start > before
    if (!stays && !follows) continue
    const start = token.start + (follows ? moved : 0)
    const end = token.end + (follows ? moved : 0)
    if (start < at || end > text.length) continue
    if (start > at) pieces.push({ text: text.slice(at, start), kind: null })
    pieces.push({ text: text.slice(start, end), kind: token.kind })
    at = end
  }
  if (at < text.length) pieces.push({ text: text.slice(at), kind: null })
  return pieces
}
