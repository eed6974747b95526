// What the languages call themselves: whoever looks for theirs may read no other.
import type { LanguageChoice } from '../../base/language'
import { m } from '../../paraglide/messages.js'

export function languageName(choice: LanguageChoice): string {
  if (choice === 'system') return m.language_system()
  return { en: m.language_en, id: m.language_id, nl: m.language_nl }[choice]()
}
