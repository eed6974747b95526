// Records onto the clipboard, in the forms that other tools take, and a word that they are there. Texts of payloads come
// from Rust, ready to be copied.
import { toClipboard } from '../../base/clipboard'
import type { Command } from '../../base/keymap'
import { m } from '../../paraglide/messages.js'
import type { Explorer } from '../../state/explorer.svelte'
import type { Kinescope } from '../../state/kinescope.svelte'
import type { CommandFault, RecordRow } from '../../state/words'
import type { MenuEntry } from '../../widgets/menu'
import { ONE_FORMS, type OneForm } from './copy-forms'
import { COPY_KEYS, TREE_KEYS } from './keys'

/** A text that cannot be had is its maker's to tell. */
export async function copyText({ notices }: Kinescope, text: string | Promise<string>, what: string): Promise<void> {
  const written = toClipboard(text).then(
    () => true,
    () => false,
  )
  await text
  notices.say((await written) ? m.copied({ what }) : m.copy_refused())
}

async function copyAs(kinescope: Kinescope, record: RecordRow, { form, name }: OneForm): Promise<void> {
  try {
    await copyText(kinescope, kinescope.explorer.inspector.copyOf(record.id, form), name())
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

/** What stands under the cursor of the tree: a value as it is, a string without its quotes; else the JSON under it. */
export async function copyNode(kinescope: Kinescope, { backend, inspector }: Explorer): Promise<void> {
  const { details, event, tree, treeCursor } = inspector
  const node = tree.row(treeCursor)
  if (!details || !event || !node) return
  const isValue = node.kind !== 'object' && node.kind !== 'array'
  try {
    const { subtreeText } = await import('../../state/subtree')
    const text = await subtreeText(backend, details.row.id, event, node)
    if (text === null) return kinescope.notices.say(m.tree_copy_large())
    const plain = node.kind === 'string' ? String(JSON.parse(text)) : text
    await copyText(kinescope, plain, isValue ? m.what_value() : m.what_subtree())
  } catch (thrown) {
    kinescope.notices.fail(thrown as CommandFault)
  }
}

/** Text that is selected is copied as such. */
const nothingSelected = (): boolean => document.getSelection()?.isCollapsed !== false

export function treeCommands(kinescope: Kinescope): Command[] {
  const { explorer } = kinescope
  const path = (): string | null => explorer.inspector.tree.row(explorer.inspector.treeCursor)?.path ?? null
  return [
    { ...TREE_KEYS['tree.copy-value'], enabled: nothingSelected, run: () => void copyNode(kinescope, explorer) },
    {
      ...TREE_KEYS['tree.copy-path'],
      enabled: () => path() !== null,
      run: () => void copyText(kinescope, path() ?? '', m.what_path()),
    },
  ]
}
