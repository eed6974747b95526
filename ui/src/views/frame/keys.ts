// The window's own keys: panes, sheet, zone, and the ways to the screens.
import { keyLines, type KeyLine } from '../../base/keymap'
import type { Language } from '../../base/language'
import { m } from '../../paraglide/messages.js'
import { languageName } from './language-names'

export const WINDOW_KEYS = keyLines('window', m.group_window, {
  'window.palette': [m.key_palette, 'Mod+k', 'Mod+p'],
  'window.keys': [m.key_shortcuts, '?'],
  'window.link': [m.key_link_copy, 'y u'],
  'window.remap': [m.key_remap, 'g k'],
  'window.masking': [m.key_masking, 'g m'],
  'window.salvage': [m.key_salvage],
  'window.side-bar': [m.key_side_bar, 'Mod+b'],
  'window.zone': [m.key_zone, 'u'],
  'window.jobs': [m.key_jobs, 'g j'],
  'window.next-pane': [m.key_next_pane, 'F6'],
  'window.previous-pane': [m.key_previous_pane, 'Shift+F6'],
  'window.leave': [m.key_leave, 'Escape'],
})

export const ZOOM_KEYS = keyLines('window', m.group_window, {
  'window.zoom-in': [m.key_zoom_in, 'Mod++', 'Mod+=', 'Mod+Shift++'],
  'window.zoom-out': [m.key_zoom_out, 'Mod+-'],
  'window.zoom-usual': [m.key_zoom_usual, 'Mod+0'],
})

export const SCREEN_KEYS = keyLines('window', m.group_window, {
  'window.go-explore': [m.activity_explore, 'g e'],
  'window.go-streams': [m.screen_streams, 'g s'],
  'window.go-questions': [m.screen_questions, 'g q'],
  'window.go-sagas': [m.screen_sagas, 'g t'],
  'window.go-publish': [m.screen_publish, 'g p'],
  'window.go-replays': [m.screen_replays, 'g r'],
  'window.go-captures': [m.screen_captures, 'g c'],
  'window.go-connections': [m.screen_connections, 'g o'],
  'window.go-activity': [m.screen_activity, 'g a'],
})

export const SETTINGS_KEYS = keyLines('window', m.group_window, { 'window.settings': [m.key_settings, 'Mod+,', 'g ,'] })

export const languageKey = (language: Language): KeyLine => ({
  id: `window.language-${language}`,
  scope: 'window',
  group: m.group_window,
  title: () => m.key_language({ language: languageName(language) }),
  keys: [],
})
