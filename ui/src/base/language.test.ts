import { expect, test } from 'vitest'
import { figuresTag, spokenLanguage } from './language'

test.each([
  ['system', 'nl-BE', 'nl', 'nl-BE'],
  ['system', 'id', 'id', 'id'],
  ['system', 'de-DE', 'en', 'de-DE'],
  ['system', 'C', 'en', 'C'],
  ['nl', 'en-US', 'nl', 'nl'],
  ['nl', 'nl-BE', 'nl', 'nl-BE'],
  ['en', 'id-ID', 'en', 'en'],
  ['en', 'en-GB', 'en', 'en-GB'],
  ['en', 'de-DE', 'en', 'de-DE'],
  ['klingon', 'nl-NL', 'nl', 'nl-NL'],
])('%s on a system of %s speaks %s and writes figures as %s', (choice, system, spoken, figures) => {
  expect(spokenLanguage(choice, system)).toBe(spoken)
  expect(figuresTag(choice, system)).toBe(figures)
})
