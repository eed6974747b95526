// What is shown, or what was picked, into a file: its forms as commands and as the entries of a menu. It writes none.
import { count } from '../../base/formats'
import type { Command, KeyLine } from '../../base/keymap'
import { m } from '../../paraglide/messages.js'
import type { Exports, ExportWords } from '../../state/exports.svelte'
import type { Explorer } from '../../state/explorer.svelte'
import type { Kinescope } from '../../state/kinescope.svelte'
import type { RecordFileFormat, ReplaySource } from '../../state/words'
import type { MenuEntry } from '../../widgets/menu'
import { EXPORT_KEYS } from './keys'

type What = 'shown' | 'picked'

const FORMATS: readonly RecordFileFormat[] = ['lines', 'csv', 'capture']
const NAMES: Readonly<Record<RecordFileFormat, () => string>> = {
  lines: m.export_lines,
  csv: m.export_csv,
  capture: m.export_capture_form,
}
const LINES: Readonly<Record<What, Readonly<Record<RecordFileFormat, KeyLine>>>> = {
  shown: {
    lines: EXPORT_KEYS['export.shown-lines'],
    csv: EXPORT_KEYS['export.shown-csv'],
    capture: EXPORT_KEYS['export.shown-capture'],
  },
  picked: {
    lines: EXPORT_KEYS['export.picked-lines'],
    csv: EXPORT_KEYS['export.picked-csv'],
    capture: EXPORT_KEYS['export.picked-capture'],
  },
}

const recordsOf = (n: number): string => m.records_count({ count: n, shown: count(n) })
const WORDS: ExportWords = {
  written: (records, path) => m.capture_exported({ records: recordsOf(records), path }),
  cancelled: (path) => m.export_cancelled({ path }),
  failed: (path, why) => m.export_failed({ path, why }),
}

/** Filter, captures and selected range together: the rows of the table. */
export function shownRecords({ filter, scope, selection: { range } }: Explorer): ReplaySource {
  return {
    captures: [...scope],
    chosen: { kind: 'filter', filter, from: range?.from ?? null, until: range?.until ?? null },
  }
}

function run({ explorer: front, replaying }: Kinescope, exports: Exports, what: What, format: RecordFileFormat, explorer = front): void {
  const picked = [...(replaying?.picked.keys() ?? [])]
  if (what === 'shown') void exports.start(shownRecords(explorer), format, explorer.table.rows, WORDS)
  else void exports.start({ captures: [], chosen: { kind: 'picked', records: picked } }, format, picked.length, WORDS)
}

function hasSome({ explorer, replaying }: Kinescope, what: What): boolean {
  return what === 'shown' ? explorer.table.rows > 0 : (replaying?.picked.size ?? 0) > 0
}

/** `explorer`: whose records are shown, where that is not the one with the keyboard. */
export function exportEntries(kinescope: Kinescope, what: What, explorer = kinescope.explorer): MenuEntry[] {
  const { exports } = kinescope
  if (!exports) return []
  return FORMATS.map((format) => ({
    id: format,
    label: NAMES[format](),
    keys: kinescope.keys.of(LINES[what][format]),
    testid: `export-${what}-${format}`,
    run: () => run(kinescope, exports, what, format, explorer),
  }))
}

export function exportCommands(kinescope: Kinescope): Command[] {
  const { exports } = kinescope
  if (!exports) return []
  return (['shown', 'picked'] as const).flatMap((what) =>
    FORMATS.map((format): Command => ({
      ...LINES[what][format],
      enabled: () => hasSome(kinescope, what),
      run: () => run(kinescope, exports, what, format),
    })),
  )
}
