// The keys of publishing, of the replays, and of the dialog that makes one.
import { keyLines, type KeyLine } from '../../base/keymap'
import { m } from '../../paraglide/messages.js'
import { STEPS, type ReplayStep } from '../../state/replay-draft'
import { stepName } from './replays/words'

export const PUBLISH_KEYS = keyLines('publish', m.group_publish, {
  'publish.go': [m.key_publish, 'Mod+Enter'],
  'publish.edit': [m.key_publish_edit, 'e'],
})

export const REPLAY_KEYS = keyLines('replays', m.group_replay, {
  'replays.new': [m.key_new_replay, 'n'],
  'replays.pause': [m.key_pause_replay, 'p'],
})

export const stepKey = (step: ReplayStep): KeyLine => ({
  id: `wizard.${step}`,
  scope: 'wizard',
  group: m.group_replay,
  title: () => m.key_wizard_step({ step: stepName(step) }),
  keys: [`Mod+${STEPS.indexOf(step) + 1}`],
})

export const WRITE_LINES: readonly KeyLine[] = [
  ...Object.values<KeyLine>(PUBLISH_KEYS),
  ...Object.values<KeyLine>(REPLAY_KEYS),
  ...STEPS.map(stepKey),
]
