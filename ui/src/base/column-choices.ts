// Which columns a table shows: their order, widths and pins, and what a person does to them. Pure; where choices are kept and how
// columns are drawn is not its affair. Pinned columns stand before the others, and hidden ones after all.

export interface ColumnChoice {
  /** A column of the product by its name, or a path into the payload, which begins with `$`. */
  readonly id: string
  /** Null: the column's own width. */
  readonly widthPx: number | null
  readonly pinned: boolean
  readonly shown: boolean
}
export type ColumnChoices = readonly ColumnChoice[]

export const LEAST_WIDTH_PX = 40
export const MOST_WIDTH_PX = 1_200
export const MOST_PATHS = 64

export const isPath = (id: string): boolean => id.startsWith('$')
/** `$.customer.id` is `customer.id`. */
export const pathTitle = (path: string): string => path.replace(/^\$\.?(?=.)/, '')
export const column = (id: string, shown = true): ColumnChoice => ({ id, widthPx: null, pinned: false, shown })
export const pathsOf = (choices: ColumnChoices): string[] => choices.filter(({ id, shown }) => shown && isPath(id)).map(({ id }) => id)

/** What was kept, as far as it is known today: columns that came with a later version are there, hidden. */
export function known(kept: ColumnChoices, defaults: ColumnChoices): ColumnChoices {
  const names = new Set(defaults.map(({ id }) => id))
  const seen = new Set<string>()
  const taken = kept.filter(({ id }) => (isPath(id) || names.has(id)) && !seen.has(id) && seen.add(id))
  const missing = defaults.filter(({ id }) => !seen.has(id)).map((one) => ({ ...one, shown: false }))
  return ordered([...taken.map((one) => ({ ...one, widthPx: limited(one.widthPx) })), ...missing])
}

/** A path that is added stands before a last column that takes the rest of the width. */
export function withPath(choices: ColumnChoices, path: string, last: string): ColumnChoices {
  const rest = choices.filter(({ id }) => id !== path)
  const before = rest.filter(({ shown, id }) => shown && id !== last)
  const end = rest.findLast(({ shown }) => shown)
  const after = rest.filter((one) => !before.includes(one))
  return end?.id === last
    ? ordered([...before, column(path), ...after])
    : ordered([...rest.filter(({ shown }) => shown), column(path), ...hidden(rest)])
}

/** A path goes, a column of the product is hidden. The last that is shown stays. */
export function without(choices: ColumnChoices, id: string): ColumnChoices {
  if (choices.every((one) => one.id === id || !one.shown)) return choices
  if (isPath(id)) return choices.filter((one) => one.id !== id)
  return ordered(choices.map((one) => (one.id === id ? { ...one, shown: false, pinned: false } : one)))
}

export function shownAgain(choices: ColumnChoices, id: string): ColumnChoices {
  const found = choices.find((one) => one.id === id)
  if (!found || found.shown) return choices
  const rest = choices.filter((one) => one !== found)
  return ordered([...rest.filter(({ shown }) => shown), { ...found, shown: true }, ...hidden(rest)])
}

export function pinToggled(choices: ColumnChoices, id: string): ColumnChoices {
  return ordered(choices.map((one) => (one.id === id ? { ...one, pinned: !one.pinned } : one)))
}

/** Past so many of its neighbours, which are pinned as it is. */
export function moved(choices: ColumnChoices, id: string, by: number): ColumnChoices {
  const from = choices.findIndex((one) => one.id === id)
  const one = choices[from]
  if (!one || !canMove(choices, id, by)) return choices
  const next = choices.filter((other) => other !== one)
  next.splice(from + by, 0, one)
  return next
}

export function canMove(choices: ColumnChoices, id: string, by: number): boolean {
  const from = choices.findIndex((one) => one.id === id)
  const [one, other] = [choices[from], choices[from + by]]
  return by !== 0 && one !== undefined && other !== undefined && one.shown && other.shown && one.pinned === other.pinned
}

/** Null gives the column its own width again. */
export function resized(choices: ColumnChoices, id: string, widthPx: number | null): ColumnChoices {
  return choices.map((one) => (one.id === id ? { ...one, widthPx: limited(widthPx) } : one))
}

const hidden = (choices: ColumnChoices): ColumnChoice[] => choices.filter(({ shown }) => !shown)
const limited = (widthPx: number | null): number | null =>
  widthPx === null ? null : Math.round(Math.min(MOST_WIDTH_PX, Math.max(LEAST_WIDTH_PX, widthPx)))

function ordered(choices: ColumnChoices): ColumnChoices {
  const rank = ({ shown, pinned }: ColumnChoice): number => (!shown ? 2 : pinned ? 0 : 1)
  return choices.toSorted((a, b) => rank(a) - rank(b))
}
