// Records onto the clipboard, in the forms that other tools take, and a word that they are there. Texts of payloads come
// from Rust, ready to be copied.
import type { Command } from '../../base/keymap'
import { m } from '../../paraglide/messages.js'
import type { Kinescope } from '../../state/kinescope.svelte'
import type { CommandFault, CopyForm, RecordRow } from '../../state/words'
import type { MenuEntry } from '../../widgets/menu'

interface Form {
  readonly form: CopyForm
  /** As a line of a menu under "Copy as". */
  readonly name: () => string
  readonly keys: readonly string[]
}

const FORMS: readonly Form[] = [
  { form: 'text', name: m.copy_text, keys: ['y y'] },
  { form: 'json', name: m.copy_json, keys: ['y j'] },
  { form: 'base64', name: m.copy_base64, keys: ['y 6'] },
  { form: 'hex', name: m.copy_hex, keys: ['y h'] },
  { form: 'awsCommand', name: m.copy_aws, keys: ['y a'] },
  { form: 'curl', name: m.copy_curl, keys: ['y c'] },
  { form: 'boto3', name: m.copy_boto3, keys: ['y b'] },
  { form: 'lambdaEvent', name: m.copy_lambda, keys: ['y l'] },
]

export async function copyText(kinescope: Kinescope, text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    kinescope.notices.say(m.copied({ what }))
  } catch {
    kinescope.notices.say(m.copy_refused())
  }
}

async function copyAs(kinescope: Kinescope, record: RecordRow, { form, name }: Form): Promise<void> {
  try {
    await copyText(kinescope, await kinescope.explorer.inspector.copyOf(record.id, form), name())
  } catch (thrown) {
    kinescope.notices.fail(thrown as CommandFault)
  }
}

/** The forms as the entries of a menu. */
export const copyEntries = (kinescope: Kinescope, record: RecordRow): MenuEntry[] =>
  FORMS.map((one) => ({
    id: one.form,
    label: one.name(),
    ...(one.keys[0] ? { keys: one.keys[0] } : {}),
    testid: `copy-${one.form}`,
    run: () => void copyAs(kinescope, record, one),
  }))

/** The forms, key and sequence number of the selected record, by keys. */
export function copyCommands(kinescope: Kinescope): Command[] {
  const { selection } = kinescope.explorer
  const common = { scope: 'explore', group: m.group_copy, enabled: (): boolean => selection.record !== null }
  const withRecord = (act: (record: RecordRow) => Promise<void>) => (): void => {
    if (selection.record) void act(selection.record)
  }
  return [
    ...FORMS.map((one): Command => ({
      ...common,
      id: `explore.copy-${one.form}`,
      title: () => m.key_copy_as({ form: one.name() }),
      keys: one.keys,
      run: withRecord((record) => copyAs(kinescope, record, one)),
    })),
    { ...common, id: 'explore.copy-key', title: m.key_copy_key, keys: ['y k'], run: withRecord((record) => copyKey(kinescope, record)) },
    {
      ...common,
      id: 'explore.copy-sequence',
      title: m.key_copy_sequence,
      keys: ['y s'],
      run: withRecord((record) => copySequence(kinescope, record)),
    },
  ]
}

export const copyKey = (kinescope: Kinescope, record: RecordRow): Promise<void> =>
  copyText(kinescope, record.partitionKey ?? '', m.what_key())
export const copySequence = (kinescope: Kinescope, record: RecordRow): Promise<void> =>
  copyText(kinescope, record.sequence, m.what_sequence())
