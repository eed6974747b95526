// How large the window is drawn, in percent: the steps that a person goes through.

export const ZOOMS = [80, 90, 100, 110, 125, 150, 175, 200] as const
export const USUAL_ZOOM = 100

/** A step larger or smaller; at the end it stays there. */
export function nextZoom(percent: number, step: 1 | -1): number {
  if (step > 0) return ZOOMS.find((one) => one > percent) ?? ZOOMS[ZOOMS.length - 1] ?? USUAL_ZOOM
  return ZOOMS.findLast((one) => one < percent) ?? ZOOMS[0]
}

/** Of what was kept, a step; anything else is the usual one. */
export const knownZoom = (percent: number): number => ZOOMS.find((one) => one === percent) ?? USUAL_ZOOM
