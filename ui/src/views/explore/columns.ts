// The record table's columns: what each shows of a record, and how wide. Which of them stand there, and in which order, is chosen
// elsewhere.
import { isPath, pathTitle, type ColumnChoices } from '../../base/column-choices'
import { eventTime } from '../../base/event-time'
import { bytes, count, delta, duration, monthDayTime, timeOfDay } from '../../base/formats'
import { markOf } from '../../base/palette'
import { shortShard } from '../../base/words'
import { zoneLabel, type Zone } from '../../base/zone'
import { m } from '../../paraglide/messages.js'
import type { OwnColumn } from '../../state/columns.svelte'
import type { TableRow } from '../../state/explorer.svelte'
import type { FieldCell, RecordRow } from '../../state/words'
import type { Cell, Column } from '../../widgets/grid-columns'

export interface TableLook {
  readonly zone: Zone
  /** Several days: times carry their date. */
  readonly dated: boolean
  readonly at: number
  readonly before: (index: number) => RecordRow | undefined
  /** Times are measured from this one; null: from the record before. */
  readonly reference: RecordRow | null
  /** Where the events of each stream say their time, where that is what is shown. */
  readonly eventTimes: ReadonlyMap<string, string> | null
  /** Records picked by hand; null where nothing can be picked. */
  readonly picked: ReadonlyMap<string, RecordRow> | null
  /** Those that are shown, in their order. */
  readonly choices: ColumnChoices
  /** A person chose them: none is left out where it is narrow. */
  readonly chosen: boolean
}

export function recordColumns(look: TableLook): Column<TableRow>[] {
  const { picked, choices, chosen } = look
  const own = ownColumns(look)
  const columns = choices.flatMap(({ id, widthPx, pinned }): Column<TableRow>[] => {
    const made = isPath(id) ? pathColumn(id) : own.get(id)
    if (!made) return []
    const { expendable, grows, ...rest } = made
    return [
      {
        ...rest,
        pinned,
        ...(widthPx === null ? { grows: grows === true } : { widthPx }),
        ...(chosen || expendable === undefined ? {} : { expendable }),
      },
    ]
  })
  const marks: Column<TableRow>[] =
    picked !== null && picked.size > 0
      ? [
          {
            id: 'picked',
            title: m.column_picked(),
            widthPx: 34,
            pinned: true,
            fixed: true,
            cell: (row) => ({ text: picked.has(row.id) ? '✔' : '' }),
          },
        ]
      : []
  return [...marks, ...columns]
}

export function columnName(id: string): string {
  return isPath(id) ? pathTitle(id) : (NAMES.get(id)?.() ?? id)
}

const NAMES: ReadonlyMap<string, () => string> = new Map<OwnColumn, () => string>([
  ['time', m.column_arrival],
  ['delta', m.column_before],
  ['stream', m.column_stream],
  ['shard', m.column_shard],
  ['key', m.column_key],
  ['type', m.column_type],
  ['size', m.column_size],
  ['preview', m.column_preview],
])

