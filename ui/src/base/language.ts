// Which language the window speaks and how it writes figures, from what the person chose and what the system is set to.
// The platform is never asked: under LANG=C it answers "C", on which Intl throws.

export const LANGUAGES = ['en', 'id', 'nl'] as const
export type Language = (typeof LANGUAGES)[number]
export type LanguageChoice = 'system' | Language

const BASE: Language = 'en'

export const isLanguage = (text: string): text is Language => (LANGUAGES as readonly string[]).includes(text)

/** The language of texts; English where the system's is not among ours. */
export function spokenLanguage(choice: string, systemTag: string): Language {
  if (isLanguage(choice)) return choice
  const system = systemTag.split(/[-_]/)[0]?.toLowerCase() ?? ''
  return isLanguage(system) ? system : BASE
}

/** The tag for figures: the system's own region as long as its language is spoken, or none was chosen. */
export function figuresTag(choice: string, systemTag: string): string {
  if (!isLanguage(choice) || spokenLanguage('system', systemTag) === choice) return systemTag
  return choice
}
