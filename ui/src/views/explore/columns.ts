// The record table's columns: what each shows of a record, and how wide. Which of them stand there, and in which order, is chosen
// elsewhere.
import { isPath, pathTitle, type ColumnChoices } from '../../base/column-choices'
import { bytes, delta, monthDayTime, timeOfDay } from '../../base/formats'
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

function ownColumns({ zone, dated, at, before }: TableLook): ReadonlyMap<string, Column<TableRow>> {
  const made: (Column<TableRow> & { readonly id: OwnColumn })[] = [
    {
      id: 'time',
      title: m.column_time({ zone: zoneLabel(at, zone) }),
      widthPx: dated ? 154 : 112,
      mono: true,
      cell: (row) => ({ text: dated ? monthDayTime(row.arrival, zone) : timeOfDay(row.arrival, zone) }),
    },
    {
      id: 'delta',
      title: m.column_delta(),
      widthPx: 74,
      align: 'end',
      expendable: 5,
      cell: (row, index) => {
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

/** Nothing stands where the record has no such field: null, an empty text and "not read" are words. */
export function fieldCell(field: FieldCell | undefined): Cell {
  if (field === undefined || field.kind === 'missing') return { text: '' }
  const text = field.cut ? `${field.text}…` : field.text
  switch (field.kind) {
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
