// The explorer as a person uses it: keys, follow mode, filter, brush, inspector; over made-up records.
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import App from '../../src/App.svelte'
import { CommandFault } from '../../src/backend'
import { browsingBackend } from './lib/browsing-fixture'
import { accessibilityFaults, byId, element, elements, openWindow, selectedTime } from './lib/page'

const rows = (): string[] => elements('record-row').map((row) => row.textContent ?? '')

type Rgb = readonly [number, number, number]

function colourOf(token: string): Rgb {
  const probe = document.body.appendChild(document.createElement('i'))
  probe.style.color = `var(${token})`
  const [r = 0, g = 0, b = 0] =
    getComputedStyle(probe)
      .color.match(/[\d.]+/g)
      ?.map(Number) ?? []
  probe.remove()
  return [r, g, b]
}

function contrast(one: Rgb, other: Rgb): number {
  const luminance = (colour: Rgb): number => {
    const [r, g, b] = colour.map((v) => (v <= 10.3 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4)) as unknown as Rgb
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

/** The strongest contrast to the ground that is painted in a strip of a canvas, around a share of the time in front. */
function strongestMark(id: string, share: number): number {
  const canvas = element(id).querySelector('canvas') ?? expect.fail(`no canvas in ${id}`)
  const x = Math.round(share * canvas.width)
  const strip = canvas.getContext('2d')?.getImageData(x - 6, 0, 12, Math.min(canvas.height, 40)).data ?? []
  const ground = colourOf('--ground')
  let strongest = 1
  for (let i = 0; i < strip.length; i += 4) {
    const alpha = (strip[i + 3] ?? 0) / 255
    const over = (channel: 0 | 1 | 2): number => (strip[i + channel] ?? 0) * alpha + ground[channel] * (1 - alpha)
    strongest = Math.max(strongest, contrast([over(0), over(1), over(2)], ground))
  }
  return strongest
}

/** The head is row 1. */
const lastShown = (): number => Math.max(...elements('record-row').map((row) => Number(row.getAttribute('aria-rowindex'))))

test.each(['light', 'dark'] as const)('the explorer has no accessibility fault in %s', async (theme) => {
  await openWindow({}, theme)
  await byId('record-row').nth(3).click()
  await expect.element(byId('inspector-type')).toBeVisible()
  expect(await accessibilityFaults()).toEqual([])
})

test('the table stays at the newest record until the user leaves it', async () => {
  const backend = await openWindow()
  await expect.element(byId('follow')).toHaveAttribute('data-state', 'follow')
  backend.grow(50)
  // with the line of the gap
  await vi.waitFor(() => expect(lastShown()).toBe(2_051))

  element('record-grid')
    .querySelector('[data-scope="grid"]')
    ?.dispatchEvent(new WheelEvent('wheel', { deltaY: -300, bubbles: true, cancelable: true }))
  await expect.element(byId('follow')).toHaveAttribute('data-state', 'held')
  const first = rows()
  backend.grow(7)
  await expect.element(byId('new-records')).toHaveTextContent('7 new records')
  expect(rows()).toEqual(first)

  await byId('new-records').click()
  await expect.element(byId('follow')).toHaveAttribute('data-state', 'follow')
  await vi.waitFor(() => expect(lastShown()).toBe(2_058))
})

test('new records are told to a screen reader at once, then at most every five seconds', async () => {
  const backend = await openWindow()
  await userEvent.keyboard('k')
  await expect.element(byId('follow')).toHaveAttribute('data-state', 'held')
  const told: string[] = []
  new MutationObserver(() => told.push(element('new-records-told').textContent)).observe(element('new-records-told'), {
    characterData: true,
    childList: true,
    subtree: true,
  })
  const begun = performance.now()
  /** One at once, then one every five seconds. */
  const mostTold = (): number => 1 + (performance.now() - begun) / 5_000
  backend.grow(7)
  await vi.waitFor(() => expect(told).toEqual(['7 new records']))
  for (const sum of [8, 9, 10]) {
    backend.grow(1)
    await expect.element(byId('new-records')).toHaveTextContent(`${sum} new records`)
    expect(told.length).toBeLessThanOrEqual(mostTold())
  }
  await vi.waitFor(() => expect(told.at(-1)).toBe('10 new records'), { timeout: 8_000 })
  expect(told.length).toBeLessThanOrEqual(mostTold())
  await byId('new-records').click()
  await vi.waitFor(() => expect(element('new-records-told').textContent).toBe(''))
})

test('lane labels are one stop of the Tab key, and do what Space does in the lanes', async () => {
  await openWindow()
  await expect.element(byId('lanes')).toBeVisible()
  const [first = expect.fail('no lanes')] = elements('lane-label')
  expect(elements('lane-label').filter((label) => label.tabIndex === 0)).toEqual([first])
  first.focus()
  await userEvent.keyboard('{ArrowDown}{ArrowDown}')
  await vi.waitFor(() => expect((document.activeElement as HTMLElement).dataset['row']).toBe('2'))
  await userEvent.keyboard(' ')
  await vi.waitFor(() => expect(element('filter-input')).toHaveValue('stream:order-commands shard:002'))
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(element('filter-input')).toHaveValue(''))
  await userEvent.keyboard('{End}')
  await vi.waitFor(() => expect((document.activeElement as HTMLElement).dataset['row']).toBe('9'))
  element('lanes').parentElement?.parentElement?.scrollTo(0, 0)
  await userEvent.keyboard('{Tab}')
  expect(document.activeElement).toBe(element('lanes'))
  await userEvent.keyboard('{ArrowDown} ')
  await vi.waitFor(() => expect(element('filter-input')).toHaveValue('stream:order-commands shard:000'))
})

test('by keyboard alone: rows, inspector, tabs, and out again', async () => {
  await openWindow()
  await userEvent.keyboard('gg')
  await vi.waitFor(() => expect(element('record-grid').querySelector('[aria-selected="true"]')?.getAttribute('aria-rowindex')).toBe('2'))
  await userEvent.keyboard('jj')
  await vi.waitFor(() => expect(element('record-grid').querySelector('[aria-selected="true"]')?.getAttribute('aria-rowindex')).toBe('4'))
  expect(selectedTime()).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/)
  await expect.element(byId('json-tree')).toBeVisible()
  await userEvent.keyboard('4')
  await expect.element(byId('hex-view')).toBeVisible()
  await userEvent.keyboard('5')
  await expect.element(byId('metadata')).toBeVisible()
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('inspector')).toEqual([]))
})

