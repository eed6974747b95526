// A message is sent once, however often it is asked for, and an unclear outcome stays unclear.
import { expect, test, vi } from 'vitest'
import { CommandFault } from '../backend'
import { memoryBackend } from '../backend/memory'
import type { WritesOptions } from '../backend/memory-writes'
import type { RecordRow } from '../backend'
import type { PublishCommands } from '../backend/writes'
import { Grants } from './grants.svelte'
import { everyFrom, Publish, repeatFrom } from './publish.svelte'

const message = { text: '{"orderId":"ord-1"}', key: '{$.orderId}' }

async function desk(
  stream = 'order-test',
  options: Partial<WritesOptions> = {},
): Promise<{ publish: Publish; grants: Grants; writes: PublishCommands }> {
  const writes = memoryBackend({ records: 10, writes: options }).publishing ?? expect.fail('no writes')
  const grants = new Grants(writes)
  const publish = new Publish(writes, grants)
  publish.target.choose({ connection: 'demo', stream })
  publish.edit(message)
  await vi.waitFor(() => expect(publish.sound).toBe(true))
  return { publish, grants, writes }
}
const target = (stream: string) => ({ connection: 'demo', stream })

test('pressing twice sends once, and the next one has to be prepared', async () => {
  const { publish, grants, writes } = await desk()
  await grants.ask(target('order-test'), null)
  const sent = vi.spyOn(writes, 'publishDraft')
  await Promise.all([publish.send(), publish.send()])
  await publish.send()
  expect(sent).toHaveBeenCalledTimes(1)
  expect((await writes.publishHistory(0, 10)).total).toBe(1)
  expect(publish.sent?.results[0]?.outcome).toBe('acknowledged')
  publish.prepareAnother()
  await vi.waitFor(() => expect(publish.sound).toBe(true))
  await publish.send()
  expect((await writes.publishHistory(0, 10)).total).toBe(2)
})

test('a failed call is asked again with the same token, so that it cannot be sent twice', async () => {
  const { publish, grants, writes } = await desk()
  await grants.ask(target('order-test'), null)
  const tokens: string[] = []
  const real = writes.publishDraft
  vi.spyOn(writes, 'publishDraft').mockImplementation(async (draft, moment, grant, token) => {
    tokens.push(token)
    // it was sent, but the answer was lost on the way to the window
    const row = await real(draft, moment, grant, token)
    if (tokens.length === 1) throw new CommandFault('failed', 'the answer was lost', null)
    return row
  })
  await publish.send()
  expect(publish.fault?.message).toBe('the answer was lost')
  await publish.send()
  expect(new Set(tokens).size).toBe(1)
  expect((await writes.publishHistory(0, 10)).total).toBe(1)
})

test('another message has another token', async () => {
  const { publish, grants, writes } = await desk()
  await grants.ask(target('order-test'), null)
  await publish.send()
  publish.edit({ text: '{"orderId":"ord-2"}' })
  await vi.waitFor(() => expect(publish.sound).toBe(true))
  await publish.send()
  expect((await writes.publishHistory(0, 10)).total).toBe(2)
})

test('what was typed since the preview is not sent unseen', async () => {
  const { publish, grants, writes } = await desk()
  await grants.ask(target('order-test'), null)
  const sent = vi.spyOn(writes, 'publishDraft')
  publish.edit({ key: 'another' })
  await publish.send()
  expect(sent).not.toHaveBeenCalled()
})

test('what is sent is what the preview showed, and the next one is another', async () => {
  const { publish, grants, writes } = await desk()
  await grants.ask(target('order-test'), null)
  const sent = vi.spyOn(writes, 'publishDraft')
  publish.edit({ text: '{"orderId":"{{now}}"}' })
  await vi.waitFor(() => expect(publish.sound).toBe(true))
  const first = publish.preview.value ?? expect.fail('no preview')
  await publish.send()
  expect(sent.mock.lastCall?.[1]).toBe(first.moment)
  expect(publish.sent?.results[0]?.key).toBe(first.key)
  publish.prepareAnother()
  expect(publish.sound, 'what was shown was sent').toBe(false)
  await vi.waitFor(() => expect(publish.sound).toBe(true))
})

test('a record that is published again means nothing but itself', async () => {
  const { publish, writes } = await desk()
  vi.spyOn(writes, 'draftOf').mockResolvedValue({
    text: '{"a": "{{now}}"}',
    format: 'json',
    key: '{$.nowhere}',
    explicitHashKey: null,
    isMasked: false,
  })
  await publish.takeRecord({ id: '1' } as RecordRow)
  await vi.waitFor(() => expect(publish.sound).toBe(true))
  expect(publish.preview.value).toMatchObject({ text: '{"a": "{{now}}"}', key: '{$.nowhere}', problems: [] })
  expect(publish.message.asItIs).toBe(true)
  publish.edit({ asItIs: false })
  await vi.waitFor(() => expect(publish.preview.value?.problems).not.toEqual([]))
})

