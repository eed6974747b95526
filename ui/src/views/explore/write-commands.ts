// The explorer's keys that lead to publishing and replays: there only where the program offers them.
import type { Command } from '../../base/keymap'
import type { Kinescope } from '../../state/kinescope.svelte'
import type { ExploreDoors } from './doors'
import { SEND_KEYS } from './keys'
import { pickCommands } from './picks'
import { pickedSource, shownSource } from './replay-sources'

export function writeCommands(kinescope: Kinescope, doors: ExploreDoors): Command[] {
  return [...replayCommands(kinescope, doors), ...publishCommands(kinescope, doors)]
}

function publishCommands({ explorer: { selection } }: Kinescope, { onpublish }: ExploreDoors): Command[] {
  if (!onpublish) return []
  return [
    {
      ...SEND_KEYS['explore.publish'],
      enabled: () => selection.record !== null,
      run: () => selection.record && onpublish(selection.record),
    },
  ]
}

function replayCommands(kinescope: Kinescope, { onreplay }: ExploreDoors): Command[] {
  const { explorer, settings, replaying } = kinescope
  if (!replaying || !onreplay) return []
  const { selection } = explorer
  const hasRecord = (): boolean => selection.record !== null
  /** The one under the cursor, also where the key that moved it there came a moment before. */
  async function pick(): Promise<void> {
    const { cursor } = explorer.table
    if (cursor !== null) await explorer.select(cursor)
    if (selection.record) replaying?.togglePick(selection.record)
  }
  return [
    {
      ...SEND_KEYS['explore.replay'],
      enabled: () => hasRecord() || replaying.picked.size > 0,
      run: () => {
        const { record } = selection
        if (replaying.picked.size > 0) onreplay(pickedSource(replaying.picked.keys()))
        else if (record) onreplay(pickedSource([record.id]))
      },
    },
    {
      ...SEND_KEYS['explore.replay-shown'],
      run: () => onreplay(shownSource(explorer, settings.zone)),
    },
    {
      ...SEND_KEYS['explore.pick'],
      enabled: hasRecord,
      run: () => void pick(),
    },
    ...pickCommands(kinescope),
  ]
}
