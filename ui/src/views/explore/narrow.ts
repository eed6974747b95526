// "Filter by this value" and "exclude it", for the cells of a record: the cell under the pointer first.
import FilterIcon from '@lucide/svelte/icons/list-filter'
import FilterX from '@lucide/svelte/icons/funnel-x'
import { shortShard } from '../../base/words'
import { m } from '../../paraglide/messages.js'
import type { Explorer } from '../../state/explorer.svelte'
import type { RecordRow } from '../../state/words'
import type { MenuEntry } from '../../widgets/menu'

interface NarrowField {
  readonly column: string
  readonly value: string
  readonly only: string
  readonly not: string
}

function fieldsOf(record: RecordRow): NarrowField[] {
  const shard = shortShard(record.shard)
  const { eventType, partitionKey, stream } = record
  return [
    ...(eventType === null
      ? []
      : [{ column: 'type', value: eventType, only: m.row_only_type({ value: eventType }), not: m.row_not_type({ value: eventType }) }]),
    ...(partitionKey === null
      ? []
      : [
          {
            column: 'key',
            value: partitionKey,
            only: m.row_only_key({ value: partitionKey }),
            not: m.row_not_key({ value: partitionKey }),
          },
        ]),
    { column: 'shard', value: shard, only: m.row_only_shard({ value: shard }), not: m.row_not_shard({ value: shard }) },
    { column: 'stream', value: stream, only: m.row_only_stream({ value: stream }), not: m.row_not_stream({ value: stream }) },
  ]
}

/** `column` is the one under the pointer, where that is known. */
export function narrowEntries(explorer: Explorer, record: RecordRow, column: string | null): MenuEntry[] {
  const fields = fieldsOf(record)
  const pointed = fields.filter((field) => field.column === column)
  const entry = (field: NarrowField, exclude: boolean): MenuEntry => ({
    id: `${exclude ? 'not-' : ''}${field.column}`,
    label: exclude ? field.not : field.only,
    icon: exclude ? FilterX : FilterIcon,
    testid: `narrow-${exclude ? 'not-' : ''}${field.column}`,
    run: () => void explorer.narrow(record.id, `@${field.column}`, exclude),
  })
  const others = fields.filter((field) => !pointed.includes(field))
  return [
    ...pointed.flatMap((field) => [entry(field, false), entry(field, true)]),
    ...others.map((field, i) => ({ ...entry(field, false), separated: i === 0 && pointed.length > 0 })),
  ]
}