test('a template of a message that stands for nothing else is one, too', async () => {
  const { publish, writes } = await desk()
  publish.edit({ text: '{"a": "{{now}}"}', key: '{$.nowhere}', asItIs: true })
  await publish.saveTemplate('Mine')
  const saved = (await writes.listTemplates()).find((one) => one.name === 'Mine') ?? expect.fail('it is not saved')
  publish.useTemplate((await writes.listTemplates())[0] ?? expect.fail('no template'))
  expect(publish.message.asItIs).toBe(false)
  publish.useTemplate(saved)
  expect(publish.message).toMatchObject({ text: '{"a": "{{now}}"}', key: '{$.nowhere}', asItIs: true })
})

test('an import is not started before its preview is of what would be sent', async () => {
  const { publish, grants, writes } = await desk()
  const imports = publish.importing
  await grants.ask(target('order-test'), null)
  const started = vi.spyOn(writes, 'startImport')
  imports.target.choose(target('order-test'))
  imports.edit({ from: 'pasted', pasted: '{"orderId":"1"}' })
  await vi.waitFor(() => expect(imports.sound).toBe(true))
  imports.edit({ pasted: '{"orderId":"2"}' })
  expect(imports.sound).toBe(false)
  await imports.start()
  expect(started).not.toHaveBeenCalled()
  await vi.waitFor(() => expect(imports.sound).toBe(true))
})

test('nothing is sent without a permission for exactly this stream, nor after a no', async () => {
  const { publish, grants, writes } = await desk()
  const sent = vi.spyOn(writes, 'publishDraft')
  await publish.send()
  await grants.ask(target('order-slow'), null)
  await publish.send()
  expect(sent).not.toHaveBeenCalled()
  const refused = await desk('order-test', { dialog: 'no' })
  expect(await refused.grants.ask(target('order-test'), null)).toBeNull()
  expect(refused.grants.declined).toEqual(target('order-test'))
  expect(refused.grants.list).toEqual([])
})

test('production needs the stream’s name typed', async () => {
  const { publish, grants } = await desk('orders-prod')
  await vi.waitFor(() => expect(publish.target.facts.value).not.toBeNull())
  expect(publish.target.named).toBe(false)
  await grants.ask(target('orders-prod'), 'orders')
  expect(grants.fault?.message).toContain('orders-prod')
  publish.target.typedName = 'orders-prod'
  expect(publish.target.named).toBe(true)
  await grants.ask(target('orders-prod'), 'orders-prod')
  expect(grants.of(target('orders-prod'))?.looksLikeProduction).toBe(true)
})

test('many are followed to their end, with what is unclear counted on its own', async () => {
  const { publish, grants } = await desk('order-flaky')
  await grants.ask(target('order-flaky'), null)
  publish.edit({ repeatText: '400' })
  await vi.waitFor(() => expect(publish.sound).toBe(true))
  await publish.send()
  await vi.waitFor(() => expect(publish.sent?.state).toBe('finished'), { timeout: 5_000 })
  const { sent = 0, refused = 0, unclear = 0 } = publish.sent ?? {}
  expect(unclear).toBeGreaterThan(0)
  expect(sent + refused + unclear).toBe(400)
})

test('how many', () => {
  expect(['1', ' 60 ', '10000'].map(repeatFrom)).toEqual([1, 60, 10_000])
  expect(['0', '10001', '', '1e3', '-1', '1.5'].map(repeatFrom)).toEqual([null, null, null, null, null, null])
})

test('a distance between repeats is a whole number of milliseconds, at most an hour', () => {
  expect(['', ' 20 ', '1', '3600000'].map(everyFrom)).toEqual([null, 20, 1, 3_600_000])
  expect(['0', '3600001', '1.5', '-1', 'soon', '1e3'].map(everyFrom)).toEqual(Array(6).fill(undefined))
})

test('one message has no distance, and records that leave one by one are not put together', async () => {
  const { publish } = await desk()
  publish.edit({ everyText: '500', aggregate: true })
  expect(publish.draft).toMatchObject({ repeat: 1, everyMillis: null, aggregate: true })
  publish.edit({ repeatText: '20' })
  expect(publish.draft).toMatchObject({ repeat: 20, everyMillis: 500, aggregate: false })
  publish.edit({ everyText: 'soon' })
  expect(publish.draft).toBeNull()
})

test('a message is edited again as it was sent: its encoding and its distance, too', async () => {
  const { publish, grants } = await desk()
  await grants.ask(target('order-test'), null)
  publish.edit({ encoding: 'gzip', repeatText: '3', everyText: '40' })
  await vi.waitFor(() => expect(publish.sound).toBe(true))
  await publish.send()
  const sent = publish.sent ?? expect.fail('nothing was sent')
  publish.edit({ encoding: 'none', repeatText: '1', everyText: '' })
  await publish.takePublished(sent.id)
  expect(publish.message).toMatchObject({ encoding: 'gzip', repeatText: '3', everyText: '40' })
})
