// The heat scale: cividis in eight steps (Nuñez, Anderton, Renslow 2018, doi:10.1371/journal.pone.0199239), which
// reads the same with and without colour blindness. Dark ground runs from dim to bright, light ground the other way.

const STEPS: readonly (readonly [number, number, number])[] = [
  [0, 34, 78], [30, 56, 110], [66, 78, 108], [95, 100, 110], [125, 124, 120], [158, 149, 116], [193, 176, 103], [254, 232, 56],
]

export const HEAT_STEPS = STEPS.length

/** The step of a count, 0 for none, 1 to 8 on a log scale up to `largest`. */
export function heatStep(count: number, largest: number): number {
  if (count <= 0) return 0
  if (largest <= 1) return HEAT_STEPS
  return Math.min(HEAT_STEPS, 1 + Math.floor((Math.log(count) / Math.log(largest)) * (HEAT_STEPS - 1e-9)))
}

/** Colours by step as little-endian RGBA words, ready for a Uint32Array over ImageData; step 0 is transparent. */
export function heatWords(dark: boolean): Uint32Array {
  const words = new Uint32Array(HEAT_STEPS + 1)
  for (let step = 1; step <= HEAT_STEPS; step += 1) {
    const [r, g, b] = heatColour(step, dark)
    words[step] = ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0
  }
  return words
}

export function heatColour(step: number, dark: boolean): readonly [number, number, number] {
  const index = dark ? step - 1 : HEAT_STEPS - step
  return STEPS[Math.min(HEAT_STEPS - 1, Math.max(0, index))] ?? [0, 0, 0]
}

export const heatCss = (step: number, dark: boolean): string => `rgb(${heatColour(step, dark).join(' ')})`
