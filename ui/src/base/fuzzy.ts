// How well a text answers to a few typed words, in any order: the letters of each must occur in it in their order, and those
// that begin words or follow each other count for more. Pure.

export interface Match {
  /** Higher is better; only comparable for one query. */
  readonly score: number
  /** Where the typed letters stand in the text, in order. */
  readonly places: readonly number[]
}

const WORD_START = 8
const RUN = 6
const FIRST = 4
const GAP = 1

/** Null where a letter is missing. An empty query matches everything alike. */
export function fuzzyMatch(text: string, query: string): Match | null {
  const within = text.toLowerCase()
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  let score = 0
  const places = new Set<number>()
  for (const word of words) {
    const match = wordMatch(within, [...word])
    if (!match) return null
    score += match.score
    match.places.forEach((place) => places.add(place))
  }
  return { score, places: [...places].sort((a, b) => a - b) }
}

function wordMatch(within: string, wanted: readonly string[]): Match | null {
  let best: Match | null = null
  for (let start = within.indexOf(wanted[0] ?? ''); start !== -1; start = within.indexOf(wanted[0] ?? '', start + 1)) {
    const found = matchFrom(within, wanted, start)
    if (found && (best === null || found.score > best.score)) best = found
  }
  return best
}

/** Each letter at the beginning of the next word that has it, where what follows still fits; else at its next place. */
function matchFrom(within: string, wanted: readonly string[], start: number): Match | null {
  const places = [start]
  let score = worth(within, start, null)
  for (const [i, letter] of wanted.entries()) {
    if (i === 0) continue
    const before = places.at(-1) ?? start
    const next = within.indexOf(letter, before + 1)
    if (next === -1) return null
    const begins = next === before + 1 ? null : wordStart(within, letter, before + 1)
    const place = begins !== null && holds(within, wanted.slice(i + 1), begins + 1) ? begins : next
    score += worth(within, place, before)
    places.push(place)
  }
  return { score: score - within.length / 100, places }
}

function worth(within: string, place: number, before: number | null): number {
  const begins = startsWord(within, place) ? WORD_START : 0
  const run = before !== null && place === before + 1 ? RUN : 0
  const first = place === 0 ? FIRST : 0
  const gap = before === null ? Math.min(place, 10) : Math.min(place - before - 1, 10)
  return begins + run + first - gap * GAP
}

const startsWord = (within: string, place: number): boolean => place === 0 || /[\s\-_/.:·]/.test(within[place - 1] ?? '')

function wordStart(within: string, letter: string, from: number): number | null {
  for (let place = within.indexOf(letter, from); place !== -1; place = within.indexOf(letter, place + 1)) {
    if (startsWord(within, place)) return place
  }
  return null
}

/** Whether the letters occur from a place on, in their order. */
function holds(within: string, letters: readonly string[], from: number): boolean {
  let at = from
  for (const letter of letters) {
    const next = within.indexOf(letter, at)
    if (next === -1) return false
    at = next + 1
  }
  return true
}

export interface Ranked<T> {
  readonly item: T
  readonly places: readonly number[]
}

/** The best first; what is as good keeps its order. */
export function ranked<T>(items: readonly T[], query: string, textOf: (item: T) => string, most: number): Ranked<T>[] {
  return items
    .flatMap((item) => {
      const match = fuzzyMatch(textOf(item), query)
      return match ? [{ item, ...match }] : []
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
}
