// Questions to begin with, in each language.
import { m } from '../../paraglide/messages.js'

interface Example {
  readonly name: () => string
  readonly text: string
}

export const EXAMPLES: Record<'question' | 'sql', readonly Example[]> = {
  question: [
    { name: m.question_example_types, text: 'stats count(*) as records by bin(1m), type' },
    { name: m.question_example_keys, text: 'stats count(*) as records by key\n| sort records desc\n| limit 20' },
    { name: m.question_example_sizes, text: 'stats count(*), avg(@size), pct(@size, 99), max(@size) by stream' },
    { name: m.question_example_latest, text: 'fields @timestamp, key, type, @message\n| dedup key' },
  ],
  sql: [
    {
      name: m.sql_example_newest,
      text: 'SELECT id, arrival_text, stream, event_type, partition_key, payload\nFROM records\nLIMIT 100',
    },
    {
      name: m.sql_example_types,
      text: `SELECT stream, event_type, count(*) AS records,
  round(100.0 * count(*) / sum(count(*)) OVER (), 1) AS percent
FROM records
GROUP BY stream, event_type
ORDER BY records DESC`,
    },
    {
      name: m.sql_example_fields,
      text: `SELECT field.key, field.type, count(*) AS records
FROM events, json_each(events.json) AS field
GROUP BY field.key, field.type
ORDER BY records DESC`,
    },
    {
      name: m.sql_example_gaps,
      text: `SELECT stream, shard, reason, datetime(from_time / 1000, 'unixepoch') AS since, records
FROM coverage
ORDER BY kind DESC, from_time`,
    },
    {
      name: m.sql_example_pauses,
      text: `SELECT stream, shard, max(pause) AS pause_ms
FROM (
  SELECT stream, shard, arrival - lag(arrival) OVER (PARTITION BY shard_key ORDER BY arrival) AS pause
  FROM records
)
GROUP BY stream, shard
ORDER BY pause_ms DESC`,
    },
  ],
}
