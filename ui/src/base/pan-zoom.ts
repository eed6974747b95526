// Where a picture stands in the room it is looked at through: how large, and how far its corner is from the room's. Pure; it
// draws nothing.

export interface Sight {
  readonly scale: number
  /** The picture's upper left corner, from the room's. */
  readonly xPx: number
  readonly yPx: number
}
export interface Size {
  readonly widthPx: number
  readonly heightPx: number
}
export interface Spot {
  readonly xPx: number
  readonly yPx: number
}

export const MOST_SCALE = 4
/** Smaller is only what is asked to be shown as a whole. */
const LEAST_SCALE = 0.1
/** Nothing can be read below: what is larger begins at its beginning. */
const FIRST_SCALE = 0.6
/** So much of the picture stays in sight, whatever is done. */
const KEPT_PX = 48

/** All of the picture, in the middle. */
export function fitted(picture: Size, room: Size, most = 1): Sight {
  const scale = Math.min(most, room.widthPx / Math.max(1, picture.widthPx), room.heightPx / Math.max(1, picture.heightPx))
  const safe = scale > 0 ? scale : most
  return {
    scale: safe,
    xPx: (room.widthPx - picture.widthPx * safe) / 2,
    yPx: (room.heightPx - picture.heightPx * safe) / 2,
  }
}

/** As a picture is first seen: all of it, as long as that can be read. */
export function atFirst(picture: Size, room: Size): Sight {
  const whole = fitted(picture, room)
  if (whole.scale >= FIRST_SCALE) return { scale: whole.scale, xPx: 0, yPx: 0 }
  return { scale: FIRST_SCALE, xPx: 0, yPx: Math.max(0, (room.heightPx - picture.heightPx * FIRST_SCALE) / 2) }
}

/** Larger or smaller by a factor; what is at the spot stays there. */
export function zoomed(sight: Sight, factor: number, spot: Spot, picture: Size, room: Size): Sight {
  const least = Math.min(LEAST_SCALE, fitted(picture, room).scale)
  const scale = Math.min(MOST_SCALE, Math.max(least, sight.scale * factor))
  const by = scale / sight.scale
  return kept({ scale, xPx: spot.xPx - (spot.xPx - sight.xPx) * by, yPx: spot.yPx - (spot.yPx - sight.yPx) * by }, picture, room)
}

export function moved(sight: Sight, xPx: number, yPx: number, picture: Size, room: Size): Sight {
  return kept({ ...sight, xPx: sight.xPx + xPx, yPx: sight.yPx + yPx }, picture, room)
}

/** The shortest way that brings a part of the picture into sight. */
export function revealing(sight: Sight, part: Spot & Size, picture: Size, room: Size): Sight {
  const way = (from: number, length: number, space: number): number => {
    const [start, end] = [from, from + length]
    if (start >= 0 && end <= space) return 0
    return start < 0 || length > space ? -start : space - end
  }
  const xPx = way(sight.xPx + part.xPx * sight.scale, part.widthPx * sight.scale, room.widthPx)
  const yPx = way(sight.yPx + part.yPx * sight.scale, part.heightPx * sight.scale, room.heightPx)
  return xPx === 0 && yPx === 0 ? sight : moved(sight, xPx, yPx, picture, room)
}

function kept(sight: Sight, picture: Size, room: Size): Sight {
  const within = (at: number, length: number, space: number): number =>
    Math.min(space - Math.min(KEPT_PX, space), Math.max(Math.min(KEPT_PX, length) - length, at))
  return {
    scale: sight.scale,
    xPx: within(sight.xPx, picture.widthPx * sight.scale, room.widthPx),
    yPx: within(sight.yPx, picture.heightPx * sight.scale, room.heightPx),
  }
}
