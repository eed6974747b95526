// Text onto the clipboard, and a word that it is there. Payload text comes from Rust, ready to be copied.
import { m } from '../../paraglide/messages.js'
import type { Kinescope } from '../../state/kinescope.svelte'
import type { CommandFault, RecordRow } from '../../state/words'

export async function copyText(kinescope: Kinescope, text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    kinescope.notices.say(m.copied({ what }))
  } catch {
    kinescope.notices.say(m.copy_refused())
  }
}

export async function copyPayload(kinescope: Kinescope, record: RecordRow): Promise<void> {
  try {
    await copyText(kinescope, await kinescope.explorer.inspector.rawText(record.id), m.what_payload())
  } catch (thrown) {
    kinescope.notices.fail(thrown as CommandFault)
  }
}

export const copyKey = (kinescope: Kinescope, record: RecordRow): Promise<void> =>
  copyText(kinescope, record.partitionKey ?? '', m.what_key())
export const copySequence = (kinescope: Kinescope, record: RecordRow): Promise<void> =>
  copyText(kinescope, record.sequence, m.what_sequence())