test('the filter narrows table and timeline, says what it cannot read, and letters stay in it', async () => {
  await openWindow()
  await userEvent.keyboard('/')
  expect(document.activeElement).toBe(element('filter-input'))
  await userEvent.keyboard('type:PAYMENT_FAILED')
  await vi.waitFor(() => expect(element('filter-result').textContent?.trim()).toMatch(/^[1-9]\d* of 2K/))
  await vi.waitFor(() => expect(rows().filter((row) => !row.includes('PAYMENT_FAILED'))).toEqual([]))
  await userEvent.keyboard(' amont:>5')
  await expect.element(byId('filter-fault')).toHaveTextContent('amont')
  await byId('filter-clear').click()
  await vi.waitFor(() => expect(element('filter-result').textContent?.trim()).toBe('1,999 records'))
})

test('what may stand in the filter is offered, and Tab takes it', async () => {
  await openWindow()
  await userEvent.keyboard('/st')
  await vi.waitFor(() => expect(elements('filter-offer').map((offer) => offer.textContent?.trim())).toEqual(['stream:']))
  expect(element('filter-input').getAttribute('aria-expanded')).toBe('true')
  await userEvent.keyboard('{Tab}')
  await expect.element(byId('filter-input')).toHaveValue('stream:')
  expect(document.activeElement).toBe(element('filter-input'))
  await userEvent.keyboard('x sh')
  await vi.waitFor(() => expect(elements('filter-offer').length).toBe(1))
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('filter-offer')).toEqual([]))
  await expect.element(byId('filter-input')).toHaveValue('stream:x sh')
})

