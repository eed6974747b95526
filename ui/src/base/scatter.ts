// Lengths over starts as dots: time runs to the right, lengths grow upward by factors of ten. Pure; it draws nothing.

export interface ScatterPoint {
  readonly startedAt: number
  readonly durationMillis: number
}
export interface ScatterTick {
  readonly at: number
  readonly px: number
}
export interface ScatterLayout {
  readonly dots: readonly { readonly xPx: number; readonly yPx: number }[]
  /** Powers of ten within the lengths. */
  readonly lengths: readonly ScatterTick[]
  readonly from: number
  readonly until: number
}

const HIT_PX = 14

export function scatterLayout(points: readonly ScatterPoint[], widthPx: number, heightPx: number): ScatterLayout {
  let from = Infinity
  let until = -Infinity
  let shortest = Infinity
  let longest = 1
  for (const point of points) {
    from = Math.min(from, point.startedAt)
    until = Math.max(until, point.startedAt)
    if (point.durationMillis > 0) shortest = Math.min(shortest, point.durationMillis)
    longest = Math.max(longest, point.durationMillis)
  }
  if (points.length === 0) return { dots: [], lengths: [], from: 0, until: 0 }
  const bottom = Math.floor(Math.log10(Math.min(shortest, longest)))
  const top = Math.max(bottom + 1, Math.ceil(Math.log10(longest)))
  const y = (length: number): number => heightPx * (1 - (Math.log10(Math.max(1, length)) - bottom) / (top - bottom))
  const x = (at: number): number => (until === from ? widthPx / 2 : ((at - from) / (until - from)) * widthPx)
  return {
    dots: points.map((point) => ({ xPx: x(point.startedAt), yPx: Math.min(heightPx, y(point.durationMillis)) })),
    lengths: Array.from({ length: top - bottom + 1 }, (_, i) => ({ at: 10 ** (bottom + i), px: y(10 ** (bottom + i)) })),
    from,
    until,
  }
}

/** The dot nearest to a place, if one is near. */
export function dotAt(layout: ScatterLayout, xPx: number, yPx: number): number | null {
  let best: number | null = null
  let nearest = HIT_PX ** 2
  layout.dots.forEach((dot, i) => {
    const away = (dot.xPx - xPx) ** 2 + (dot.yPx - yPx) ** 2
    if (away <= nearest) {
      nearest = away
      best = i
    }
  })
  return best
}
