// The keys of the screen of questions.
import { keyLines } from '../../base/keymap'
import { m } from '../../paraglide/messages.js'

export const QUESTION_KEYS = keyLines('questions', m.group_questions, {
  'questions.write': [m.key_question, '/'],
})
