// "Filter by this value" and "exclude it", for the cells of a record: the cell under the pointer first.
import FilterIcon from '@lucide/svelte/icons/list-filter'
import FilterX from '@lucide/svelte/icons/funnel-x'
import { count, timeOfDay } from '../../base/formats'
import { shortShard } from '../../base/words'
import type { Zone } from '../../base/zone'
import { m } from '../../paraglide/messages.js'
import { isPath, pathTitle } from '../../base/column-choices'
import type { Explorer, TableRow } from '../../state/explorer.svelte'
import type { FieldCell } from '../../state/words'
import type { MenuEntry } from '../../widgets/menu'

interface NarrowField {
  readonly column: string
  /** What the program calls it. */
  readonly field: string
  readonly only: string
  readonly not: string
}

/** The cell of a path; what was not looked at cannot be asked for. */
function pathField(path: string, cell: FieldCell | undefined): NarrowField[] {
  if (!cell || cell.kind === 'notRead') return []
  const name = pathTitle(path)
  const field = { column: 'path', field: path }
  switch (cell.kind) {
    case 'missing':
      return [{ ...field, only: m.row_without_field({ name }), not: m.row_with_field({ name }) }]
    case 'object':
    case 'array':
      return [{ ...field, only: m.row_with_field({ name }), not: m.row_without_field({ name }) }]
    default: {
      const value = cell.text === '' ? '""' : cell.text
      return [{ ...field, only: m.row_only_field({ name, value }), not: m.row_not_field({ name, value }) }]
    }
  }
}

function fieldsOf(record: TableRow): NarrowField[] {
  const shard = shortShard(record.shard)
  const { eventType, partitionKey, stream } = record
  return [
    ...(eventType === null
      ? []
      : [{ column: 'type', field: '@type', only: m.row_only_type({ value: eventType }), not: m.row_not_type({ value: eventType }) }]),
    ...(partitionKey === null
      ? []
      : [
          {
            column: 'key',
            field: '@key',
            only: m.row_only_key({ value: partitionKey }),
            not: m.row_not_key({ value: partitionKey }),
          },
        ]),
    { column: 'shard', field: '@shard', only: m.row_only_shard({ value: shard }), not: m.row_not_shard({ value: shard }) },
    { column: 'stream', field: '@stream', only: m.row_only_stream({ value: stream }), not: m.row_not_stream({ value: stream }) },
  ]
}

/** Asked for only where the pointer is on them. */
function measures(record: TableRow, zone: Zone): NarrowField[] {
  const [size, time] = [count(record.sizeBytes), timeOfDay(record.arrival, zone)]
  return [
    { column: 'size', field: '@size', only: m.row_only_size({ value: size }), not: m.row_not_size({ value: size }) },
    { column: 'time', field: '@time', only: m.row_only_time({ value: time }), not: m.row_not_time({ value: time }) },
  ]
}

/** `column` is the one under the pointer, where that is known. */
export function narrowEntries(explorer: Explorer, record: TableRow, column: string | null, zone: Zone): MenuEntry[] {
  const fields = fieldsOf(record)
  const pointed =
    column !== null && isPath(column)
      ? pathField(column, record.fields.get(column))
      : [...fields, ...measures(record, zone)].filter((field) => field.column === column)
  const entry = (field: NarrowField, exclude: boolean): MenuEntry => ({
    id: `${exclude ? 'not-' : ''}${field.column}`,
    label: exclude ? field.not : field.only,
    icon: exclude ? FilterX : FilterIcon,
    testid: `narrow-${exclude ? 'not-' : ''}${field.column}`,
    run: () => void explorer.narrow(record.id, field.field, exclude),
  })
  const others = fields.filter((field) => !pointed.includes(field))
  return [
    ...pointed.flatMap((field) => [entry(field, false), entry(field, true)]),
    ...others.map((field, i) => ({ ...entry(field, false), separated: i === 0 && pointed.length > 0 })),
  ]
}
