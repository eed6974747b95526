import { expect, test } from 'vitest'
import { BOX, graphLayout, type GraphNode } from './saga-graph'

const node = (id: string, column: number, row: number): GraphNode => ({ id, column, row })

test('steps run from left to right, and a compensation lies under its step', () => {
  const { boxes, lines, widthPx, heightPx } = graphLayout(
    [node('pay', 0, 0), node('ship', 1, 0), node('refund', 0, 1)],
    [
      { from: 'pay', to: 'ship', kind: 'after' },
      { from: 'pay', to: 'refund', kind: 'undo' },
    ],
  )
  const [pay, ship, refund] = boxes
  expect(ship?.xPx).toBeGreaterThan((pay?.xPx ?? 0) + BOX.widthPx)
  expect(refund).toMatchObject({ xPx: pay?.xPx })
  expect(lines[0]?.points).toHaveLength(2)
  expect(lines[1]?.points.map((point) => point.xPx)).toEqual([76, 76])
  expect([widthPx, heightPx]).toEqual([336, 152])
})

test('an edge to a box that is not there is left out', () => {
  expect(graphLayout([node('a', 0, 0)], [{ from: 'a', to: 'gone', kind: 'after' }]).lines).toEqual([])
})

test('nothing has no size', () => {
  expect(graphLayout([], [])).toEqual({ boxes: [], lines: [], widthPx: 0, heightPx: 0 })
})

test('no two boxes lie over each other, and all lie within the size, whatever columns and rows are given', () => {
  for (let seed = 1; seed < 200; seed += 1) {
    const draw = (n: number): number => Math.abs(Math.imul(seed * 37 + n, 2246822519)) % 1_000
    const nodes = Array.from({ length: 1 + (draw(0) % 24) }, (_, i) => node(`n${i}`, draw(i) % 6, draw(i + 50) % 3))
    const edges = nodes.slice(1).map((to, i) => ({ from: nodes[draw(i) % nodes.length]?.id ?? '', to: to.id, kind: 'after' as const }))
    const { boxes, lines, widthPx, heightPx } = graphLayout(nodes, edges)
    boxes.forEach((a, i) =>
      boxes
        .slice(i + 1)
        .forEach((b) => expect(Math.abs(a.xPx - b.xPx) >= BOX.widthPx || Math.abs(a.yPx - b.yPx) >= BOX.heightPx).toBe(true)),
    )
    expect(boxes.every((box) => box.xPx >= 0 && box.xPx + BOX.widthPx <= widthPx && box.yPx + BOX.heightPx <= heightPx)).toBe(true)
    expect(lines).toHaveLength(edges.length)
  }
})
