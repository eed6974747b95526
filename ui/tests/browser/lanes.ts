// The lanes as a person works with them: hottest first, heat on two scales, a drag over time, what is missing captured from where it
// is seen, by pointer and by key; and the range of time gone back and forward.
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { MemoryOptions } from '../../src/backend/memory'
import { accessibilityFaults, byId, element, elements, openWindow, type Memory } from './lib/page'

const plot = (): HTMLElement => element('lanes')
const names = (): string[] => elements('lane-label').map((label) => (label.textContent ?? '').replace(/\s+/g, ' ').trim())
const figures = (): number[] =>
  elements('lane-label').map((label) => Number(label.querySelector('.figure')?.textContent.replace(/\D/g, '')))
const point = (kind: string, xPx: number, yPx: number, more: PointerEventInit = {}): boolean => {
  const box = plot().getBoundingClientRect()
  const at = { bubbles: true, clientX: box.left + xPx, clientY: box.top + yPx, pointerId: 1, ...more }
  return plot().dispatchEvent(kind === 'click' ? new MouseEvent(kind, at) : new PointerEvent(kind, at))
}

async function shown(options: Partial<MemoryOptions> = {}, theme: 'light' | 'dark' = 'light'): Promise<Memory> {
  const backend = await openWindow(options, theme)
  await byId('range').click()
  await byId('range-all').click()
  await expect.element(byId('lanes')).toBeVisible()
  await vi.waitFor(() => expect(elements('lane-label').length).toBeGreaterThan(4))
  return backend
}
async function choose(entry: string): Promise<void> {
  await byId('lanes-by').click()
  await byId(entry).click()
}

test.each(['light', 'dark'] as const)('lanes with a menu have no accessibility fault in %s', async (theme) => {
  await shown({}, theme)
  await choose('lanes-sort-hot')
  plot().focus()
  await userEvent.keyboard('{ArrowDown}{ArrowRight}{Shift>}{F10}{/Shift}')
  await expect.element(byId('lane-time')).toBeVisible()
  expect(await accessibilityFaults()).toEqual([])
})

test('the hottest lanes come first where that is chosen, also in the next window', async () => {
  // nothing runs: a lane's figure is then how many records it has
  const backend = await shown({ records: 2_000 })
  for (const { id } of await backend.listCaptures()) await backend.stopCapture(id)
  await vi.waitFor(() => expect(names().every((name) => name.includes('not being captured'))).toBe(true))
  const before = names()
  await choose('lanes-sort-hot')
  await vi.waitFor(() => expect(figures()).toEqual([...figures()].sort((one, other) => other - one)))
  expect(names()).not.toEqual(before)
  expect(JSON.parse(localStorage.getItem('kinescope.window') ?? '{}')).toMatchObject({ lanesSort: 'hot' })
  await choose('lanes-sort-shard')
  await vi.waitFor(() => expect(names()).toEqual(before))
})

test('heat is told by powers or by counts, and its legend says which', async () => {
  await shown()
  const legend = (): string => document.querySelector('.legend')?.getAttribute('aria-label') ?? ''
  expect(legend()).toContain('log scale')
  const canvas = (): string => plot().querySelector('canvas')?.toDataURL() ?? ''
  await vi.waitFor(() => expect(canvas().length).toBeGreaterThan(500))
  const before = canvas()
  await choose('lanes-scale-linear')
  await vi.waitFor(() => expect(legend()).toContain('evenly'))
  await vi.waitFor(() => expect(canvas()).not.toBe(before))
})

test('a drag over the lanes selects its time, and is no click', async () => {
  const backend = await shown()
  const { view } = await backend.openView('dragged', [], '')
  const [from, until] = [element('histogram').dataset['from'], element('histogram').dataset['until']].map(Number) as [number, number]
  const width = plot().clientWidth
  const time = (xPx: number): number => from + ((until - from) * xPx) / width
  point('pointerdown', width * 0.5, 30, { buttons: 1 })
  point('pointermove', width * 0.6, 30, { buttons: 1 })
  point('pointermove', width * 0.75, 30, { buttons: 1 })
  point('pointerup', width * 0.75, 30)
  point('click', width * 0.75, 30)
  await expect.element(byId('brush-chip')).toBeVisible()
  const [first, last] = [await backend.viewRowAt(view, time(width * 0.5)), await backend.viewRowAt(view, time(width * 0.75))]
  await vi.waitFor(() => {
    const told = Number(/([\d,]+) records/.exec(element('brush-chip').textContent)?.[1]?.replace(',', ''))
    expect(Math.abs(told - (last - first))).toBeLessThan(30)
  })
  // without a button a move is no drag
  const chip = element('brush-chip').textContent
  point('pointermove', width * 0.2, 30)
  expect(element('brush-chip').textContent).toBe(chip)
})

