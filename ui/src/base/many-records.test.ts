import { expect, test } from 'vitest'
import { lambdaEventOf, onOneLine, recordLine, recordTable, type RecordFacts } from './many-records'

const facts: RecordFacts = {
  arrival: Date.UTC(2026, 3, 11, 7, 3, 22, 118),
  stream: 'orders',
  shard: 'shardId-000000000002',
  sequence: '49590338271490256608559692538361571095921575989136588898',
  partitionKey: '=cmd|"x"',
  eventType: null,
  sizeBytes: 42,
}

test('a line holds the payload as it is, with every digit and every blank within strings', () => {
  const json = '{\n  "id": 51299000000000000001.10,\n  "said": "a  \\"b\\"\\n c"\n}'
  expect(onOneLine(json)).toBe('{"id":51299000000000000001.10,"said":"a  \\"b\\"\\n c"}')
  expect(recordLine(facts, { json })).toBe(
    '{"arrival":"2026-04-11T07:03:22.118Z","stream":"orders","shard":"shardId-000000000002",' +
      '"sequenceNumber":"49590338271490256608559692538361571095921575989136588898","partitionKey":"=cmd|\\"x\\"","eventType":null,' +
      '"data":{"id":51299000000000000001.10,"said":"a  \\"b\\"\\n c"}}\n',
  )
  expect(recordLine(facts, { base64: 'AAE=' })).toMatch(/"dataBase64":"AAE="\}\n$/)
})

test('a table is quoted, and starts no formula', () => {
  const [head, row, end] = recordTable([{ facts, text: 'a,"b"' }]).split('\r\n')
  expect(head).toBe('arrival,stream,shard,sequence number,partition key,type,size bytes,data')
  expect(row).toBe(`2026-04-11T07:03:22.118Z,orders,shardId-000000000002,${facts.sequence},"'=cmd|""x""",,42,"a,""b"""`)
  expect(end).toBe('')
})

test('events of single records become one, in their order', () => {
  const one = (id: string): string => `{"Records":[{"eventID":"${id}","kinesis":{"approximateArrivalTimestamp":1775891002.118}}]}`
  expect(lambdaEventOf([one('a'), one('b')])).toBe(
    '{"Records":[{"eventID":"a","kinesis":{"approximateArrivalTimestamp":1775891002.118}},' +
      '{"eventID":"b","kinesis":{"approximateArrivalTimestamp":1775891002.118}}]}',
  )
})
