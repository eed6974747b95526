// What stands at a place of the open event's tree, as JSON: the source itself where the event is JSON, else put together from the
// tree's rows. Numbers are text all the way.
import { asFault, type Backend, type RecordEvent, type TreeRow } from '../backend'

/** Of what a clipboard takes without the window standing still. */
const MOST_BYTES = 8 * 1024 * 1024
const MOST_ROWS = 20_000
const PAGE_ROWS = 500
const EVERY_DEPTH = 100_000

/** Null: it is longer than can be copied. */
export async function subtreeText(backend: Backend, record: string, event: RecordEvent, node: TreeRow): Promise<string | null> {
  try {
    if (node.children === 0 && !node.cut) return scalarText(node)
    if (node.end - node.start > MOST_BYTES) return null
    return (await sourceText(backend, record, event, node)) ?? (await rowsText(backend, record, event, node))
  } catch (thrown) {
    throw asFault(thrown)
  }
}

const scalarText = ({ kind, text }: TreeRow): string => (kind === 'object' ? '{}' : kind === 'array' ? '[]' : text)

/** Null where its bytes are not the JSON that the tree shows. */
async function sourceText(backend: Backend, record: string, event: RecordEvent, { start, end }: TreeRow): Promise<string | null> {
  const at = event.stored ? event.contentInRecord : event.contentAt
  if (event.format !== 'json' || at === null) return null
  const bytes = await backend.recordBytes(record, event.stored ? null : event.index, at + start, end - start)
  const text = new TextDecoder().decode(bytes)
  try {
    JSON.parse(text)
    return text
  } catch {
    return null
  }
}

async function rowsText(backend: Backend, record: string, event: RecordEvent, node: TreeRow): Promise<string | null> {
  const place = await backend.relating.placeInTree(record, event.index, EVERY_DEPTH, [], { kind: 'node', node: node.node })
  if (!place) return null
  const rows: TreeRow[] = []
  while (rows.length <= MOST_ROWS) {
    const first = place.row + rows.length
    const page = await backend.recordTree(record, event.index, { depth: EVERY_DEPTH, toggled: [], first, count: PAGE_ROWS })
    const ends = page.rows.findIndex((row, i) => (rows.length > 0 || i > 0) && row.depth <= node.depth)
    rows.push(...(ends === -1 ? page.rows : page.rows.slice(0, ends)))
    if (ends !== -1 || first + page.rows.length >= page.total) return page.truncated !== null && ends === -1 ? null : jsonOf(rows)
    if (page.rows.length === 0) return null
  }
  return null
}

/** Null where a row is only its beginning. */
function jsonOf(rows: readonly TreeRow[]): string | null {
  if (rows.some((row) => row.cut)) return null
  let at = 0
  const read = (pad: string): string => {
    const row = rows[at]
    at += 1
    if (!row || row.children === 0) return row ? scalarText(row) : 'null'
    const inner = `${pad}  `
    const parts: string[] = []
    while ((rows[at]?.depth ?? -1) > row.depth) {
      const key = rows[at]?.key ?? null
      parts.push(`${inner}${key === null ? '' : `${JSON.stringify(key)}: `}${read(inner)}`)
    }
    const [open, close] = row.kind === 'object' ? ['{', '}'] : ['[', ']']
    return `${open}\n${parts.join(',\n')}\n${pad}${close}`
  }
  return read('')
}
