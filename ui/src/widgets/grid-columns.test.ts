import { expect, test } from 'vitest'
import { inSight, placed, revealing, type Column, type Placement } from './grid-columns'

const column = (id: string, widthPx: number, more: Partial<Column<null>> = {}): Column<null> => ({
  id,
  title: id,
  widthPx,
  cell: () => ({ text: '' }),
  ...more,
})
const told = ({ pinned, moving }: Placement<null>): string =>
  [pinned, moving].map((some) => some.map(({ column: { id }, leftPx, widthPx }) => `${id} ${leftPx}+${widthPx}`).join(', ')).join(' | ')

test('the growing column takes the rest, and expendable ones go before anything must move', () => {
  const columns = [column('a', 100), column('b', 100, { expendable: 1 }), column('c', 100, { grows: true })]
  expect(told(placed(columns, 400))).toBe(' | a 0+100, b 100+100, c 200+200')
  expect(told(placed(columns, 250))).toBe(' | a 0+100, c 100+150')
  const { roomPx, movingPx } = placed(columns, 150)
  expect([roomPx, movingPx]).toEqual([150, 200])
})

test('pinned columns stand first, unless they leave no room', () => {
  const columns = [column('a', 100), column('b', 120, { pinned: true }), column('c', 300)]
  expect(told(placed(columns, 300))).toBe('b 0+120 | a 0+100, c 100+300')
  expect(told(placed(columns, 270))).toBe(' | a 0+100, b 100+120, c 220+300')
})

test('only what is in sight is drawn, and a column can be brought into sight', () => {
  const placement = placed(
    Array.from({ length: 10 }, (_, i) => column(String(i), 100)),
    250,
  )
  const seen = (xPx: number): string =>
    inSight(placement, xPx)
      .map(({ column: { id } }) => id)
      .join('')
  expect([seen(0), seen(100), seen(120), seen(750)]).toEqual(['012', '123', '123', '789'])
  expect(revealing(placement, '5', 0)).toBe(350)
  expect(revealing(placement, '1', 400)).toBe(100)
  expect(revealing(placement, '1', 50)).toBe(50)
  expect(revealing(placement, 'none', 50)).toBe(50)
})
