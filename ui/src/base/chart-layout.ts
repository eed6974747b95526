// An answer's groups as a chart: bars for one series over time and for names, lines for several over time. Pure; it draws
// nothing and knows no labels.

export interface ChartSeries {
  readonly values: readonly (number | null)[]
}

export interface ChartBar {
  readonly series: number
  readonly place: number
  readonly xPx: number
  readonly yPx: number
  readonly widthPx: number
  readonly heightPx: number
}

export interface ChartDot {
  readonly place: number
  readonly xPx: number
  readonly yPx: number
}

export interface ChartTick {
  readonly value: number
  readonly px: number
}

export interface TimeChart {
  readonly bars: readonly ChartBar[]
  /** An SVG path for each series; a place without a value is a break in it. */
  readonly lines: readonly string[]
  /** What a line cannot show: a value with none beside it. */
  readonly lone: readonly (readonly ChartDot[])[]
  /** Where each place is. */
  readonly xPx: readonly number[]
  readonly ticks: readonly ChartTick[]
}

export interface NameChart {
  readonly bars: readonly ChartBar[]
  readonly rowPx: number
  readonly heightPx: number
  readonly ticks: readonly ChartTick[]
}

const BAR_SHARE = 0.8
const NAME_PAD_PX = 6

/** The smallest distance between two places, as of times in bins; 0 where there are not two. */
function binOf(times: readonly number[]): number {
  let least = 0
  for (let i = 1; i < times.length; i += 1) {
    const apart = (times[i] ?? 0) - (times[i - 1] ?? 0)
    if (apart > 0 && (least === 0 || apart < least)) least = apart
  }
  return least
}

/** Round values from below the least to above the greatest, 0 among them. */
export function valueTicks(series: readonly ChartSeries[], most = 4): number[] {
  let low = 0
  let high = 0
  for (const { values } of series) {
    for (const value of values) {
      if (value === null) continue
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  }
  if (high === low) high = low + 1
  const raw = (high - low) / most
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = ([1, 2, 5, 10].find((lead) => lead * power >= raw) ?? 10) * power
  const first = Math.floor(low / step)
  const last = Math.ceil(high / step)
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step)
}

/** Times run to the right from the first to behind the last. */
export function timeChart(times: readonly number[], series: readonly ChartSeries[], widthPx: number, heightPx: number): TimeChart {
  const values = valueTicks(series)
  const low = values[0] ?? 0
  const high = values.at(-1) ?? 1
  const y = (value: number): number => heightPx * (1 - (value - low) / (high - low))
  const bin = binOf(times)
  const from = times[0] ?? 0
  const lengthMillis = (times.at(-1) ?? 0) + bin - from
  const binPx = lengthMillis === 0 ? widthPx : (bin / lengthMillis) * widthPx
  // a value stands for its whole bin: it is drawn in the bin's middle
  const xPx = times.map((at) => (lengthMillis === 0 ? 0 : ((at - from) / lengthMillis) * widthPx) + binPx / 2)
  const ticks = values.map((value) => ({ value, px: y(value) }))
  const only = series.length === 1 ? series[0] : undefined
  if (only) {
    const barPx = Math.max(1, Math.min(40, binPx * BAR_SHARE))
    const bars = only.values.flatMap((value, place) =>
      value === null ? [] : [{ series: 0, place, xPx: (xPx[place] ?? 0) - barPx / 2, widthPx: barPx, ...upright(y(0), y(value)) }],
    )
    return { bars, lines: [], lone: [], xPx, ticks }
  }
  const dotAt = (value: number, place: number): ChartDot => ({ place, xPx: xPx[place] ?? 0, yPx: y(value) })
  return {
    bars: [],
    lines: series.map(({ values: line }) =>
      line
        .map((value, place) => {
          if (value === null) return ''
          const dot = dotAt(value, place)
          const before = place === 0 ? null : line[place - 1]
          return `${before === null || before === undefined ? 'M' : 'L'}${dot.xPx.toFixed(1)} ${dot.yPx.toFixed(1)}`
        })
        .join(''),
    ),
    lone: series.map(({ values: line }) =>
      line.flatMap((value, place) =>
        value !== null && (line[place - 1] ?? null) === null && (line[place + 1] ?? null) === null ? [dotAt(value, place)] : [],
      ),
    ),
    xPx,
    ticks,
  }
}

/** Names below each other, a bar for each series to the right. */
export function nameChart(names: number, series: readonly ChartSeries[], widthPx: number, barPx = 12): NameChart {
  const values = valueTicks(series)
  const low = values[0] ?? 0
  const high = values.at(-1) ?? 1
  const x = (value: number): number => ((value - low) / (high - low)) * widthPx
  const rowPx = Math.max(1, series.length) * barPx + NAME_PAD_PX
  const bars = series.flatMap(({ values: of }, s) =>
    of.flatMap((value, place): ChartBar[] => {
      if (value === null) return []
      const from = Math.min(x(0), x(value))
      const yPx = place * rowPx + NAME_PAD_PX / 2 + s * barPx
      return [{ series: s, place, xPx: from, yPx, widthPx: Math.max(1, Math.abs(x(value) - x(0))), heightPx: barPx - 2 }]
    }),
  )
  return { bars, rowPx, heightPx: names * rowPx, ticks: values.map((value) => ({ value, px: x(value) })) }
}

/** The place nearest to an x. */
export function placeAt(xPx: readonly number[], at: number): number | null {
  let best: number | null = null
  xPx.forEach((px, place) => {
    if (best === null || Math.abs(px - at) < Math.abs((xPx[best] ?? 0) - at)) best = place
  })
  return best
}

const upright = (base: number, end: number): { yPx: number; heightPx: number } => ({
  yPx: Math.min(base, end),
  heightPx: Math.max(1, Math.abs(end - base)),
})
