// The keys of the explorer's tabs and of its split.
import type { Command } from '../../base/keymap'
import type { Tabs } from '../../state/tabs.svelte'
import { nthTabKey, NTH_TABS, TAB_KEYS as KEYS } from './keys'

export function tabCommands(tabs: Tabs): Command[] {
  const several = (): boolean => tabs.list.length > 1
  return [
    { ...KEYS['tabs.new'], enabled: () => tabs.canAdd, run: () => tabs.add() },
    { ...KEYS['tabs.twin'], enabled: () => tabs.canAdd, run: () => tabs.add(tabs.current.look) },
    { ...KEYS['tabs.close'], enabled: several, run: () => tabs.close() },
    { ...KEYS['tabs.close-others'], enabled: several, run: () => tabs.closeOthers() },
    { ...KEYS['tabs.reopen'], enabled: () => tabs.closed.length > 0 && tabs.canAdd, run: () => tabs.reopen() },
    { ...KEYS['tabs.next'], enabled: several, run: () => tabs.step(1) },
    { ...KEYS['tabs.previous'], enabled: several, run: () => tabs.step(-1) },
    { ...KEYS['tabs.split'], run: () => tabs.toggleSplit() },
    ...NTH_TABS.map((n): Command => ({
      ...nthTabKey(n),
      enabled: () => tabs.list.length >= n && several(),
      run: () => {
        const tab = tabs.list[n - 1]
        if (tab) tabs.show(tab)
      },
    })),
  ]
}
