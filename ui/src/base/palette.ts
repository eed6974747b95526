// Six series colours for each ground, told apart by everybody, and six glyphs, because colour never stands alone.
// The sets come from a search over normal, protan, deutan and tritan vision; palette.test.ts holds the figures.

export const SERIES_ON_LIGHT = ['#0A2B71', '#6F3E07', '#149B87', '#3D001C', '#FE3E01', '#365F93'] as const
export const SERIES_ON_DARK = ['#085EEA', '#FECC27', '#C0FFF9', '#AE3870', '#E87A51', '#75BDE0'] as const
export const GLYPHS = ['●', '■', '▲', '◆', '✚', '★'] as const

export interface Mark {
  /** 0 to 5: the CSS variable is `--series-N`. */
  readonly series: number
  readonly glyph: string
}

/** The same word always gets the same mark: 36 combinations of colour and glyph. */
export function markOf(word: string): Mark {
  let hash = 0x811c9dc5
  for (let i = 0; i < word.length; i += 1) {
    hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193) >>> 0
  }
  hash = (hash ^ (hash >>> 15)) >>> 0
  return { series: hash % 6, glyph: GLYPHS[Math.floor(hash / 6) % GLYPHS.length] ?? '●' }
}
