import { expect, test } from 'vitest'
import { fixtureToggled } from './fixture-filter'

test('a condition goes in and out as a whole', () => {
  expect(fixtureToggled('', 'type:A')).toBe('type:A')
  expect(fixtureToggled('type:AB -type:A', 'type:A')).toBe('type:AB -type:A type:A')
  expect(fixtureToggled('key:"a b" type:A', 'key:"a b"')).toBe('type:A')
  expect(fixtureToggled('stream:s size:>1k', 'stream:s shard:002')).toBe('stream:s size:>1k shard:002')
  expect(fixtureToggled('stream:s shard:002 x', 'stream:s shard:002')).toBe('x')
})
