// Files of records, made up: none is written, and each time that somebody asks, one is some records further.
import { CommandFault } from './backend'
import type { RecordExport } from './bindings'
import type { ExportCommands } from './exports'

const NAMES = { lines: 'records.ndjson', csv: 'records.csv', capture: 'records.ferro.ndjson' } as const

/** `records`: how many a file gets in the end. */
export function memoryExports(records: () => number, step = 5_000): ExportCommands {
  const begun = new Map<number, RecordExport>()
  const find = (id: number): RecordExport => {
    const one = begun.get(id)
    if (!one) throw new CommandFault('gone', 'This export ended long ago.', null)
    return one
  }
  return {
    start: async (_source, format) => {
      const one: RecordExport = { id: begun.size + 1, path: `/home/ada/${NAMES[format]}`, records: 0, state: 'running', fault: null }
      begun.set(one.id, one)
      return { ...one }
    },
    status: async (id) => {
      const one = find(id)
      if (one.state === 'running') {
        one.records = Math.min(records(), one.records + step)
        if (one.records === records()) one.state = 'written'
      }
      return { ...one }
    },
    cancel: async (id) => void (find(id).state = 'cancelled'),
  }
}
