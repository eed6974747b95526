// The keys of the screen of streams.
import { keyLines } from '../../base/keymap'
import { m } from '../../paraglide/messages.js'

export const STREAM_KEYS = keyLines('streams', m.keys_streams, {
  'streams.search': [m.keys_search_streams, '/'],
  'streams.capture': [m.keys_capture_stream, 'c'],
  'streams.new': [m.keys_new_stream, 'n'],
  'streams.key': [m.keys_ask_key, 'h'],
  'streams.reload': [m.keys_reload, 'R'],
})
