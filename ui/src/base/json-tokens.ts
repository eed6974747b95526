// Colours for one line of pretty-printed JSON. It splits text and judges nothing: what it does not know stays plain,
// and joining the tokens always gives the line back.

export type TokenKind = 'plain' | 'key' | 'string' | 'number' | 'word'
export interface Token {
  readonly kind: TokenKind
  readonly text: string
}

const PATTERN = /("(?:[^"\\]|\\.)*"?)(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null)\b/g

export function jsonTokens(line: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  for (const match of line.matchAll(PATTERN)) {
    if (match.index > at) tokens.push({ kind: 'plain', text: line.slice(at, match.index) })
    const [all, quoted, colon, number] = match
    if (quoted !== undefined) {
      tokens.push({ kind: colon === undefined ? 'string' : 'key', text: quoted })
      if (colon !== undefined) tokens.push({ kind: 'plain', text: colon })
    } else {
      tokens.push({ kind: number === undefined ? 'word' : 'number', text: all })
    }
    at = match.index + all.length
  }
  if (at < line.length) tokens.push({ kind: 'plain', text: line.slice(at) })
  return tokens
}
