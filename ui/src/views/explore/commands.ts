// The explorer's commands, as the key registry, the tooltips and the shortcut sheet know them.
import type { Command } from '../../base/keymap'
import { m } from '../../paraglide/messages.js'
import { TABS } from '../../state/inspector.svelte'
import type { Kinescope } from '../../state/kinescope.svelte'
import { fitOf, toggleReference } from '../../state/selection.svelte'
import type { CommandFault } from '../../state/words'
import { copyCommands, treeCommands } from './copy'
import { copyManyCommands } from './copy-many'
import type { ExploreDoors } from './doors'
import { GRID_KEYS, INSPECTOR_KEYS, RECORD_KEYS, tabKey, TIME_KEYS } from './keys'

const ZOOM_STEP = 1.6

export function explorerCommands(kinescope: Kinescope, focusFilter: () => void, { onsaga }: ExploreDoors = {}): Command[] {
  const { explorer } = kinescope
  const { table, timeline, inspector, selection } = explorer
  const { apart, settings } = kinescope
  const hasRecord = (): boolean => selection.record !== null
  /** Only a docked one: the other window has keys of its own. */
  const hasInspector = (): boolean => hasRecord() && !apart.open
  const takeApart = (): void => void (selection.record && apart.take(selection.record.id))
  const fit = (): void => {
    const time = fitOf(selection)
    if (time) timeline.fit(time)
  }
  return [
    { ...RECORD_KEYS['explore.filter'], run: focusFilter },
    { ...RECORD_KEYS['explore.next'], run: () => explorer.move(1) },
    { ...RECORD_KEYS['explore.previous'], run: () => explorer.move(-1) },
    { ...RECORD_KEYS['explore.oldest'], run: () => explorer.toOldest() },
    { ...RECORD_KEYS['explore.newest'], run: () => explorer.toNewest() },
    {
      ...RECORD_KEYS['explore.columns'],
      run: () => (explorer.columns.choosing = true),
    },
    ...(explorer.fields.offered ? [{ ...RECORD_KEYS['explore.fields'], run: (): void => explorer.fields.open() }] : []),
    { ...RECORD_KEYS['explore.reference'], enabled: hasRecord, run: () => toggleReference(selection, selection.record) },
    { ...RECORD_KEYS['explore.live'], run: () => table.happened('liveToggled') },
    { ...RECORD_KEYS['explore.pause'], run: () => explorer.togglePause() },
    ...historyCommands(kinescope),
    ...copyCommands(kinescope),
    ...treeCommands(kinescope),
    ...([1, -1] as const).map((step) => sameKeyCommand(kinescope, step)),
    ...copyManyCommands(kinescope),
    ...(onsaga
      ? [
          {
            ...RECORD_KEYS['explore.saga'],
            enabled: hasRecord,
            run: (): void => void (selection.record && onsaga(selection.record.id)),
          },
        ]
      : []),
    { ...GRID_KEYS['grid.down'], run: () => explorer.move(1) },
    { ...GRID_KEYS['grid.up'], run: () => explorer.move(-1) },
    {
      ...GRID_KEYS['grid.page-down'],
      run: () => explorer.move(table.scroll.rowsPerPage),
    },
    {
      ...GRID_KEYS['grid.page-up'],
      run: () => explorer.move(-table.scroll.rowsPerPage),
    },
    { ...GRID_KEYS['grid.open'], run: () => (apart.open ? takeApart() : explorer.openSelected()) },
    { ...TIME_KEYS['timeline.zoom-in'], run: () => timeline.zoom(1 / ZOOM_STEP, 0.5) },
    { ...TIME_KEYS['timeline.zoom-out'], run: () => timeline.zoom(ZOOM_STEP, 0.5) },
    { ...TIME_KEYS['timeline.earlier'], run: () => timeline.pan(-0.25) },
    { ...TIME_KEYS['timeline.later'], run: () => timeline.pan(0.25) },
    { ...TIME_KEYS['timeline.fit'], enabled: () => fitOf(selection) !== null, run: fit },
    { ...TIME_KEYS['timeline.range'], run: () => (timeline.typing = true) },
    { ...TIME_KEYS['timeline.back'], enabled: () => timeline.canGoBack, run: () => timeline.back() },
    { ...TIME_KEYS['timeline.forward'], enabled: () => timeline.canGoForward, run: () => timeline.forward() },
    { ...TIME_KEYS['timeline.lanes-sort'], run: () => settings.set('lanesSort', settings.lanesSort === 'hot' ? 'shard' : 'hot') },
    { ...TIME_KEYS['timeline.lanes-scale'], run: () => settings.set('lanesScale', settings.lanesScale === 'log' ? 'linear' : 'log') },
    ...([-1, 1] as const).map((step): Command => ({
      ...INSPECTOR_KEYS[step < 0 ? 'inspector.event-previous' : 'inspector.event-next'],
      enabled: () => !apart.open && (inspector.details?.layers.events ?? 0) > 1,
      run: () => inspector.step(step),
    })),
    { ...INSPECTOR_KEYS['inspector.find'], enabled: hasInspector, run: () => inspector.askFind() },
    ...(apart.offered ? [{ ...INSPECTOR_KEYS['inspector.apart'], enabled: hasRecord, run: takeApart }] : []),
    ...TABS.map((tab): Command => ({ ...tabKey(tab), enabled: hasInspector, run: () => inspector.show(tab) })),
  ]
}

/** Among those that are shown. */
function sameKeyCommand({ explorer, notices }: Kinescope, step: 1 | -1): Command {
  const run = async (): Promise<void> => {
    try {
      const { toSameKey } = await import('../../state/same-key')
      if (!(await toSameKey(explorer, step))) notices.say(step > 0 ? m.same_key_none_next() : m.same_key_none_previous())
    } catch (thrown) {
      notices.fail(thrown as CommandFault)
    }
  }
  return {
    ...RECORD_KEYS[step > 0 ? 'explore.same-key-next' : 'explore.same-key-previous'],
    enabled: () => (explorer.selection.record?.partitionKey ?? null) !== null,
    run: () => void run(),
  }
}

/** The way back through what was looked at, and undoing what was chosen. */
function historyCommands({ history }: Kinescope): Command[] {
  return [
    {
      ...RECORD_KEYS['explore.back'],
      enabled: () => history.canGoBack,
      run: () => void history.go(-1),
    },
    {
      ...RECORD_KEYS['explore.forward'],
      enabled: () => history.canGoForward,
      run: () => void history.go(1),
    },
    { ...RECORD_KEYS['explore.undo'], enabled: () => history.canUndo, run: () => void history.undo(-1) },
    {
      ...RECORD_KEYS['explore.redo'],
      enabled: () => history.canRedo,
      run: () => void history.undo(1),
    },
  ]
}
