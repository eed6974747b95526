// How keys are written, and read back: what a keyboard tells becomes one text, and only such a text becomes a stroke again.
import { expect, test } from 'vitest'
import { keyCaps, parseKeys, parseStroke, recordable, strokeText, type Stroke } from './key-text'

let seed = 11
const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T

const KEYS = [
  ...'abczABCZ019+-/?[]\\"\'<>=~éßøñжاあ😀 ',
  ...['Enter', 'Escape', 'ArrowUp', 'PageDown', 'Home', 'F1', 'F12', 'Delete', 'Tab', 'MediaPlayPause'],
]
const NO_KEYS = ['Shift', 'Control', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Dead', 'Process', 'Unidentified']
const held = (): Omit<Stroke, 'key'> => ({ mod: random(2) === 0, alt: random(2) === 0, shift: random(2) === 0 })

test('whatever a keyboard tells is written so that it can be read, and comes again as the same text', () => {
  for (let i = 0; i < 4_000; i += 1) {
    const stroke = { key: pick(KEYS), ...held() }
    const text = strokeText(stroke)
    const read = parseStroke(text)
    expect(read, text).not.toBeNull()
    if (!read) continue
    expect(strokeText(read)).toBe(text)
    expect([read.mod, read.alt]).toEqual([stroke.mod, stroke.alt])
    expect(read.key.toLowerCase()).toBe(stroke.key.toLowerCase())
    expect(recordable(stroke)).toBe(text)
  }
})

test('keys that only change others are none', () => {
  for (const key of NO_KEYS) expect(recordable({ key, ...held() }), key).toBeNull()
})

test('a text is read only if it is written as keys are, in five thousand random ones', () => {
  const pieces = ['Mod+', 'Alt+', 'Shift+', 'mod+', 'Ctrl+', '+', ' ', 'g', 'G', 'Space', 'Enter', 'F5', '\n', '\u0000', '\u202e', '']
  for (let i = 0; i < 5_000; i += 1) {
    const text = Array.from({ length: random(6) }, () => pick(pieces)).join('')
    const read = parseKeys(text)
    if (read) expect(read.map(strokeText).join(' ')).toBe(text)
  }
})

test.each([
  '',
  ' ',
  'g ',
  ' g',
  'g  g',
  'a b c',
  'Mod',
  'Mod+',
  'Ctrl+k',
  'Mod+K',
  'Alt+Mod+k',
  'Shift+g',
  'Shift',
  'Mod+Shift',
  '<script>',
])('%j is no text of keys', (text) => expect(parseKeys(text)).toBeNull())

test.each(['g', 'G', '?', '+', 'Mod++', 'Mod+k', 'Mod+Alt+Shift+k', 'Shift+F6', 'Space', 'Shift+Space', 'g g', 'Mod+k Mod+s'])(
  '%j is a text of keys',
  (text) => expect(parseKeys(text)?.map(strokeText).join(' ')).toBe(text),
)

test('caps are for people', () => {
  expect(keyCaps('Mod+Shift+z', false)).toEqual(['Ctrl+Shift+Z'])
  expect(keyCaps('Mod+k', true)).toEqual(['⌘K'])
  expect(keyCaps('g g', false)).toEqual(['g', 'g'])
  expect(keyCaps('+', false)).toEqual(['+'])
  expect(keyCaps('ArrowUp', false)).toEqual(['↑'])
})
