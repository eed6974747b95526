// The explorer's keys: records, the table under the keyboard, time, inspector, copying, and the ways out.
import { keyLines, type KeyLine } from '../../base/keymap'
import { m } from '../../paraglide/messages.js'
import { TABS, type InspectorTab } from '../../state/inspector.svelte'
import { COPY_FORMS } from './copy-forms'
import { tabName } from './tab-names'

export const RECORD_KEYS = keyLines('explore', m.group_records, {
  'explore.filter': [m.key_filter, '/'],
  'explore.next': [m.key_next, 'j'],
  'explore.previous': [m.key_previous, 'k'],
  'explore.oldest': [m.key_oldest, 'g g', 'Home'],
  'explore.newest': [m.key_newest, 'G', 'End'],
  'explore.same-key-next': [m.same_key_next, '}'],
  'explore.same-key-previous': [m.same_key_previous, '{'],
  'explore.columns': [m.columns_choose, 'c'],
  'explore.fields': [m.fields_open, 'F'],
  'explore.reference': [m.reference_toggle, 'T'],
  'explore.live': [m.key_live, 'l'],
  'explore.pause': [m.key_pause, 'p'],
  'explore.back': [m.key_back, 'Alt+ArrowLeft'],
  'explore.forward': [m.key_forward, 'Alt+ArrowRight'],
  'explore.undo': [m.key_undo, 'Mod+z'],
  'explore.redo': [m.key_redo, 'Mod+Shift+z', 'Mod+y'],
  'explore.saga': [m.row_saga, 't'],
})

/** Only where the table has the keyboard. */
export const GRID_KEYS = {
  ...keyLines('grid', m.group_records, {
    'grid.down': [m.key_next, 'ArrowDown'],
    'grid.up': [m.key_previous, 'ArrowUp'],
    'grid.page-down': [m.key_page_down, 'PageDown'],
    'grid.page-up': [m.key_page_up, 'PageUp'],
  }),
  ...keyLines('grid', m.group_inspector, { 'grid.open': [m.key_open, 'Enter', 'Space'] }),
}

export const TIME_KEYS = keyLines('explore', m.group_timeline, {
  'timeline.zoom-in': [m.range_zoom_in, 'w', '+', '='],
  'timeline.zoom-out': [m.range_zoom_out, 's', '-'],
  'timeline.earlier': [m.range_earlier, 'a'],
  'timeline.later': [m.range_later, 'd'],
  'timeline.fit': [m.range_fit, 'f'],
  'timeline.range': [m.range_typed, 'i'],
  'timeline.back': [m.range_back, 'z'],
  'timeline.forward': [m.range_forward, 'Z'],
  'timeline.lanes-sort': [m.key_lanes_sort],
  'timeline.lanes-scale': [m.key_lanes_scale],
})

export const INSPECTOR_KEYS = keyLines('explore', m.group_inspector, {
  'inspector.event-previous': [m.event_previous, '['],
  'inspector.event-next': [m.event_next, ']'],
  'inspector.find': [m.find_label, 'Mod+f'],
  'inspector.apart': [m.apart_open, 'o'],
})

/** Only where the tree has the keyboard. */
export const TREE_KEYS = keyLines('tree', m.group_inspector, {
  'tree.copy-value': [m.key_tree_copy, 'Mod+c'],
  'tree.copy-path': [m.tree_copy_path, 'Mod+Shift+c'],
})

export const tabKey = (tab: InspectorTab): KeyLine => ({
  id: `inspector.${tab}`,
  scope: 'explore',
  group: m.group_inspector,
  title: () => m.key_tab({ tab: tabName(tab) }),
  keys: [String(TABS.indexOf(tab) + 1)],
})

export const COPY_KEYS = keyLines('explore', m.group_copy, {
  'explore.copy-key': [m.key_copy_key, 'y k'],
  'explore.copy-sequence': [m.key_copy_sequence, 'y s'],
})

export const SEND_KEYS = keyLines('explore', m.group_replay, {
  'explore.publish': [m.key_publish_again, 'y p'],
  'explore.replay': [m.key_replay, 'r'],
  'explore.replay-shown': [m.key_replay_shown, 'R'],
  'explore.pick': [m.key_pick, 'x'],
})

export const EXPORT_KEYS = keyLines('explore', m.group_export, {
  'export.shown-lines': [m.key_export_shown_lines, 'E n'],
  'export.shown-csv': [m.key_export_shown_csv, 'E c'],
  'export.shown-capture': [m.key_export_shown_capture, 'E f'],
  'export.picked-lines': [m.key_export_picked_lines, 'e n'],
  'export.picked-csv': [m.key_export_picked_csv, 'e c'],
  'export.picked-capture': [m.key_export_picked_capture, 'e f'],
})

/** Many records at once: those of the grid only where the table has the keyboard. */
export const PICK_KEYS = {
  ...keyLines('explore', m.group_records, {
    'pick.next': [m.pick_extend_next, 'J'],
    'pick.previous': [m.pick_extend_previous, 'K'],
    'pick.clear': [m.picks_clear],
  }),
  ...keyLines('grid', m.group_records, {
    'grid.pick-down': [m.pick_extend_next, 'Shift+ArrowDown'],
    'grid.pick-up': [m.pick_extend_previous, 'Shift+ArrowUp'],
    'grid.pick-page-down': [m.pick_extend_page_down, 'Shift+PageDown'],
    'grid.pick-page-up': [m.pick_extend_page_up, 'Shift+PageUp'],
    'grid.pick-all': [m.pick_all, 'Mod+a'],
  }),
}

export const TAB_KEYS = keyLines('explore', m.group_tabs, {
  'tabs.new': [m.tabs_new, 'Mod+t'],
  'tabs.twin': [m.tabs_twin],
  'tabs.close': [m.key_tab_close, 'Mod+w'],
  'tabs.close-others': [m.key_tab_close_others],
  'tabs.reopen': [m.key_tab_reopen, 'Mod+Shift+t'],
  'tabs.next': [m.key_tab_next, 'Mod+Tab', 'Mod+PageDown'],
  'tabs.previous': [m.key_tab_previous, 'Mod+Shift+Tab', 'Mod+PageUp'],
  'tabs.split': [m.tabs_split, 'Mod+\\'],
})

export const NTH_TABS = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const
export const nthTabKey = (n: number): KeyLine => ({
  id: `tabs.${n}`,
  scope: 'explore',
  group: m.group_tabs,
  title: () => m.key_tab_nth({ number: n }),
  keys: [`Mod+${n}`],
})

export const EXPLORE_LINES: readonly KeyLine[] = [
  ...[RECORD_KEYS, GRID_KEYS, TIME_KEYS, INSPECTOR_KEYS, TREE_KEYS].flatMap((lines) => Object.values<KeyLine>(lines)),
  ...TABS.map(tabKey),
  ...Object.values<KeyLine>(TAB_KEYS),
  ...NTH_TABS.map(nthTabKey),
  ...COPY_FORMS.map((form) => form.line),
  ...[COPY_KEYS, SEND_KEYS, EXPORT_KEYS, PICK_KEYS].flatMap((lines) => Object.values<KeyLine>(lines)),
]
