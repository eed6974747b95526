import { expect, test } from 'vitest'
import { conflictsOf, meet } from './key-conflicts'
import { keyLines, type KeyLine } from './keymap'

const say = (): string => ''
const LINES: readonly KeyLine[] = [
  keyLines('window', say, { palette: [say, 'Mod+k', 'Mod+p'], 'go-streams': [say, 'g s'] }),
  keyLines('explore', say, { oldest: [say, 'g g'], newest: [say, 'G'], next: [say, 'j'] }),
  keyLines('grid', say, { open: [say, 'Enter'] }),
  keyLines('captures', say, { stop: [say, 's'] }),
  keyLines('wizard', say, { first: [say, 'Mod+1'] }),
].flatMap((lines) => Object.values<KeyLine>(lines))

const line = (id: string): KeyLine => LINES.find((one) => one.id === id) ?? expect.fail(id)
const against = (id: string, keys: string): string[] =>
  conflictsOf(LINES, (one) => one.keys, line(id), keys).map((one) => `${one.line.id} ${one.keys}`)

test('the same keys at the same place are in the way, and at another screen they are not', () => {
  expect(against('next', 'Mod+p')).toEqual(['palette Mod+p'])
  expect(against('next', 'Enter')).toEqual(['open Enter'])
  expect(against('open', 'j')).toEqual(['next j'])
  expect(against('next', 's')).toEqual([])
  expect(against('next', 'j')).toEqual([])
})

test('a key hides the sequences that begin with it', () => {
  expect(against('stop', 'g')).toEqual(['go-streams g s'])
  expect(against('next', 'g')).toEqual(['go-streams g s', 'oldest g g'])
  expect(against('next', 'g s')).toEqual(['go-streams g s'])
  expect(against('next', 'j j')).toEqual([])
  expect(against('palette', 'j x')).toEqual(['next j'])
})

test('a dialog is a place of its own', () => {
  expect(against('palette', 'Mod+1')).toEqual([])
  expect([meet('wizard', 'wizard'), meet('grid', 'timeline'), meet('captures', 'explore')]).toEqual([true, true, false])
})
