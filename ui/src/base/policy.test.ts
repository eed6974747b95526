import { expect, test } from 'vitest'
import { policyFor } from './policy'

const statements = (text: string): unknown => (JSON.parse(text) as { Statement: unknown }).Statement

test('calls of a stream are allowed on it alone, and the list on everything', () => {
  const arn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders'
  expect(statements(policyFor(['kinesis:ListStreams', 'kinesis:GetRecords', 'kinesis:ListShards'], 'orders', arn))).toEqual([
    { Effect: 'Allow', Action: ['kinesis:GetRecords', 'kinesis:ListShards'], Resource: arn },
    { Effect: 'Allow', Action: ['kinesis:ListStreams'], Resource: '*' },
  ])
})

test('what is not known of the address is a star', () => {
  expect(statements(policyFor(['kinesis:GetRecords'], 'orders', null))).toEqual([
    { Effect: 'Allow', Action: ['kinesis:GetRecords'], Resource: 'arn:aws:kinesis:*:*:stream/orders' },
  ])
  expect(statements(policyFor(['kinesis:ListStreams'], null, null))).toEqual([
    { Effect: 'Allow', Action: ['kinesis:ListStreams'], Resource: '*' },
  ])
})
