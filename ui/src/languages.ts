// Speaks another language: its catalogue is loaded when it is chosen, and English needs none.
import { setFormatLocale } from './base/formats'
import { figuresTag, spokenLanguage } from './base/language'
import { load, take } from './paraglide/catalogue.js'

/** Language and figures as one word, to compare. */
export const voiceOf = (choice: string, systemTag: string): string =>
  `${spokenLanguage(choice, systemTag)} ${figuresTag(choice, systemTag)}`

/** Texts and figures are those of the answered voice from then on. A catalogue that cannot be loaded leaves English texts. */
export async function speak(choice: string, systemTag: string): Promise<string> {
  const language = spokenLanguage(choice, systemTag)
  const catalogue = language === 'en' ? null : await load[language]().catch(() => null)
  take(catalogue)
  setFormatLocale(figuresTag(choice, systemTag))
  document.documentElement.lang = catalogue ? language : 'en'
  return voiceOf(choice, systemTag)
}