/** Where in the plot nothing was captured. */
async function hole(backend: Memory): Promise<number> {
  const { view } = await backend.openView('hole', [], '')
  const [lane] = await backend.viewCoverage(view)
  const [one, other] = lane?.covered ?? []
  const [from, until] = [element('histogram').dataset['from'], element('histogram').dataset['until']].map(Number) as [number, number]
  const middle = ((one?.until ?? 0) + (other?.from ?? 0)) / 2
  return ((middle - from) / (until - from)) * plot().clientWidth
}

test('what a lane lacks is captured from where it is seen', async () => {
  const backend = await shown({ records: 60 })
  const started = vi.spyOn(backend, 'startCapture')
  const xPx = await hole(backend)
  await vi.waitFor(() => {
    point('pointermove', xPx, 30)
    point('click', xPx, 30)
    expect(elements('lane-backfill')).toHaveLength(1)
  })
  expect(element('lane-backfill').textContent).toMatch(/Capture this gap: \d\d:\d\d/)
  await byId('lane-backfill').click()
  await vi.waitFor(() => expect(started).toHaveBeenCalledOnce())
  expect(started.mock.calls[0]?.[0]).toMatchObject({ connection: 'demo', streams: [{ start: { kind: 'atTimestamp' } }, {}, {}] })
})

test('by key alone: to the gap in a lane, and its capture', async () => {
  const backend = await shown({ records: 60 })
  const started = vi.spyOn(backend, 'startCapture')
  const xPx = await hole(backend)
  await vi.waitFor(() => expect(elements('lane-label').length).toBeGreaterThan(0))
  plot().focus()
  await userEvent.keyboard('{ArrowRight}')
  const hairPx = (): number => (plot().querySelector('.hair')?.getBoundingClientRect().left ?? 0) - plot().getBoundingClientRect().left
  for (let steps = 0; Math.abs(hairPx() - xPx) > 4 && steps < 400; steps += 1)
    await userEvent.keyboard(hairPx() < xPx ? '{ArrowRight}' : '{ArrowLeft}')
  await userEvent.keyboard('{Enter}')
  await expect.element(byId('lane-backfill')).toBeVisible()
  if (document.activeElement !== element('lane-backfill')) await userEvent.keyboard('{ArrowDown}')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('lane-backfill')))
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(started).toHaveBeenCalledOnce())
})

test('the lanes as a table offer the capture of what is missing too', async () => {
  const backend = await shown({ records: 60 })
  const started = vi.spyOn(backend, 'startCapture')
  await byId('lanes-table').click()
  await expect.element(byId('lanes-table-dialog')).toHaveTextContent('Nothing was capturing then.')
  expect(await accessibilityFaults()).toEqual([])
  element('lanes-table-dialog').querySelector<HTMLElement>('[data-testid=gap-backfill]')?.click()
  await vi.waitFor(() => expect(started).toHaveBeenCalledOnce())
})

test('a shard near to its limit is hot by what is measured', async () => {
  const backend = await shown()
  const { captureStatus } = backend
  backend.captureStatus = async (id) => {
    const status = await captureStatus(id)
    const shards = status.shards.map((shard, i) => ({
      ...shard,
      state: 'live' as const,
      recordsPerSecond: i === 0 ? 100 : 1,
      // the second has just caught up: it was read so fast, not written
      bytesPerSecond: i === 0 ? 985_661 : i === 1 ? 3_000_000 : 1,
      isRateOfWriting: i !== 1,
    }))
    return { ...status, shards }
  }
  await vi.waitFor(() => expect(elements('lane-hot').map((mark) => mark.textContent)).toContain('hot 94 %'))
  expect(elements('lane-label').some((label) => label.title.includes('94 % of what a shard takes'))).toBe(true)
  expect(elements('lane-hot').filter((mark) => mark.textContent.includes('%'))).toHaveLength(1)
})

test('the range of time is gone back and forward by keys', async () => {
  await shown()
  const until = (): string => element('histogram').dataset['until'] ?? ''
  const length = (): number => Number(element('histogram').dataset['until']) - Number(element('histogram').dataset['from'])
  const whole = length()
  await userEvent.keyboard('w')
  await vi.waitFor(() => expect(length()).toBeLessThan(whole * 0.7))
  const [zoomed, end] = [length(), until()]
  expect(elements('range-forward')).toEqual([])
  await userEvent.keyboard('z')
  await vi.waitFor(() => expect(length()).toBeGreaterThan(zoomed * 1.2))
  await expect.element(byId('range-forward')).toBeVisible()
  await userEvent.keyboard('Z')
  await vi.waitFor(() => expect([length(), until()]).toEqual([zoomed, end]))
  await vi.waitFor(() => expect(elements('range-forward')).toEqual([]))
})
