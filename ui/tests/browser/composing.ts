// What a message may be asked beyond its text: packed, repeated over time, and copied for another shell.
import { expect, test, vi } from 'vitest'
import { copiedTexts } from './lib/clipboard'
import { accessibilityFaults, byId, element, elements } from './lib/page'
import { PATIENT, allow, publishing, ready, sends, template, text } from './lib/writing'

test('a payload is packed before it is sent, and both sizes are told', async () => {
  const backend = await publishing('order-test')
  const sent = sends(backend)
  await template('Order created')
  expect(elements('encoded')).toEqual([])
  await byId('payload-encoding').selectOptions('gzip')
  await vi.waitFor(() => expect(text('encoded')).toMatch(/^The payload has \d+ B before it is encoded, and \d+ B after\.$/), PATIENT)
  expect(await accessibilityFaults()).toEqual([])
  await allow()
  await ready()
  await byId('publish-go').click()
  await expect.element(byId('sent-sequence')).toBeVisible()
  expect(sent.mock.lastCall?.[0].encoding).toBe('gzip')
})

test('repeats leave one after the other under one permission, and are cancelled', async () => {
  const backend = await publishing('order-test')
  const sent = sends(backend)
  await template('Order created')
  expect(elements('every')).toEqual([])
  await byId('repeat').fill('201')
  await byId('every').fill('0')
  await expect.element(byId('every')).toHaveAttribute('aria-invalid', 'true')
  await byId('every').fill('50')
  expect(elements('aggregate')).toEqual([])
  await allow()
  await vi.waitFor(() => expect(text('will')).toMatch(/Writes 201 records to order-test, one every 50 ms \(10 s in all\)/), PATIENT)
  expect(await accessibilityFaults()).toEqual([])
  await ready()
  await byId('publish-go').click()
  await vi.waitFor(() => expect(text('publish-job-done')).toMatch(/^[1-9]\d* of 201 records$/), PATIENT)
  await byId('publish-cancel').click()
  await vi.waitFor(() => expect(element('publish-job').dataset['state']).toBe('cancelled'), PATIENT)
  expect(sent).toHaveBeenCalledTimes(1)
  expect(sent.mock.lastCall?.[0]).toMatchObject({ repeat: 201, everyMillis: 50 })
})

test('the record that is shown is copied as a command, without a permission', async () => {
  const copied = copiedTexts()
  const backend = await publishing('order-test')
  const sent = sends(backend)
  await template('Order created')
  await vi.waitFor(() => expect(text('lands')).toContain('user-1042'), PATIENT)
  await byId('copy-command').click()
  await vi.waitFor(() => expect(copied).toHaveLength(1))
  expect(copied[0]).toMatch(/^aws kinesis put-record [^]*--partition-key 'user-1042'[^]*ORDER_CREATED/)
  expect(sent).not.toHaveBeenCalled()
  await byId('key').fill('{$.nothing}')
  await vi.waitFor(() => expect(element('copy-command')).toHaveProperty('disabled', true), PATIENT)
})
