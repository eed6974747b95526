// The status bar: times in its zone, calls and bytes beside what is allowed, and the lag that leads to its lane.
import { expect, test, vi } from 'vitest'
import { byId, element, elements, openWindow } from './lib/page'

test('times are written in the zone of the status bar', async () => {
  await openWindow()
  const hour = (): number => Number(element('record-row').textContent?.trim().slice(0, 2))
  const utc = hour()
  await byId('status-zone').click()
  await vi.waitFor(() => expect(hour()).toBe((utc + 7) % 24))
})

test('calls and bytes stand beside what was allowed for the shards that are read, and a tooltip says which', async () => {
  await openWindow()
  await expect.element(byId('status-calls')).toHaveTextContent('13 of 14 reads/s')
  const tip = element('status-calls').title
  expect(tip).toContain('over the last 10 seconds')
  expect(tip).toContain('10 shards being read: 1 a second for each at the live edge (9 now), up to 5 while catching up (1 now)')
  expect(element('status-bytes').textContent).toMatch(/of 17\.2 MB\/s$/)
  expect(element('status-bytes').title).toContain('for 10 shards being read')
  await byId('capture-pause').click()
  await vi.waitFor(() => expect(elements('status-calls')).toEqual([]))
})

test('the lag in the status bar leads to the lane of the shard that is furthest behind', async () => {
  await openWindow()
  await byId('activity-captures').click()
  await byId('status-lag').click()
  await vi.waitFor(() => expect((document.activeElement as HTMLElement).dataset['testid']).toBe('lane-label'))
  expect(document.activeElement?.textContent).toContain('order-events')
  expect((document.activeElement as HTMLElement).dataset['row']).toBe('5')
})
