// Where a definition's graph puts its boxes and lines: columns from left to right, a compensation in a row below. The
// columns and rows are given; this makes pixels of them. Pure; it draws nothing.

export interface GraphNode {
  readonly id: string
  readonly column: number
  readonly row: number
}
export interface GraphEdge {
  readonly from: string
  readonly to: string
  readonly kind: 'after' | 'undo'
}
export interface GraphBox {
  readonly id: string
  readonly xPx: number
  readonly yPx: number
}
export interface GraphLine extends GraphEdge {
  /** Corners, from box to box. */
  readonly points: readonly { readonly xPx: number; readonly yPx: number }[]
}
export interface GraphLayout {
  readonly boxes: readonly GraphBox[]
  readonly lines: readonly GraphLine[]
  readonly widthPx: number
  readonly heightPx: number
}

export const BOX = { widthPx: 148, heightPx: 54 } as const
const BETWEEN = { xPx: 36, yPx: 40 } as const
const EDGE_PX = 2

export function graphLayout(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): GraphLayout {
  const rows = rowPlaces(nodes)
  const boxes = nodes.map((node, i): GraphBox => ({
    id: node.id,
    xPx: EDGE_PX + node.column * (BOX.widthPx + BETWEEN.xPx),
    yPx: EDGE_PX + (rows[i] ?? 0) * (BOX.heightPx + BETWEEN.yPx),
  }))
  const byId = new Map(boxes.map((box) => [box.id, box]))
  const lines = edges.flatMap((edge): GraphLine[] => {
    const [from, to] = [byId.get(edge.from), byId.get(edge.to)]
    return from && to ? [{ ...edge, points: from.xPx === to.xPx ? downward(from, to) : sideways(from, to) }] : []
  })
  return {
    boxes,
    lines,
    widthPx: Math.max(0, ...boxes.map((box) => box.xPx + BOX.widthPx + EDGE_PX)),
    heightPx: Math.max(0, ...boxes.map((box) => box.yPx + BOX.heightPx + EDGE_PX)),
  }
}

/** The given rows; where two boxes would share a place, the later one goes to the next free row of its column. */
function rowPlaces(nodes: readonly GraphNode[]): number[] {
  const taken = new Set<string>()
  return nodes.map((node) => {
    let row = node.row
    while (taken.has(`${node.column} ${row}`)) row += 1
    taken.add(`${node.column} ${row}`)
    return row
  })
}

function downward(from: GraphBox, to: GraphBox): GraphLine['points'] {
  const xPx = from.xPx + BOX.widthPx / 2
  return from.yPx < to.yPx
    ? [
        { xPx, yPx: from.yPx + BOX.heightPx },
        { xPx, yPx: to.yPx },
      ]
    : [
        { xPx, yPx: from.yPx },
        { xPx, yPx: to.yPx + BOX.heightPx },
      ]
}

/** Out of the side that faces the other box, with one step in the middle where the rows differ. */
function sideways(from: GraphBox, to: GraphBox): GraphLine['points'] {
  const right = from.xPx < to.xPx
  const start = { xPx: from.xPx + (right ? BOX.widthPx : 0), yPx: from.yPx + BOX.heightPx / 2 }
  const end = { xPx: to.xPx + (right ? 0 : BOX.widthPx), yPx: to.yPx + BOX.heightPx / 2 }
  if (start.yPx === end.yPx) return [start, end]
  const turnPx = end.xPx + ((right ? -1 : 1) * BETWEEN.xPx) / 2
  return [start, { xPx: turnPx, yPx: start.yPx }, { xPx: turnPx, yPx: end.yPx }, end]
}
