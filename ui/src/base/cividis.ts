// The heat scale: cividis in eight steps (Nuñez, Anderton, Renslow 2018, doi:10.1371/journal.pone.0199239), which
// reads the same with and without colour blindness. Dark ground runs from dim to bright, light ground the other way.

const STEPS: readonly (readonly [number, number, number])[] = [
  [0, 34, 78],
  [30, 56, 110],
  [66, 78, 108],
  [95, 100, 110],
  [125, 124, 120],
  [158, 149, 116],
  [193, 176, 103],
  [254, 232, 56],
]

export const HEAT_STEPS = STEPS.length

/** The scale spans this factor: over more of it, neighbouring rates would share a step. */
const RANGE = 32

/** By powers, where neighbours differ by factors; or by counts, where they differ by records. */
export type HeatScale = 'log' | 'linear'

/** The count up to which everything is the first step. */
export const coolest = (largest: number, scale: HeatScale = 'log'): number =>
  Math.max(1, Math.ceil(largest / (scale === 'log' ? RANGE : HEAT_STEPS)))

/** The step of a count, 0 for none, 1 to 8 from `coolest` to `largest`. */
export function heatStep(count: number, largest: number, scale: HeatScale = 'log'): number {
  if (count <= 0) return 0
  if (scale === 'linear') return Math.min(HEAT_STEPS, Math.max(1, Math.ceil((count / Math.max(1, largest)) * HEAT_STEPS)))
  const least = coolest(largest)
  if (largest <= least) return HEAT_STEPS
  const place = Math.log(count / least) / Math.log(largest / least)
  return Math.min(HEAT_STEPS, Math.max(1, 1 + Math.floor(place * (HEAT_STEPS - 1e-9))))
}

/** The least count of each step, from 1 on: what tells the steps of many counts without a logarithm for each. */
export function heatBounds(largest: number, scale: HeatScale = 'log'): number[] {
  const bounds = [0]
  for (let step = 1; step <= HEAT_STEPS; step += 1) {
    let [below, reached] = [0, Math.max(1, largest)]
    while (reached - below > 1) {
      const middle = Math.floor((below + reached) / 2)
      if (heatStep(middle, largest, scale) >= step) reached = middle
      else below = middle
    }
    bounds.push(reached)
  }
  return bounds
}

/** On a light ground few records are pale: full yellow would shout louder than the hottest bucket. */
const OPACITY_ON_LIGHT = [0.3, 0.42, 0.54, 0.66, 0.78, 0.9, 1, 1] as const

/** Colours by step as little-endian RGBA words, ready for a Uint32Array over ImageData; step 0 is transparent. */
export function heatWords(dark: boolean): Uint32Array {
  const words = new Uint32Array(HEAT_STEPS + 1)
  for (let step = 1; step <= HEAT_STEPS; step += 1) {
    const [r, g, b] = heatColour(step, dark)
    words[step] = ((Math.round(heatOpacity(step, dark) * 255) << 24) | (b << 16) | (g << 8) | r) >>> 0
  }
  return words
}

export function heatColour(step: number, dark: boolean): readonly [number, number, number] {
  const index = dark ? step - 1 : HEAT_STEPS - step
  return STEPS[Math.min(HEAT_STEPS - 1, Math.max(0, index))] ?? [0, 0, 0]
}

const heatOpacity = (step: number, dark: boolean): number => (dark ? 1 : (OPACITY_ON_LIGHT[step - 1] ?? 1))

export const heatCss = (step: number, dark: boolean): string => `rgb(${heatColour(step, dark).join(' ')} / ${heatOpacity(step, dark)})`
