// Records onto the clipboard, in the forms that other tools take, and a word that they are there. Texts of payloads come
// from Rust, ready to be copied.
import type { Command } from '../../base/keymap'
import { m } from '../../paraglide/messages.js'
import type { Kinescope } from '../../state/kinescope.svelte'
import type { CommandFault, RecordRow } from '../../state/words'
import type { MenuEntry } from '../../widgets/menu'
import { ONE_FORMS, type OneForm } from './copy-forms'
import { COPY_KEYS } from './keys'

export async function copyText(kinescope: Kinescope, text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    kinescope.notices.say(m.copied({ what }))
  } catch {
    kinescope.notices.say(m.copy_refused())
  }
}

async function copyAs(kinescope: Kinescope, record: RecordRow, { form, name }: OneForm): Promise<void> {
  try {
    await copyText(kinescope, await kinescope.explorer.inspector.copyOf(record.id, form), name())
  } catch (thrown) {
    kinescope.notices.fail(thrown as CommandFault)
  }
}

/** The forms as the entries of a menu. */
export const copyEntries = (kinescope: Kinescope, record: RecordRow): MenuEntry[] =>
  ONE_FORMS.map((one) => ({
    id: one.form,
    label: one.name(),
    keys: kinescope.keys.of(one.line),
    testid: `copy-${one.form}`,
    run: () => void copyAs(kinescope, record, one),
  }))

/** The forms, key and sequence number of the selected record, by keys. */
export function copyCommands(kinescope: Kinescope): Command[] {
  const { selection } = kinescope.explorer
  const enabled = (): boolean => selection.record !== null
  const withRecord = (act: (record: RecordRow) => Promise<void>) => (): void => {
    if (selection.record) void act(selection.record)
  }
  return [
    ...ONE_FORMS.map((one): Command => ({ ...one.line, enabled, run: withRecord((record) => copyAs(kinescope, record, one)) })),
    { ...COPY_KEYS['explore.copy-key'], enabled, run: withRecord((record) => copyKey(kinescope, record)) },
    { ...COPY_KEYS['explore.copy-sequence'], enabled, run: withRecord((record) => copySequence(kinescope, record)) },
  ]
}

export const copyKey = (kinescope: Kinescope, record: RecordRow): Promise<void> =>
  copyText(kinescope, record.partitionKey ?? '', m.what_key())
export const copySequence = (kinescope: Kinescope, record: RecordRow): Promise<void> =>
  copyText(kinescope, record.sequence, m.what_sequence())
