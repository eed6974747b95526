// What a statement may name, for memory.ts: two of the program's views. The real ones are Rust's.
import type { SqlColumn, SqlWords } from './bindings'

const column = (name: string, kind: string, about = ''): SqlColumn => ({ name, kind, about })

export const FIXTURE_SQL_WORDS: SqlWords = {
  views: [
    {
      name: 'records',
      about: 'Every captured record, newest first.',
      columns: [
        column('id', 'INTEGER', "the record's handle in this workspace"),
        column('stream', 'TEXT', "the stream's name"),
        column('shard_key', 'INTEGER', 'joins with shards'),
        column('arrival', 'INTEGER', 'milliseconds since 1970, UTC'),
        column('event_type', 'TEXT'),
        column('payload', '', 'text where it is UTF-8, else a blob'),
      ],
    },
    { name: 'shards', about: 'The shards that are known.', columns: [column('shard_key', 'INTEGER'), column('records', 'INTEGER')] },
  ],
  functions: [
    { name: 'json_text', call: "json_text(json, '$.path')", about: 'the value exactly as it was written' },
    { name: 'count', call: 'count(*)', about: 'how many rows' },
  ],
}
