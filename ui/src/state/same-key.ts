// The way from a record to the next one with its partition key among those that are shown, or to the one before.
import { asFault } from '../backend'
import type { Explorer } from './explorer.svelte'

/** False: none of those that are shown has the key, that way. */
export async function toSameKey(explorer: Explorer, step: 1 | -1): Promise<boolean> {
  const { selection, status, table, backend } = explorer
  const record = selection.record
  if (!record || !status) return true
  try {
    const { rows } = await backend.relating.relatedRecords(record.id, { kind: 'key' })
    const here = rows.findIndex((row) => row.id === record.id)
    const way = step > 0 ? rows.slice(here + 1) : rows.slice(0, Math.max(0, here)).reverse()
    for (const { id } of here < 0 ? [] : way) {
      const row = await backend.viewRowOf(status.view, id)
      if (record.id !== selection.record?.id) return true
      if (row === null || row < table.first || row >= table.first + table.rows) continue
      await explorer.select(row)
      return true
    }
    return false
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.code === 'superseded' || fault.code === 'gone') return true
    throw fault
  }
}
