// The shards of a stream as they are measured, and where they came from: rates beside what a shard takes, splits and merges drawn,
// and the same in the table's words.
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { Backend } from '../../src/backend/backend'
import type { ShardProgress } from '../../src/backend/bindings'
import { browsingBackend, RESHARDED } from './lib/browsing-fixture'
import { accessibilityFaults, byId, element, elements } from './lib/page'
import { named, open, row, text } from './lib/screens'

/** Of 000 and 002, which is near to its limit; 003 catches up; nothing is known of the others. */
function measured(): Backend {
  const backend = browsingBackend()
  const { captureStatus } = backend
  const rates: Readonly<Record<string, Partial<ShardProgress>>> = {
    '000': { recordsPerSecond: 120, bytesPerSecond: 40_000, lagMillis: 412, state: 'live', isRateOfWriting: true },
    '002': { recordsPerSecond: 940, bytesPerSecond: 500_000, lagMillis: 900, state: 'live', isRateOfWriting: true },
    '003': { recordsPerSecond: 2_400, bytesPerSecond: 1_900_000, lagMillis: 3_600_000, state: 'catchingUp', isRateOfWriting: false },
  }
  backend.captureStatus = async (capture) => {
    const status = await captureStatus(capture)
    const [usual] = status.shards
    if (!usual) return status
    const shards = RESHARDED.flatMap((shard) => {
      const more = rates[shard.id.slice(-3)]
      return more ? [{ ...usual, stream: 'order-events', shard: shard.id, short: shard.short, ...more }] : []
    })
    return { ...status, shards }
  }
  return backend
}

async function details(theme: 'light' | 'dark' = 'light', backend: Backend = measured()): Promise<void> {
  await open('streams', {}, theme, backend)
  await named('stream-row', 'order-events').click()
  await vi.waitFor(() => expect(elements('shard-row')).toHaveLength(8))
}
const cells = (shard: string): string => (row('shard-row', shard)?.textContent ?? '').replace(/\s+/g, ' ')

test.each(['light', 'dark'] as const)('rates and lineage have no accessibility fault in %s', async (theme) => {
  await details(theme)
  await expect.element(byId('lineage')).toBeVisible()
  expect(await accessibilityFaults()).toEqual([])
})

test('what is measured of a shard stands beside what it takes, and a hot one says so', async () => {
  await details()
  await vi.waitFor(() => expect(cells('002')).toContain('940'))
  expect(cells('002')).toContain('94 % of the 1,000/s that a shard takes')
  expect(cells('002')).toContain('hot')
  expect(elements('shard-hot')).toHaveLength(1)
  expect(cells('000')).toContain('412 ms')
  // reading faster than it is written is no heat
  expect(cells('003')).toContain('while it catches up')
  expect(cells('004')).toContain('its rate is not known')
  expect(elements('shard-rates-none')).toEqual([])
})

test('a stream that is not captured says why there are no rates', async () => {
  const backend = browsingBackend()
  backend.captureStatus = () => Promise.reject(new Error('gone'))
  await details('light', backend)
  await expect.element(byId('shard-rates-none')).toBeVisible()
  expect(elements('shard-rate')).toEqual([])
})

test('splits and merges are drawn, told in words, and gone through by keys', async () => {
  await details()
  await vi.waitFor(() => expect(elements('lineage-node')).toHaveLength(6))
  expect(elements('lineage-line')).toHaveLength(4)
  expect(text('stream-details')).toContain('1 split · 1 merge')
  expect(elements('lineage-node').map((one) => one.getAttribute('aria-label'))).toContain('002, open, from 006 + 007')
  const node = (shard: string): HTMLElement => elements('lineage-node').find((one) => one.textContent.includes(shard)) ?? expect.fail(shard)
  // generations stand side by side, and none upon another
  expect(node('001').getBoundingClientRect().right).toBeLessThan(node('004').getBoundingClientRect().left)
  expect(node('006').getBoundingClientRect().bottom).toBeLessThanOrEqual(node('007').getBoundingClientRect().top)
  node('001').focus()
  await userEvent.keyboard('{ArrowRight}')
  await vi.waitFor(() => expect(document.activeElement).toBe(node('004')))
  expect(row('shard-row', '004')?.getAttribute('aria-selected')).toBe('true')
  await userEvent.keyboard('{ArrowDown}')
  await vi.waitFor(() => expect(document.activeElement).toBe(node('005')))
  await userEvent.keyboard('{ArrowLeft}')
  await vi.waitFor(() => expect(document.activeElement).toBe(node('001')))
  expect(text('shard-facts')).toContain('004 + 005')
  expect(element('lineage').querySelectorAll('[tabindex="0"]')).toHaveLength(1)
})
