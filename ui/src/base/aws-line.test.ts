import { expect, test } from 'vitest'
import { awsLine, type ToldCall } from './aws-line'

const call: ToldCall = {
  operation: 'GetShardIterator',
  stream: 'orders',
  shard: 'shardId-000000000002',
  options: [{ name: 'shard-iterator-type', value: 'TRIM_HORIZON' }],
  region: 'eu-west-1',
  endpoint: null,
}

test('a call is one line with its options, and the endpoint where it is not AWS', () => {
  expect(awsLine(call)).toBe(
    'aws kinesis get-shard-iterator --stream-name orders --shard-id shardId-000000000002 --shard-iterator-type TRIM_HORIZON --region eu-west-1',
  )
  expect(awsLine({ ...call, operation: 'ListStreams', stream: null, shard: null, options: [], endpoint: 'http://localhost:4566' })).toBe(
    'aws kinesis list-streams --region eu-west-1 --endpoint-url http://localhost:4566',
  )
  expect(awsLine({ ...call, operation: 'GetCallerIdentity', stream: null, shard: null, options: [] })).toMatch(
    /^aws sts get-caller-identity /,
  )
  const version = [{ name: 'schema-version-id', value: 'b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63' }]
  expect(awsLine({ ...call, operation: 'GetSchemaVersion', stream: null, shard: null, options: version })).toBe(
    'aws glue get-schema-version --schema-version-id b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63 --region eu-west-1',
  )
  const arn = { name: 'stream-arn', value: 'arn:aws:kinesis:eu-west-1:1:stream/orders' }
  expect(awsLine({ ...call, operation: 'ListStreamConsumers', shard: null, options: [arn] })).toBe(
    'aws kinesis list-stream-consumers --stream-arn arn:aws:kinesis:eu-west-1:1:stream/orders --region eu-west-1',
  )
})

test('reading asks for an iterator of its own; what writes or goes on from a token has no line', () => {
  expect(awsLine({ ...call, operation: 'GetRecords', options: [{ name: 'limit', value: '100' }] })).toBe(
    'aws kinesis get-records --shard-iterator "$(aws kinesis get-shard-iterator --stream-name orders --shard-id shardId-000000000002 ' +
      '--shard-iterator-type LATEST --query ShardIterator --output text --region eu-west-1)" --limit 100 --region eu-west-1',
  )
  expect(awsLine({ ...call, operation: 'GetRecords', shard: null })).toBeNull()
  for (const operation of ['PutRecords', 'CreateStream', 'DeleteStream']) expect(awsLine({ ...call, operation })).toBeNull()
  const next = [{ name: 'next-token', value: '…' }]
  expect(awsLine({ ...call, operation: 'ListShards', stream: null, shard: null, options: next })).toBeNull()
})

test('a hostile name stays one word of the shell', () => {
  expect(awsLine({ ...call, stream: `a'; rm -rf ~ #$(x)` })).toContain(String.raw`--stream-name 'a'\''; rm -rf ~ #$(x)' --shard-id`)
})
