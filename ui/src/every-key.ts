// Every key that the window has anywhere, whether its screen was opened yet or not: for who changes them.
import type { KeyLine } from './base/keymap'
import { LANGUAGES } from './base/language'
import { CAPTURE_KEYS } from './views/captures/keys'
import { EXPLORE_LINES } from './views/explore/keys'
import { languageKey, SCREEN_KEYS, SETTINGS_KEYS, WINDOW_KEYS, ZOOM_KEYS } from './views/frame/keys'
import { QUESTION_KEYS } from './views/questions/keys'
import { SAGA_LINES } from './views/sagas/keys'
import { STREAM_KEYS } from './views/streams/keys'
import { WRITE_LINES } from './views/writes/keys'

const of = (lines: Readonly<Record<string, KeyLine>>): KeyLine[] => Object.values(lines)

export const EVERY_KEY: readonly KeyLine[] = [
  ...of(WINDOW_KEYS),
  ...of(ZOOM_KEYS),
  ...of(SCREEN_KEYS),
  ...of(SETTINGS_KEYS),
  ...LANGUAGES.map(languageKey),
  ...EXPLORE_LINES,
  ...of(STREAM_KEYS),
  ...of(CAPTURE_KEYS),
  ...of(QUESTION_KEYS),
  ...SAGA_LINES,
  ...WRITE_LINES,
]
