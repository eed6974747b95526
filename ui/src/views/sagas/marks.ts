// Small shapes as SVG path data, so that marks are told apart without their colours. Pure.
import type { EventShape, Shape } from './words'

const r = 3.2

/** One mark of the scatter around a place. */
export function shapePath(shape: Shape, x: number, y: number): string {
  const at = `${x.toFixed(1)},${y.toFixed(1)}`
  const circle = (radius: number): string =>
    `M${at}m${-radius},0a${radius},${radius} 0 1 0 ${2 * radius},0a${radius},${radius} 0 1 0 ${-2 * radius},0`
  switch (shape) {
    case 'ring':
      return circle(r)
    case 'dot':
      return circle(r - 0.6)
    case 'triangle':
      return `M${at}m0,-4l4,7h-8z`
    case 'cross':
      return `M${at}m-3,-3l6,6m0,-6l-6,6`
    case 'diamondRing':
    case 'diamond':
      return `M${at}m0,-4.4l4.4,4.4l-4.4,4.4l-4.4,-4.4z`
    case 'square':
      return `M${at}m-3.4,-3.4h6.8v6.8h-6.8z`
    case 'bigCross':
      return `M${at}m-4.6,-4.6l9.2,9.2m0,-9.2l-9.2,9.2`
  }
}

/** Shapes that are an outline only. */
export const isOutline = (shape: Shape): boolean => ['ring', 'cross', 'diamondRing', 'bigCross'].includes(shape)

/** One event of a timeline around a place. */
export function eventPath(shape: EventShape, x: number, y: number): string {
  const at = `${x.toFixed(1)},${y.toFixed(1)}`
  switch (shape) {
    case 'dot':
    case 'ring':
      return `M${at}m-4,0a4,4 0 1 0 8,0a4,4 0 1 0 -8,0`
    case 'square':
      return `M${at}m-3.6,-3.6h7.2v7.2h-7.2z`
    case 'cross':
      return `M${at}m-4,-4l8,8m0,-8l-8,8`
    case 'undo':
      return `M${at}m0,-5l5,5l-5,5l-5,-5z`
    case 'bar':
      return `M${at}m0,-6v12`
  }
}
