// Masking rules: added with the place of a mistake, switched off, true values for this session, and the sign that says so. The
// settings stay open: closed they load the page anew, which the state's own test looks at.
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { accessibilityFaults, byId, element, elements, openWindow } from './lib/page'

async function add(text: string): Promise<void> {
  await byId('mask-text').fill(text)
  await userEvent.keyboard('{Enter}')
}
const state = (): string => element('mask-state').textContent
const badge = (): string => elements('mask-badge')[0]?.textContent ?? ''

test('a rule is added, told with its mistake, switched off and removed; true values are shown for the session', async () => {
  await openWindow()
  expect(elements('mask-badge')).toEqual([])
  await userEvent.keyboard('gm')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('mask-text')))
  expect(state()).toBe('Nothing is hidden.')
  expect(element('mask-lift')).toHaveProperty('disabled', true)

  await byId('mask-kind-pattern').click()
  await add('card(')
  await vi.waitFor(() => expect(element('mask-wrong').textContent).toContain('At character 5: unclosed group'))
  expect(element('mask-wrong').querySelector('mark')?.textContent).toBe('(')
  expect(elements('mask-rule')).toEqual([])
  await add(String.raw`card-\d+`)
  await vi.waitFor(() => expect(elements('mask-rule')).toHaveLength(1))
  expect(elements('mask-wrong')).toEqual([])
  await byId('mask-kind-path').click()
  await add('$.customer.email')
  await vi.waitFor(() => expect(elements('mask-rule')).toHaveLength(2))
  expect([badge(), state()]).toEqual(['Masked', 'Rules hide values of records.'])
  expect(await accessibilityFaults()).toEqual([])

  await byId('mask-lift').click()
  await vi.waitFor(() => expect(badge()).toBe('True values shown'))
  expect(state()).toBe('True values are shown until Kinescope is closed.')
  await byId('mask-again').click()
  await vi.waitFor(() => expect(badge()).toBe('Masked'))

  const on = (at: number): HTMLInputElement => elements('mask-rule')[at]?.querySelector('input') ?? expect.fail('a rule')
  on(0).click()
  await vi.waitFor(() => expect(on(0).checked).toBe(false))
  on(0).click()
  await vi.waitFor(() => expect(on(0).checked).toBe(true))
  await byId('mask-remove').first().click()
  await vi.waitFor(() => expect(elements('mask-rule')).toHaveLength(1))
  expect(elements('mask-rule')[0]?.textContent).toContain('$.customer.email')
})
