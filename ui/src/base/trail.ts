// Where one was, as a browser keeps it: a place, those before it and those after it. What is visited anew ends what lay
// ahead. Pure values, at most a hundred places.

export interface Trail<Place> {
  /** Oldest first. */
  readonly behind: readonly Place[]
  readonly here: Place
  /** Next first. */
  readonly ahead: readonly Place[]
}

const MOST_PLACES = 100

export const trailFrom = <Place>(here: Place): Trail<Place> => ({ behind: [], here, ahead: [] })

export const visited = <Place>({ behind, here }: Trail<Place>, place: Place): Trail<Place> => ({
  behind: [...behind, here].slice(-(MOST_PLACES - 1)),
  here: place,
  ahead: [],
})

/** The place that one is at was only passed, and is forgotten. */
export const replaced = <Place>(trail: Trail<Place>, place: Place): Trail<Place> => ({ ...trail, here: place })

/** One step back (-1) or forward (1); null at the end. */
export function stepped<Place>(trail: Trail<Place>, step: -1 | 1): Trail<Place> | null {
  const { behind, here, ahead } = trail
  if (step < 0) {
    const place = behind.at(-1)
    return place === undefined ? null : { behind: behind.slice(0, -1), here: place, ahead: [here, ...ahead] }
  }
  const [place, ...rest] = ahead
  return place === undefined ? null : { behind: [...behind, here], here: place, ahead: rest }
}
