// The bytes of a record: values under the cursor, bytes that are chosen and copied, and bytes that are looked for. All of them are
// those that the program may show.
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { copiedTexts } from './lib/clipboard'
import { accessibilityFaults, byId, element, elements, openWindow, type Memory } from './lib/page'

/** Little-endian: a time in seconds, a varint, a character, and a double. */
const PAYLOAD = Uint8Array.from([
  0x00, 0xf1, 0x53, 0x65, 0x96, 0x01, 0xc3, 0xa9, 0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
  0xff, 0x00, 0x96, 0x01,
])

async function opened(payload = PAYLOAD, theme: 'light' | 'dark' = 'light'): Promise<Memory> {
  const backend = await openWindow({}, theme)
  backend.recordBytes = vi.fn(async (_record: string, _event: number | null, first: number, count: number) =>
    payload.slice(first, first + count),
  )
  const { openRecord } = backend
  backend.openRecord = async (id) => ({ ...(await openRecord(id)), shownBytes: payload.length })
  await byId('record-row').nth(3).click()
  await expect.element(byId('json-tree')).toBeVisible()
  await userEvent.keyboard('4')
  await expect.element(byId('hex-find')).toBeVisible()
  element('hex-view').focus()
  await userEvent.keyboard('{Home}')
  await expect.element(byId('hex-values')).toBeVisible()
  return backend
}
const value = (kind: string): string => element(`hex-value-${kind}`).textContent
const right = (times: number): string => '{ArrowRight}'.repeat(times)
const copied = (): string => element('hex-copy').textContent.trim()

test.each(['light', 'dark'] as const)('values stand exactly as text in either order, without fault in %s', async (theme) => {
  await opened(PAYLOAD, theme)
  expect(value('u8')).toBe('0')
  expect(value('u32')).toBe('1700000000')
  expect(value('seconds')).toBe('2023-11-14 22:13:20.000 UTC')
  await byId('hex-order-big').click()
  await vi.waitFor(() => expect(value('u32')).toBe('15815525'))
  await byId('hex-order-little').click()
  element('hex-view').focus()
  await userEvent.keyboard(right(4))
  await vi.waitFor(() => expect(value('varint')).toBe('150'))
  expect(value('zigzag')).toBe('75')
  await userEvent.keyboard(right(2))
  await vi.waitFor(() => expect(value('utf8')).toBe('é U+00E9'))
  await userEvent.keyboard(right(2))
  await vi.waitFor(() => expect(value('f64')).toBe('0.1'))
  expect(await accessibilityFaults()).toEqual([])
  // over the end of its line, and of the bytes
  await userEvent.keyboard(right(8))
  await vi.waitFor(() => expect(value('u64')).toBe('18446744073709551615'))
  expect(value('i64')).toBe('-1')
  await userEvent.keyboard('{End}')
  await vi.waitFor(() => expect(value('u8')).toBe('1'))
  expect([value('u16'), value('f64')]).toEqual(['—', '—'])
})

test('bytes are chosen by key and copied in each form', async () => {
  await opened()
  const texts = copiedTexts()
  await userEvent.keyboard(`${right(4)}{Shift>}${right(3)}{/Shift}`)
  await vi.waitFor(() => expect(copied()).toBe('4 bytes'))
  expect(
    elements('hex-marked')
      .map((part) => part.textContent)
      .join(''),
  ).toBe('····')
  for (const [form, text] of [
    ['hex', '9601c3a9'],
    ['base64', 'lgHDqQ=='],
    ['c', 'const unsigned char bytes[4] = {\n    0x96, 0x01, 0xc3, 0xa9,\n};\n'],
    ['rust', 'const BYTES: [u8; 4] = [\n    0x96, 0x01, 0xc3, 0xa9,\n];\n'],
  ] as const) {
    await byId('hex-copy').click()
    await byId(`hex-copy-${form}`).click()
    await vi.waitFor(() => expect(texts.at(-1)).toBe(text))
  }
  expect(document.body.textContent).toContain('Copied 4 bytes')
  // another byte begins anew
  element('hex-view').focus()
  await userEvent.keyboard('{Home}')
  await vi.waitFor(() => expect(copied()).not.toBe('4 bytes'))
})

test('bytes are found one place after the other, and around the end', async () => {
  await opened()
  await byId('hex-find').fill('96 0')
  expect(element('hex-found').textContent).toBe('Pairs of hexadecimal digits, or a text in double quotes')
  expect(await accessibilityFaults()).toEqual([])
  const at = (): string => element('hex-byte').textContent
  for (const [text, place] of [
    ['96 01', '00000004'],
    ['0x96 0x01', '00000019'],
    ['9601', '00000004'],
    ['"é"', '00000006'],
  ] as const) {
    await byId('hex-find').fill(text)
    await userEvent.keyboard('{Enter}')
    await vi.waitFor(() => expect(at()).toContain(`byte at ${place}`))
    expect(copied()).toBe('2 bytes')
    expect(element('hex-found').textContent).toBe('')
  }
  await byId('hex-find').fill('"nothing like this"')
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(element('hex-found').textContent).toBe('no match'))
  expect(at()).toContain('byte at 00000006')
})

test('what lies across two parts of a large payload is found; more than a clipboard takes is refused', async () => {
  const large = new Uint8Array(3 * 1024 * 1024)
  large.set([1, 2, 3, 4], 2 * 1024 * 1024 - 2)
  const backend = await opened(large)
  const texts = copiedTexts()
  await byId('hex-find').fill('01 02 03 04')
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(element('hex-byte').textContent).toContain('byte at 001ffffe'))
  const asked = vi.mocked(backend.recordBytes).mock.calls.map(([, , , count]) => count)
  expect(Math.max(...asked)).toBeLessThanOrEqual(1024 * 1024)
  element('hex-view').focus()
  await userEvent.keyboard('{Home}{Shift>}{End}{/Shift}')
  await vi.waitFor(() => expect(copied()).toBe('3,145,728 bytes'))
  await byId('hex-copy').click()
  await byId('hex-copy-hex').click()
  await vi.waitFor(() => expect(document.body.textContent).toContain('More than 262,144 bytes are not copied.'))
  expect(texts).toEqual([])
})

test('an answer that fails is told where bytes are looked for', async () => {
  const backend = await opened()
  backend.recordBytes = () => Promise.reject(new Error('the record is gone'))
  await byId('hex-find').fill('9601')
  await byId('hex-find-next').click()
  await vi.waitFor(() => expect(element('hex-found').textContent).toBe('the record is gone'))
})