test('a brush on the histogram shows only its records, and Escape takes it away', async () => {
  await openWindow()
  await byId('range').click()
  await byId('range-all').click()
  const box = element('histogram').getBoundingClientRect()
  const at = (share: number): { clientX: number; clientY: number; pointerId: number; bubbles: boolean; button: number } => ({
    clientX: box.left + box.width * share,
    clientY: box.top + 50,
    pointerId: 1,
    bubbles: true,
    button: 0,
  })
  await vi.waitFor(() => expect(element('histogram').getAttribute('aria-valuemax')).not.toBe('1'))
  element('histogram').setPointerCapture = () => undefined
  element('histogram').dispatchEvent(new PointerEvent('pointerdown', at(0.6)))
  element('histogram').dispatchEvent(new PointerEvent('pointermove', at(0.7)))
  element('histogram').dispatchEvent(new PointerEvent('pointerup', at(0.7)))
  await expect.element(byId('brush-chip')).toBeVisible()
  await vi.waitFor(() => expect(Number(element('record-grid').getAttribute('aria-rowcount'))).toBeLessThan(1_000))
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(element('record-grid').getAttribute('aria-rowcount')).toBe('2000'))
})

test.each(['light', 'dark'] as const)('uncovered time is hatched in histogram and lanes, and stands out in %s', async (theme) => {
  await openWindow({}, theme)
  await byId('range').click()
  await byId('range-all').click()
  await vi.waitFor(() => expect(document.querySelectorAll('[role="menu"]')).toHaveLength(0))
  for (const id of ['histogram', 'lanes']) {
    // the made-up records leave 41 to 47 percent of their time out
    await vi.waitFor(() => expect(strongestMark(id, 0.44)).toBeGreaterThanOrEqual(2))
  }
  expect(contrast(colourOf('--hatch'), colourOf('--ground'))).toBeGreaterThanOrEqual(3)
})

test('zoom, and back', async () => {
  await openWindow()
  const span = (): number => Number(element('histogram').dataset.until) - Number(element('histogram').dataset.from)
  const before = span()
  await userEvent.keyboard('ww')
  expect(span()).toBeLessThan(before / 2)
  await userEvent.keyboard('z')
  expect(span()).toBe(before)
})

test('the time in front moves a quarter of itself, by key and by Shift and the wheel', async () => {
  await openWindow()
  const range = (): [number, number] => [Number(element('histogram').dataset.from), Number(element('histogram').dataset.until)]
  await userEvent.keyboard('www')
  const [from, until] = range()
  const quarter = (until - from) / 4
  await userEvent.keyboard('a')
  await vi.waitFor(() => expect(range()[0]).toBeCloseTo(from - quarter, -1))
  expect(range()[1]).toBeCloseTo(until - quarter, -1)
  await userEvent.keyboard('d')
  await vi.waitFor(() => expect(range()[0]).toBeCloseTo(from, -1))
  element('histogram').dispatchEvent(new WheelEvent('wheel', { deltaY: -200, shiftKey: true, bubbles: true, cancelable: true }))
  await vi.waitFor(() => expect(range()[0]).toBeLessThan(from))
  expect(range()[1] - range()[0]).toBeCloseTo(until - from, -1)
})

test('one range for all: the brush of a lane narrows the table, and is drawn in histogram and lanes', async () => {
  await openWindow()
  await expect.element(byId('lanes')).toBeVisible()
  element('lanes').focus()
  await userEvent.keyboard('{ArrowRight}{Enter}')
  await expect.element(byId('brush-chip')).toBeVisible()
  await vi.waitFor(() => expect(Number(element('record-grid').getAttribute('aria-rowcount'))).toBeLessThan(2_000))
  for (const view of ['histogram', 'lanes']) expect(element(view).querySelector('.brush'), view).not.toBeNull()
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(element('lanes').querySelector('.brush')).toBeNull())
})

