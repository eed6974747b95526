// The explorer's keys that lead to publishing and replays: there only where the program offers them.
import type { Command } from '../../base/keymap'
import { m } from '../../paraglide/messages.js'
import type { Kinescope } from '../../state/kinescope.svelte'
import type { ExploreDoors } from './doors'
import { pickedSource, shownSource } from './replay-sources'

export function writeCommands({ explorer, settings, writing }: Kinescope, { onreplay, onpublish }: ExploreDoors): Command[] {
  if (!writing || !onreplay || !onpublish) return []
  const { selection } = explorer
  const common = { scope: 'explore', group: m.group_replay }
  const hasRecord = (): boolean => selection.record !== null
  return [
    {
      ...common,
      id: 'explore.replay',
      title: m.key_replay,
      keys: ['r'],
      enabled: () => hasRecord() || writing.picked.size > 0,
      run: () => {
        const { record } = selection
        if (writing.picked.size > 0) onreplay(pickedSource(writing.picked.keys()))
        else if (record) onreplay(pickedSource([record.id]))
      },
    },
    {
      ...common,
      id: 'explore.replay-shown',
      title: m.key_replay_shown,
      keys: ['R'],
      run: () => onreplay(shownSource(explorer, settings.zone)),
    },
    {
      ...common,
      id: 'explore.pick',
      title: m.key_pick,
      keys: ['x'],
      enabled: hasRecord,
      run: () => selection.record && writing.togglePick(selection.record),
    },
    {
      ...common,
      id: 'explore.publish',
      title: m.key_publish_again,
      keys: ['y p'],
      enabled: hasRecord,
      run: () => selection.record && onpublish(selection.record),
    },
  ]
}
