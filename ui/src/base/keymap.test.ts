import { beforeEach, expect, test } from 'vitest'
import type { Stroke } from './key-text'
import { Keymap, type Command } from './keymap'

let keymap: Keymap
let ran: string[]

const command = (id: string, scope: string, ...keys: string[]): Command => ({
  id,
  scope,
  keys,
  title: () => id,
  group: () => 'test',
  run: () => ran.push(id),
})

const stroke = (key: string, held: Partial<Stroke> = {}): Stroke => ({ key, mod: false, alt: false, shift: false, ...held })

let clock = 0
function type(key: string, options: { held?: Partial<Stroke>; scopes?: string[]; field?: boolean; after?: number } = {}): void {
  clock += options.after ?? 50
  const outcome = keymap.press({
    stroke: stroke(key, options.held),
    scopes: [...(options.scopes ?? []), 'window'],
    inTextField: options.field ?? false,
    atMillis: clock,
  })
  if (outcome.kind === 'command') outcome.command.run()
}

beforeEach(() => {
  keymap = new Keymap()
  ran = []
  keymap.register([
    command('help', 'window', '?'),
    command('oldest', 'explore', 'g g', 'Home'),
    command('newest', 'explore', 'G', 'End'),
    command('go-streams', 'window', 'g s'),
    command('next', 'explore', 'j'),
    command('palette', 'window', 'Mod+k'),
    command('leave', 'window', 'Escape'),
  ])
})

test('single keys and sequences', () => {
  for (const key of ['j', 'g', 'g', 'G', 'g', 's']) type(key, { scopes: ['explore'], held: { shift: key === 'G' } })
  expect(ran).toEqual(['next', 'oldest', 'newest', 'go-streams'])
})

test('a sequence is forgotten after a while, or with another key', () => {
  type('g', { scopes: ['explore'] })
  type('g', { scopes: ['explore'], after: 2_000 })
  type('j', { scopes: ['explore'] })
  expect(ran).toEqual(['next'])
})

test('a scope that is not active hears nothing', () => {
  type('j')
  expect(ran).toEqual([])
})

test('no letters in a text field, but Escape and Ctrl work there', () => {
  type('j', { field: true, scopes: ['explore'] })
  type('?', { field: true })
  type('Home', { field: true, scopes: ['explore'] })
  type('k', { field: true, held: { mod: true } })
  type('Escape', { field: true })
  expect(ran).toEqual(['palette', 'leave'])
})

test('single keys can be switched off', () => {
  keymap.setSingleKeys(false)
  type('j', { scopes: ['explore'] })
  type('k', { held: { mod: true } })
  type('Home', { scopes: ['explore'] })
  expect(ran).toEqual(['palette', 'oldest'])
})

test('what was registered can leave, and an id is registered once', () => {
  const leave = keymap.register([command('extra', 'window', 'x')])
  expect(() => keymap.register([command('extra', 'window', 'y')])).toThrow('extra')
  leave()
  type('x')
  expect(ran).toEqual([])
})

test('a text field undoes by itself', () => {
  keymap.register([command('undo', 'explore', 'Mod+z'), command('redo', 'explore', 'Mod+Shift+z')])
  type('z', { held: { mod: true }, scopes: ['explore'], field: true })
  type('Z', { held: { mod: true, shift: true }, scopes: ['explore'], field: true })
  expect(ran).toEqual([])
  type('z', { held: { mod: true }, scopes: ['explore'] })
  expect(ran).toEqual(['undo'])
})

test('a person’s keys take the place of the usual ones, for what is registered before and after', () => {
  keymap.remap(
    new Map([
      ['palette', ['Mod+e', 'q q']],
      ['later', ['x']],
      ['help', []],
    ]),
  )
  keymap.register([command('later', 'window', 'y')])
  for (const key of ['k', 'e']) type(key, { held: { mod: true } })
  for (const key of ['q', 'q', 'y', 'x', '?']) type(key)
  expect(ran).toEqual(['palette', 'palette', 'later'])
  expect(keymap.find('palette')?.keys).toEqual(['Mod+e', 'q q'])
  keymap.remap(new Map())
  type('k', { held: { mod: true } })
  type('?')
  expect(ran.slice(3)).toEqual(['palette', 'help'])
})