test('numbers in the tree are the payload’s own text, and what looks like markup is text', async () => {
  await openWindow({ records: 20_000 })
  await byId('filter-input').fill('key:"<img src=x onerror=alert(1)>"')
  await vi.waitFor(() => expect(element('filter-result').textContent?.trim()).toMatch(/^[1-9]\d* of/))
  await byId('record-row').nth(0).click()
  await expect.element(byId('json-tree')).toHaveTextContent('5129900000000000001.')
  expect(document.querySelectorAll('img')).toHaveLength(0)
  expect(element('inspector').textContent).toContain('<img src=x onerror=alert(1)>')
})

test('a capture is paused, resumed and stopped from the side bar', async () => {
  await openWindow()
  await byId('capture-pause').click()
  await expect.element(byId('capture')).toHaveAttribute('data-state', 'paused')
  await byId('capture-resume').click()
  await expect.element(byId('capture')).toHaveAttribute('data-state', 'running')
  await byId('capture-stop').click()
  await expect.element(byId('capture')).toHaveAttribute('data-state', 'stopped')
  await expect.element(byId('follow')).toHaveAttribute('data-state', 'stopped')
})

test('the demo plays as fast as was chosen', async () => {
  const backend = await openWindow()
  const asked = vi.spyOn(backend, 'setDemoRate')
  await byId('demo-rate').click()
  await byId('demo-rate-100').click()
  expect(asked).toHaveBeenCalledExactlyOnceWith(100)
  await expect.element(byId('demo-rate')).toHaveTextContent('100 events/s')
})

test('an error stands where it happened, with its next step', async () => {
  await openWindow({ faults: { openView: new CommandFault('failed', 'The workspace is on a full disk.', 'Free some space.') } })
  await expect.element(byId('error-panel')).toHaveTextContent('The workspace is on a full disk.')
  await expect.element(byId('error-panel')).toHaveTextContent('Free some space.')
  expect(await accessibilityFaults()).toEqual([])
})

test('the first run offers the doors that are there', async () => {
  await openWindow({ fresh: true, records: 0 })
  const doors = (): string[] => elements('open-door').map((door) => door.dataset['name'] ?? '')
  await vi.waitFor(() => expect(doors()).toEqual(['LocalStack', 'moto', 'dev-sso', 'prod-readonly', 'Environment']))
  expect(await accessibilityFaults()).toEqual([])
  await byId('open-door').nth(0).click()
  await expect.element(byId('open-fault')).toHaveTextContent('Nothing answers at http://localhost:4566.')
  const here = element('doors').textContent
  await byId('activity-connections').click()
  await vi.waitFor(() => expect(elements('connections-view')).toHaveLength(1))
  expect(doors()).toHaveLength(5)
  expect(here).toContain(element('doors').querySelector('h2')?.textContent ?? 'no heading')
  await byId('activity-explore').click()
  await byId('start-demo').click()
  await expect.element(byId('capture-everything')).toBeVisible()
})

test('the shortcut sheet lists the registry, and finds in it', async () => {
  await openWindow()
  await userEvent.keyboard('?')
  await expect.element(byId('shortcut-sheet')).toHaveTextContent('Zoom to the selection')
  expect(await accessibilityFaults()).toEqual([])
  await userEvent.keyboard('oldest')
  expect(element('shortcut-sheet').textContent).not.toContain('Zoom to the selection')
  expect(element('shortcut-sheet').textContent).toContain('Oldest record')
})

test('a million rows: the scroll bar reaches both ends', async () => {
  await openWindow({ records: 1_000_000 })
  await userEvent.keyboard('gg')
  await vi.waitFor(() => expect(element('record-grid').querySelector('[aria-rowindex="2"]')).not.toBeNull())
  await userEvent.keyboard('G')
  await vi.waitFor(() =>
    expect(
      element('record-grid').querySelector(`[aria-rowindex="${element('record-grid').getAttribute('aria-rowcount')}"]`),
    ).not.toBeNull(),
  )
})