function ownColumns(look: TableLook): ReadonlyMap<string, Column<TableRow>> {
  const { zone, dated, at, before, reference, eventTimes } = look
  const timed = (time: number): string => (dated ? monthDayTime(time, zone) : timeOfDay(time, zone))
  const made: (Column<TableRow> & { readonly id: OwnColumn })[] = [
    {
      id: 'time',
      title: eventTimes ? m.column_event_time({ zone: zoneLabel(at, zone) }) : m.column_time({ zone: zoneLabel(at, zone) }),
      widthPx: dated ? 154 : 112,
      mono: true,
      cell: (row) => (eventTimes ? eventTimeCell(row, eventTimes, timed) : { text: timed(row.arrival) }),
    },
    {
      id: 'delta',
      title: reference ? m.column_since() : m.column_delta(),
      widthPx: 74,
      align: 'end',
      ...(reference ? {} : { expendable: 5 }),
      cell: (row, index) => {
        if (reference)
          return row.id === reference.id ? { text: '⚑ 0', title: m.reference_mark() } : { text: delta(row.arrival - reference.arrival) }
        const earlier = before(index)
        return { text: earlier ? delta(row.arrival - earlier.arrival) : '', tone: 'dim' }
      },
    },
    {
      id: 'stream',
      title: m.column_stream(),
      widthPx: 132,
      expendable: 3,
      payload: true,
      cell: (row) => ({ text: row.stream, tone: 'dim' }),
    },
    {
      id: 'shard',
      title: m.column_shard(),
      widthPx: 58,
      mono: true,
      cell: (row) => ({ text: shortShard(row.shard), tone: row.outsideRange ? 'warn' : undefined }),
    },
    {
      id: 'key',
      title: m.column_key(),
      widthPx: 116,
      expendable: 2,
      mono: true,
      payload: true,
      cell: (row) => ({ text: row.partitionKey ?? '' }),
    },
    { id: 'type', title: m.column_type(), widthPx: 188, payload: true, cell: typeCell },
    {
      id: 'size',
      title: m.column_size(),
      widthPx: 68,
      align: 'end',
      expendable: 4,
      cell: (row) => ({ text: bytes(row.sizeBytes), tone: 'dim' }),
    },
    {
      id: 'preview',
      title: m.column_preview(),
      widthPx: 170,
      grows: true,
      mono: true,
      payload: true,
      cell: (row) => ({ text: row.preview, tone: 'dim' }),
    },
  ]
  return new Map(made.map((one) => [one.id, one]))
}

/** The event's own time, and how long after it the record arrived; where it says none, its arrival, dim. */
function eventTimeCell(row: TableRow, paths: ReadonlyMap<string, string>, timed: (at: number) => string): Cell {
  const field = row.fields.get(paths.get(row.stream) ?? '')
  const at = field && !field.cut ? eventTime(field.text) : null
  if (at === null) return { text: timed(row.arrival), tone: 'dim', title: m.event_time_none() }
  const after = row.arrival - at
  const told = { length: duration(Math.abs(after)), arrival: timed(row.arrival) }
  return { text: timed(at), title: after < 0 ? m.event_time_ahead(told) : m.event_time_late(told) }
}

function pathColumn(path: string): Column<TableRow> {
  return {
    id: path,
    title: pathTitle(path),
    widthPx: 140,
    mono: true,
    payload: true,
    payloadTitle: true,
    cell: (row) => fieldCell(row.fields.get(path)),
  }
}

/** Nothing stands where the record has no such field: null, an empty text and "not read" are words. Of several events it is
 *  the first one's value, and how many more have one. */
export function fieldCell(field: FieldCell | undefined): Cell {
  if (field === undefined || field.kind === 'missing') return { text: '' }
  const cell = valueCell(field)
  if (field.others === 0) return cell
  const more = m.cell_more_events({ count: field.others, shown: count(field.others) })
  return { ...cell, tag: `+${count(field.others)}`, title: `${cell.title ?? cell.text}\n${more}` }
}

function valueCell(field: FieldCell): Cell {
  const text = field.cut ? `${field.text}…` : field.text
  switch (field.kind) {
    case 'missing':
      return { text: '' }
    case 'notRead':
      return { text: '…', tone: 'dim', title: m.cell_not_read() }
    case 'null':
    case 'bool':
      return { text, tone: 'word' }
    case 'number':
      return { text, end: true, title: text }
    case 'string':
      return text === '' ? { text: '""', tone: 'word' } : { text, title: text }
    case 'object':
    case 'array':
      return { text, tone: 'dim', title: text }
  }
}

function typeCell(row: RecordRow): Cell {
  const tag = row.replayed ? m.replayed_badge() : undefined
  if (row.damagedAggregate) return { text: `⚠ ${row.eventType ?? m.flag_damaged()}`, tone: 'bad', tag }
  if (row.eventType === null) return { text: formatName(row.format), tone: 'dim', tag }
  return { text: row.eventType, mark: markOf(row.eventType), tag }
}

export function formatName(format: RecordRow['format']): string {
  switch (format) {
    case 'empty':
      return m.format_empty()
    case 'json':
      return m.format_json()
    case 'text':
      return m.format_text()
    case 'binary':
      return m.format_binary()
  }
}
