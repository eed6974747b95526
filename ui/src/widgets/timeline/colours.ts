// Colours for a canvas: the tokens of the page, resolved for the theme that an element stands in.

export interface Ink {
  readonly bar: string
  readonly barStrong: string
  readonly hatch: string
  readonly line: string
  /** For types, by the series of their mark. */
  readonly series: readonly string[]
}

/** What the page's colours follow; reading it asks for no style. */
const lookOfPage = (): string =>
  [
    document.documentElement.dataset['theme'],
    ...['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)'].map(
      (query) => window.matchMedia(query).matches,
    ),
  ].join()

let known: { readonly look: string; readonly ink: Ink } | null = null

/** Asked of the page once for each look: each question makes it work out its styles. */
export function inkOf(element: HTMLElement): Ink {
  const look = lookOfPage()
  if (known?.look !== look) known = { look, ink: askedOf(element) }
  return known.ink
}

function askedOf(element: HTMLElement): Ink {
  const resolved = (name: string): string => {
    element.style.color = `var(${name})`
    const colour = getComputedStyle(element).color
    element.style.color = ''
    return colour
  }
  return {
    bar: resolved('--bar'),
    barStrong: resolved('--bar-strong'),
    hatch: resolved('--hatch'),
    line: resolved('--line'),
    series: [0, 1, 2, 3, 4, 5].map((n) => resolved(`--series-${n}`)),
  }
}

/** Sizes a canvas for the screen's pixels, clears it, and gives a context that draws in CSS pixels. */
export function freshContext(canvas: HTMLCanvasElement, widthPx: number, heightPx: number): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1
  const [width, height] = [Math.max(1, Math.round(widthPx * ratio)), Math.max(1, Math.round(heightPx * ratio))]
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  const context = canvas.getContext('2d')
  context?.setTransform(ratio, 0, 0, ratio, 0, 0)
  context?.clearRect(0, 0, widthPx, heightPx)
  return context
}
