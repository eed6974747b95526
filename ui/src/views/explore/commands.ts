// The explorer's commands, as the key registry, the tooltips and the shortcut sheet know them.
import type { Command } from '../../base/keymap'
import { m } from '../../paraglide/messages.js'
import { TABS, type InspectorTab } from '../../state/inspector.svelte'
import type { Kinescope } from '../../state/kinescope.svelte'
import { fitOf } from '../../state/selection.svelte'
import { copyCommands } from './copy'
import { copyManyCommands } from './copy-many'
import type { ExploreDoors } from './doors'

const ZOOM_STEP = 1.6

export function tabName(tab: InspectorTab): string {
  switch (tab) {
    case 'tree':
      return m.tab_tree()
    case 'text':
      return m.tab_text()
    case 'raw':
      return m.tab_raw()
    case 'hex':
      return m.tab_hex()
    case 'details':
      return m.tab_details()
    case 'diff':
      return m.tab_diff()
  }
}

export function explorerCommands(kinescope: Kinescope, focusFilter: () => void, { onsaga }: ExploreDoors = {}): Command[] {
  const { explorer } = kinescope
  const { table, timeline, inspector, selection } = explorer
  const records = { scope: 'explore', group: m.group_records }
  const times = { scope: 'explore', group: m.group_timeline }
  const details = { scope: 'explore', group: m.group_inspector }
  const hasRecord = (): boolean => selection.record !== null
  const fit = (): void => {
    const time = fitOf(selection)
    if (time) timeline.fit(time)
  }
  return [
    { ...records, id: 'explore.filter', title: m.key_filter, keys: ['/'], run: focusFilter },
    { ...records, id: 'explore.next', title: m.key_next, keys: ['j'], run: () => explorer.move(1) },
    { ...records, id: 'explore.previous', title: m.key_previous, keys: ['k'], run: () => explorer.move(-1) },
    { ...records, id: 'explore.oldest', title: m.key_oldest, keys: ['g g', 'Home'], run: () => explorer.toOldest() },
    { ...records, id: 'explore.newest', title: m.key_newest, keys: ['G', 'End'], run: () => explorer.toNewest() },
    {
      ...records,
      id: 'explore.columns',
      title: m.columns_choose,
      keys: ['c'],
      run: () => (explorer.columns.choosing = true),
    },
    ...(explorer.fields.offered
      ? [{ ...records, id: 'explore.fields', title: m.fields_open, keys: ['F'], run: (): void => explorer.fields.open() }]
      : []),
    { ...records, id: 'explore.live', title: m.key_live, keys: ['l'], run: () => table.happened('liveToggled') },
    { ...records, id: 'explore.pause', title: m.key_pause, keys: ['p'], run: () => explorer.togglePause() },
    ...historyCommands(kinescope),
    ...copyCommands(kinescope),
    ...copyManyCommands(kinescope),
    ...(onsaga
      ? [
          {
            ...records,
            id: 'explore.saga',
            title: m.row_saga,
            keys: ['t'],
            enabled: hasRecord,
            run: (): void => void (selection.record && onsaga(selection.record.id)),
          },
        ]
      : []),
    { ...records, id: 'grid.down', scope: 'grid', title: m.key_next, keys: ['ArrowDown'], run: () => explorer.move(1) },
    { ...records, id: 'grid.up', scope: 'grid', title: m.key_previous, keys: ['ArrowUp'], run: () => explorer.move(-1) },
    {
      ...records,
      id: 'grid.page-down',
      scope: 'grid',
      title: m.key_page_down,
      keys: ['PageDown'],
      run: () => explorer.move(table.scroll.rowsPerPage),
    },
    {
      ...records,
      id: 'grid.page-up',
      scope: 'grid',
      title: m.key_page_up,
      keys: ['PageUp'],
      run: () => explorer.move(-table.scroll.rowsPerPage),
    },
    { ...details, id: 'grid.open', scope: 'grid', title: m.key_open, keys: ['Enter', 'Space'], run: () => explorer.openSelected() },
    { ...times, id: 'timeline.zoom-in', title: m.range_zoom_in, keys: ['w', '+', '='], run: () => timeline.zoom(1 / ZOOM_STEP, 0.5) },
    { ...times, id: 'timeline.zoom-out', title: m.range_zoom_out, keys: ['s', '-'], run: () => timeline.zoom(ZOOM_STEP, 0.5) },
    { ...times, id: 'timeline.earlier', title: m.range_earlier, keys: ['a'], run: () => timeline.pan(-0.25) },
    { ...times, id: 'timeline.later', title: m.range_later, keys: ['d'], run: () => timeline.pan(0.25) },
    { ...times, id: 'timeline.fit', title: m.range_fit, keys: ['f'], enabled: () => fitOf(selection) !== null, run: fit },
    { ...times, id: 'timeline.back', title: m.range_back, keys: ['z'], enabled: () => timeline.canGoBack, run: () => timeline.back() },
    ...([-1, 1] as const).map((step): Command => ({
      ...details,
      id: step < 0 ? 'inspector.event-previous' : 'inspector.event-next',
      title: step < 0 ? m.event_previous : m.event_next,
      keys: [step < 0 ? '[' : ']'],
      enabled: () => (inspector.details?.layers.events ?? 0) > 1,
      run: () => inspector.step(step),
    })),
    ...TABS.map((tab, i): Command => ({
      ...details,
      id: `inspector.${tab}`,
      title: () => m.key_tab({ tab: tabName(tab) }),
      keys: [String(i + 1)],
      enabled: hasRecord,
      run: () => inspector.show(tab),
    })),
  ]
}

/** The way back through what was looked at, and undoing what was chosen. */
function historyCommands({ history }: Kinescope): Command[] {
  const common = { scope: 'explore', group: m.group_records }
  return [
    {
      ...common,
      id: 'explore.back',
      title: m.key_back,
      keys: ['Alt+ArrowLeft'],
      enabled: () => history.canGoBack,
      run: () => void history.go(-1),
    },
    {
      ...common,
      id: 'explore.forward',
      title: m.key_forward,
      keys: ['Alt+ArrowRight'],
      enabled: () => history.canGoForward,
      run: () => void history.go(1),
    },
    { ...common, id: 'explore.undo', title: m.key_undo, keys: ['Mod+z'], enabled: () => history.canUndo, run: () => void history.undo(-1) },
    {
      ...common,
      id: 'explore.redo',
      title: m.key_redo,
      keys: ['Mod+Shift+z', 'Mod+y'],
      enabled: () => history.canRedo,
      run: () => void history.undo(1),
    },
  ]
}
