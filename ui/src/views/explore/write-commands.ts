// The explorer's keys that lead to publishing and replays: there only where the program offers them.
import type { Command } from '../../base/keymap'
import { m } from '../../paraglide/messages.js'
import type { Kinescope } from '../../state/kinescope.svelte'
import type { ExploreDoors } from './doors'
import { pickedSource, shownSource } from './replay-sources'

export function writeCommands(kinescope: Kinescope, doors: ExploreDoors): Command[] {
  return [...replayCommands(kinescope, doors), ...publishCommands(kinescope, doors)]
}

function publishCommands({ explorer: { selection } }: Kinescope, { onpublish }: ExploreDoors): Command[] {
  if (!onpublish) return []
  return [
    {
      scope: 'explore',
      group: m.group_replay,
      id: 'explore.publish',
      title: m.key_publish_again,
      keys: ['y p'],
      enabled: () => selection.record !== null,
      run: () => selection.record && onpublish(selection.record),
    },
  ]
}

function replayCommands({ explorer, settings, replaying }: Kinescope, { onreplay }: ExploreDoors): Command[] {
  if (!replaying || !onreplay) return []
  const { selection } = explorer
  const common = { scope: 'explore', group: m.group_replay }
  const hasRecord = (): boolean => selection.record !== null
  return [
    {
      ...common,
      id: 'explore.replay',
      title: m.key_replay,
      keys: ['r'],
      enabled: () => hasRecord() || replaying.picked.size > 0,
      run: () => {
        const { record } = selection
        if (replaying.picked.size > 0) onreplay(pickedSource(replaying.picked.keys()))
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
      run: () => selection.record && replaying.togglePick(selection.record),
    },
  ]
}
