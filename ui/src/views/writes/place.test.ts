import { expect, test } from 'vitest'
import { isLoopback, rangesOf } from './place'

test('only this machine counts as local', () => {
  const local = ['http://127.0.0.1:4566', 'http://localhost', 'https://localhost:4566/', 'http://[::1]:80', 'http://127.9.0.4:1']
  const remote = [
    'https://localhost.example.com',
    'http://127.0.0.1.example.com',
    'https://kinesis.eu-west-1.amazonaws.com',
    'http://10.0.0.1',
  ]
  expect(local.filter((endpoint) => !isLoopback(endpoint))).toEqual([])
  expect(remote.filter(isLoopback)).toEqual([])
})

test('shards become ranges of the hash space', () => {
  const half = { shard: 'shardId-000000000007', startHash: '0', endHash: '170141183460469231731687303715884105727' }
  expect(rangesOf([half, { shard: 'x', startHash: '?', endHash: '1' }])).toEqual([
    { id: 'shardId-000000000007', short: '007', open: true, start: 0, end: 0.5 },
  ])
})
