// The keys of the inspector's own window: those that the docked one has, and the way to the records before and after.
import type { Command } from '../../base/keymap'
import { TABS } from '../../state/inspector.svelte'
import type { Kinescope } from '../../state/kinescope.svelte'
import { copyCommands, treeCommands } from './copy'
import { INSPECTOR_KEYS, RECORD_KEYS, tabKey } from './keys'

export function inspectorCommands(kinescope: Kinescope): Command[] {
  const { apart, explorer } = kinescope
  const { inspector, selection } = explorer
  const hasRecord = (): boolean => selection.record !== null
  const hasEvents = (): boolean => (inspector.details?.layers.events ?? 0) > 1
  return [
    { ...RECORD_KEYS['explore.previous'], run: () => void apart.step(false) },
    { ...RECORD_KEYS['explore.next'], run: () => void apart.step(true) },
    { ...INSPECTOR_KEYS['inspector.find'], enabled: hasRecord, run: () => inspector.askFind() },
    { ...INSPECTOR_KEYS['inspector.event-previous'], enabled: hasEvents, run: () => inspector.step(-1) },
    { ...INSPECTOR_KEYS['inspector.event-next'], enabled: hasEvents, run: () => inspector.step(1) },
    ...TABS.map((tab): Command => ({ ...tabKey(tab), enabled: hasRecord, run: () => inspector.show(tab) })),
    ...copyCommands(kinescope),
    ...treeCommands(kinescope),
  ]
}