/** The window over made-up records, at an endpoint with this many streams; the answer is how many elements list them. */
async function openAmong(streams: number): Promise<{ readonly elements: number; readonly close: () => Promise<void> }> {
  localStorage.setItem('kinescope.window', JSON.stringify({ theme: 'light', zone: 'utc' }))
  document.body.style.height = '100vh'
  const view = await render(App, { props: { backend: browsingBackend({ streams }) } })
  view.container.style.height = '100vh'
  await vi.waitFor(() => expect(document.documentElement.hasAttribute('data-ready')).toBe(true))
  await vi.waitFor(() => expect(elements('stream').length).toBeGreaterThan(16))
  return { elements: element('side-streams').querySelectorAll('*').length, close: () => view.unmount() }
}
const streamAt = (row: number): HTMLElement | null => document.querySelector(`[data-row="${row}"] [data-testid="stream"]`)

test('five thousand streams in the side bar take what forty-eight take; all are reached by keyboard, all told', async () => {
  const few = await openAmong(48)
  await few.close()
  const many = await openAmong(5_000)
  expect(many.elements).toBe(few.elements)
  expect(elements('stream').length).toBeLessThan(60)
  expect(streamAt(0)?.closest('li')?.getAttribute('aria-setsize')).toBe('5000')
  expect(elements('stream').filter((name) => name.tabIndex === 0)).toEqual([streamAt(0)])
  expect(await accessibilityFaults()).toEqual([])

  streamAt(0)?.focus()
  await userEvent.keyboard('{ArrowDown}')
  await vi.waitFor(() => expect(document.activeElement).toBe(streamAt(1)))
  await userEvent.keyboard('{End}')
  await vi.waitFor(() => expect(document.activeElement).toBe(streamAt(4_999)))
  expect(streamAt(4_999)?.closest('li')?.getAttribute('aria-posinset')).toBe('5000')
  expect(elements('stream').length).toBeLessThan(60)
  await userEvent.keyboard(' ')
  await vi.waitFor(() => expect(element('filter-input')).toHaveValue('stream:stream-4999'))

  // the focus stays where it is when it is scrolled away
  element('side-streams').scrollTop = 0
  await vi.waitFor(() => expect(streamAt(0)).not.toBeNull())
  expect(document.activeElement).toBe(streamAt(4_999))
  await userEvent.keyboard('{Tab}{Enter}')
  await expect.element(byId('capture-stream-oldest')).toBeVisible()
  await userEvent.keyboard('{Escape}')

  await byId('side-search').fill('4711')
  await vi.waitFor(() => expect(elements('stream').map((name) => name.textContent)).toEqual(['stream-4711']))
})

test('streams in the side bar unfold, and what is below them moves', async () => {
  await openWindow()
  const second = (): number => streamAt(1)?.getBoundingClientRect().top ?? 0
  const before = second()
  const [fold = expect.fail('nothing unfolds')] = [...element('side-streams').querySelectorAll<HTMLElement>('[aria-expanded]')].filter(
    (one) => one.classList.contains('fold'),
  )
  fold.click()
  await vi.waitFor(() => expect(second() - before).toBeGreaterThan(4 * 20))
  expect(element('side-streams').textContent).toContain('003')
  fold.click()
  await vi.waitFor(() => expect(second()).toBe(before))
})

test('a filter says how many records it could look into in part only', async () => {
  const backend = await openWindow()
  const open = backend.openView.bind(backend)
  vi.spyOn(backend, 'openView').mockImplementation(async (...about) => ({ ...(await open(...about)), inPart: 7 }))
  expect(elements('filter-in-part')).toEqual([])
  await byId('filter-input').fill('order')
  await expect.element(byId('filter-in-part')).toHaveTextContent('7 searched in part')
})
