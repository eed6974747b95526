// The record table's columns: what each shows of a record, and how wide.
import { bytes, delta, monthDayTime, timeOfDay } from '../../base/formats'
import { markOf } from '../../base/palette'
import { shortShard } from '../../base/words'
import { zoneLabel, type Zone } from '../../base/zone'
import { m } from '../../paraglide/messages.js'
import type { RecordRow } from '../../state/words'
import type { Cell, Column } from '../../widgets/grid-columns'

export interface ColumnChoices {
  readonly zone: Zone
  /** Several days: times carry their date. */
  readonly dated: boolean
  /** Several streams: each record says which. */
  readonly streams: boolean
  readonly at: number
  readonly before: (index: number) => RecordRow | undefined
  /** Records picked by hand; null where nothing can be picked. */
  readonly picked: ReadonlyMap<string, RecordRow> | null
}

export function recordColumns({ zone, dated, streams, at, before, picked }: ColumnChoices): Column<RecordRow>[] {
  const time = (row: RecordRow): Cell => ({ text: dated ? monthDayTime(row.arrival, zone) : timeOfDay(row.arrival, zone) })
  return [
    ...(picked !== null && picked.size > 0
      ? [{ id: 'picked', title: m.column_picked(), widthPx: 34, cell: (row: RecordRow): Cell => ({ text: picked.has(row.id) ? '✔' : '' }) }]
      : []),
    { id: 'time', title: m.column_time({ zone: zoneLabel(at, zone) }), widthPx: dated ? 154 : 112, mono: true, cell: time },
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
    ...(streams
      ? [
          {
            id: 'stream',
            title: m.column_stream(),
            widthPx: 132,
            expendable: 3,
            payload: true,
            cell: (row: RecordRow): Cell => ({ text: row.stream, tone: 'dim' }),
          },
        ]
      : []),
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
