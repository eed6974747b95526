// The records that were picked by hand onto the clipboard, as one text. Each payload comes from Rust, some at a time.
import { count } from '../../base/formats'
import type { Command } from '../../base/keymap'
import { lambdaEventOf, recordLine, recordTable, type ManyPayload } from '../../base/many-records'
import { m } from '../../paraglide/messages.js'
import type { Kinescope } from '../../state/kinescope.svelte'
import type { CommandFault, RecordRow } from '../../state/words'
import type { MenuEntry } from '../../widgets/menu'
import { copyText } from './copy'
import { MANY_FORMS, type ManyForm, type ManyFormLine } from './copy-forms'

const AT_A_TIME = 8
/** Of what a clipboard takes without the window standing still. */
const MOST_CHARACTERS = 32 * 1024 * 1024

type Make = (kinescope: Kinescope, records: readonly RecordRow[]) => Promise<string>
const MAKES: Readonly<Record<ManyForm, Make>> = { ndjson: asLines, csv: asTable, lambda: asEvent }

class Unfit extends Error {}

/** In the order of arrival, whatever order they were picked in. */
export const pickedOf = ({ replaying }: Kinescope): RecordRow[] =>
  [...(replaying?.picked.values() ?? [])].sort((one, other) => one.arrival - other.arrival)

async function each<T>(records: readonly RecordRow[], of: (record: RecordRow) => Promise<T>): Promise<T[]> {
  const made: T[] = []
  for (let i = 0; i < records.length; i += AT_A_TIME) made.push(...(await Promise.all(records.slice(i, i + AT_A_TIME).map(of))))
  return made
}

async function asLines({ explorer: { inspector } }: Kinescope, records: readonly RecordRow[]): Promise<string> {
  const payloadOf = async ({ id }: RecordRow): Promise<ManyPayload> => {
    try {
      return { json: await inspector.copyOf(id, 'json') }
    } catch {
      // no JSON: what it is can be had whatever it is
      return { base64: await inspector.copyOf(id, 'base64') }
    }
  }
  return (await each(records, async (record) => recordLine(record, await payloadOf(record)))).join('')
}

async function asTable({ explorer: { inspector } }: Kinescope, records: readonly RecordRow[]): Promise<string> {
  return recordTable(await each(records, async (record) => ({ facts: record, text: await inspector.copyOf(record.id, 'text') })))
}

async function asEvent({ explorer: { inspector } }: Kinescope, records: readonly RecordRow[]): Promise<string> {
  if (new Set(records.map((record) => record.stream)).size > 1) throw new Unfit(m.copy_many_streams())
  return lambdaEventOf(await each(records, (record) => inspector.copyOf(record.id, 'lambdaEvent')))
}

function fitting(text: string): string {
  if (text.length > MOST_CHARACTERS) throw new Unfit(m.copy_many_large())
  return text
}

async function copyMany(kinescope: Kinescope, form: ManyFormLine): Promise<void> {
  const records = pickedOf(kinescope)
  try {
    await copyText(
      kinescope,
      MAKES[form.form](kinescope, records).then(fitting),
      m.copy_many_what({ records: m.records_count({ count: records.length, shown: count(records.length) }), form: form.name() }),
    )
  } catch (thrown) {
    if (thrown instanceof Unfit) kinescope.notices.say(thrown.message)
    else kinescope.notices.fail(thrown as CommandFault)
  }
}

/** The forms as the entries of a menu. */
export const copyManyEntries = (kinescope: Kinescope): MenuEntry[] =>
  MANY_FORMS.map((form) => ({
    id: form.form,
    label: form.name(),
    keys: kinescope.keys.of(form.line),
    testid: `copy-many-${form.form}`,
    run: () => void copyMany(kinescope, form),
  }))

export const copyManyCommands = (kinescope: Kinescope): Command[] =>
  MANY_FORMS.map((form): Command => ({
    ...form.line,
    enabled: () => (kinescope.replaying?.picked.size ?? 0) > 0,
    run: () => void copyMany(kinescope, form),
  }))
