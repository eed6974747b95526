// Connections that a person keeps: a name, a colour and an environment, told wherever the connection is.
import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { CommandFault } from '../../src/backend/backend'
import { browsingBackend } from './lib/browsing-fixture'
import { accessibilityFaults, byId, element, elements } from './lib/page'
import { named, open, text } from './lib/screens'

async function keepAs(name: string, environment: string): Promise<void> {
  await byId('connection-keep').click()
  await byId('known-name').fill(name)
  await named('known-colour', 'orange').click()
  await byId('known-environment').selectOptions(environment)
  await byId('known-save').click()
  await expect.element(byId('keep-dialog')).not.toBeInTheDocument()
}

test.each(['light', 'dark'] as const)('no accessibility fault in %s: kept connections', async (theme) => {
  await open('connections', {}, theme)
  await byId('connection-keep').click()
  await byId('known-environment').selectOptions('production')
  await expect.element(byId('keep-dialog')).toHaveTextContent('the stream’s name is to be typed')
  expect(await accessibilityFaults()).toEqual([])
  await byId('known-save').click()
  await byId('open-another').click()
  await expect.element(byId('known-list')).toBeVisible()
  expect(await accessibilityFaults()).toEqual([])
})

test('a connection is kept by keyboard, and told by its name and environment', async () => {
  await open('connections')
  element('connection-keep').focus()
  await userEvent.keyboard('{Enter}')
  await expect.element(byId('known-name')).toHaveFocus()
  await userEvent.keyboard('{Control>}a{/Control}Shop, Europe{Tab}{ArrowRight}{Tab}Prod')
  await expect.element(byId('known-environment')).toHaveValue('production')
  await userEvent.keyboard('{Shift>}{Tab}{Tab}{/Shift}{Enter}')
  await expect.element(byId('connection-details')).toHaveTextContent('Shop, Europe')
  expect(text('connection-details')).toContain('Production')
  expect(text('connection')).toContain('Shop, Europe · eu-west-1')
  expect(text('open-connection')).toContain('Production')
})

test('a kept connection opens again from the list, and is forgotten there', async () => {
  await open('connections', { records: 0 })
  await keepAs('Shop', 'staging')
  await byId('close-connection').click()
  await expect.element(byId('known-list')).toHaveTextContent('Staging')
  await named('open-door', 'Shop').click()
  await expect.element(byId('connection-details')).toHaveTextContent('Shop')
  await byId('open-another').click()
  await named('known-edit', 'Shop').click()
  await expect.element(byId('known-name')).toHaveValue('Shop')
  await byId('known-forget').click()
  await expect.element(byId('keep-dialog')).not.toBeInTheDocument()
  expect(elements('known-list')).toEqual([])
})

test('a name that is refused stays to be mended', async () => {
  const backend = browsingBackend()
  backend.keepConnection = async () => {
    throw new CommandFault('failed', 'the folder for settings cannot be written', 'Make it writable.')
  }
  await open('connections', {}, 'light', backend)
  await byId('connection-keep').click()
  await byId('known-save').click()
  await expect.element(byId('keep-dialog')).toHaveTextContent('The folder for settings cannot be written')
})

test('a test tells how long the endpoint took, or why it did not answer', async () => {
  const backend = browsingBackend()
  await open('connections', {}, 'light', backend)
  await byId('connection-test').click()
  await expect.element(byId('connection-answered')).toHaveTextContent('It answered in 42 ms')
  backend.testConnection = async () => {
    throw new CommandFault('failed', 'nothing answers at localhost:4566: connection refused', 'Start the emulator.')
  }
  await byId('connection-test').click()
  await expect.element(byId('connection-details')).toHaveTextContent('Nothing answers at localhost:4566')
  expect(elements('connection-answered')).toEqual([])
})
