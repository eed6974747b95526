import { expect, test } from 'vitest'
import { filterValue, sentence, shortShard } from './words'

test('shards are called by the number at their end', () => {
  const ids = ['shardId-000000000002', 'shardId-000000012345', 'shardId-000000000000', 'shard-3', '3', 'odd']
  expect(ids.map(shortShard)).toEqual(['002', '12345', '000', '003', '003', 'odd'])
})

test('values are quoted where they must be', () => {
  expect(['user-42', 'a b', 'say "no"', 'a\\b', ''].map(filterValue)).toEqual(['user-42', '"a b"', '"say \\"no\\""', '"a\\\\b"', '""'])
})

test('a cause becomes a sentence', () => {
  expect(sentence('nothing answers at localhost:4566')).toBe('Nothing answers at localhost:4566.')
  expect(sentence('ProvisionedThroughputExceededException: slow down')).toBe('ProvisionedThroughputExceededException: slow down.')
  expect(sentence('kinesis:PutRecord is missing')).toBe('kinesis:PutRecord is missing.')
  expect(sentence('Already one.')).toBe('Already one.')
  expect(sentence('')).toBe('')
})
