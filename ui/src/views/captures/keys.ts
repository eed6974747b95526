// The keys of the screen of captures.
import { keyLines } from '../../base/keymap'
import { m } from '../../paraglide/messages.js'

export const CAPTURE_KEYS = keyLines('captures', m.keys_captures, {
  'captures.new': [m.keys_new_capture, 'n', 'c'],
  'captures.explore': [m.keys_explore_capture, 'o'],
  'captures.pause': [m.keys_pause_capture, 'p'],
  'captures.stop': [m.keys_stop_capture, 's'],
  'captures.rename': [m.keys_rename_capture, 'F2'],
  'captures.delete': [m.keys_delete_capture, 'Delete'],
})
