import { expect, test } from 'vitest'
import { sqlWords } from './sql-words'

const known = {
  views: [
    {
      name: 'records',
      columns: [
        { name: 'id', kind: 'INTEGER' },
        { name: 'payload', kind: '' },
      ],
    },
    { name: 'shards', columns: [{ name: 'shard_key', kind: 'INTEGER' }] },
  ],
  functions: [{ name: 'count', call: 'count(*)' }],
}
const words = (text: string): string => {
  const [before = '', after = ''] = text.split('|')
  return sqlWords(known, before + after, before)
    .map((word) => word.text)
    .join(' ')
}

test('columns are those of the views that the statement names', () => {
  expect(words('SELECT | FROM records')).toBe('id payload records shards count')
  expect(words('SELECT |')).toBe('id payload shard_key records shards count')
  expect(sqlWords(known, 'FROM records', 'FROM records')[1]?.note).toBe('records')
})

test('after an alias and a dot there are the columns of its view only', () => {
  expect(words('SELECT r.| FROM records r')).toBe('id payload')
  expect(words('SELECT s.sh| FROM records r JOIN shards AS s')).toBe('shard_key')
  expect(words('SELECT records.| FROM records')).toBe('id payload')
  expect(words('SELECT x.| FROM records r')).toBe('')
})
