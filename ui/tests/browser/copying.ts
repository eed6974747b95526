// The records that were picked, as one text on the clipboard: by menu and by keys, in the order of their arrival.
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { copiedTexts } from './lib/clipboard'
import { accessibilityFaults, byId, elements, openWindow } from './lib/page'

async function pickThree(): Promise<string[]> {
  const copied = copiedTexts()
  await openWindow()
  await byId('record-row').nth(6).click()
  // from the latest to the earliest: what is copied is in order all the same
  for (const [keys, told] of [
    ['x', '1 record picked'],
    ['kx', '2 records picked'],
    ['kx', '3 records picked'],
  ] as const) {
    await userEvent.keyboard(keys)
    await expect.element(byId('picks')).toHaveTextContent(told)
  }
  return copied
}

test('picked records are copied as lines of JSON and as a table', async () => {
  const copied = await pickThree()
  await byId('picks-copy').click()
  expect(await accessibilityFaults()).toEqual([])
  await byId('copy-many-ndjson').click()
  await vi.waitFor(() => expect(copied).toHaveLength(1))
  const lines = (copied[0] ?? '').trimEnd().split('\n')
  const records = lines.map((line) => JSON.parse(line) as { arrival: string; sequenceNumber: string; data: unknown })
  expect(records).toHaveLength(3)
  expect(records.map((one) => one.arrival)).toEqual(records.map((one) => one.arrival).sort())
  expect(records.every((one) => typeof one.data === 'object' && /^\d{50,}$/.test(one.sequenceNumber))).toBe(true)
  await vi.waitFor(() => expect(document.body.textContent).toContain('Copied 3 records as NDJSON'))
  await userEvent.keyboard('yv')
  await vi.waitFor(() => expect(copied).toHaveLength(2))
  expect(copied[1]?.split('\r\n')).toHaveLength(5)
  expect(copied[1]).toMatch(/^arrival,stream,shard,sequence number,/)
})

test('without picks the keys for many do nothing', async () => {
  const copied = await pickThree()
  await byId('picks-clear').click()
  await vi.waitFor(() => expect(elements('picks')).toEqual([]))
  await userEvent.keyboard('yn')
  expect(copied).toEqual([])
})
