import { expect, test } from 'vitest'
import { fuzzyMatch, ranked } from './fuzzy'

const TITLES = ['Zoom in', 'Zoom out', 'Show or hide the side bar', 'Copy the payload', 'Copy the partition key', 'Captures', 'New capture']
const best = (query: string): string | undefined => ranked(TITLES, query, (title) => title, 10)[0]?.item

test('beginnings of words find what is meant', () => {
  expect(best('zou')).toBe('Zoom out')
  expect(best('zi')).toBe('Zoom in')
  expect(best('cpk')).toBe('Copy the partition key')
  expect(best('capt')).toBe('Captures')
  expect(best('side')).toBe('Show or hide the side bar')
  expect(best('sidebar')).toBe('Show or hide the side bar')
})

test('words may be typed in any order', () => {
  expect(best('key copy')).toBe('Copy the partition key')
  expect(fuzzyMatch('Copy the payload', 'key copy')).toBeNull()
})

test('a letter that is missing, or stands before the one that was typed earlier, is no match', () => {
  expect(fuzzyMatch('Captures', 'cx')).toBeNull()
  expect(fuzzyMatch('ab', 'ba')).toBeNull()
})

test('the places are those of the typed letters, in any case and without blanks', () => {
  const text = 'Copy the partition key'
  const match = fuzzyMatch(text, 'C PK') ?? expect.fail()
  expect(match.places.map((place) => text[place])).toEqual(['C', 'p', 'k'])
})

test('nothing typed leaves the order as it is, and the list is cut', () => {
  expect(ranked(TITLES, ' ', (title) => title, 3).map((one) => one.item)).toEqual(TITLES.slice(0, 3))
})

test('whatever is a subsequence is found, in a thousand random texts', () => {
  let seed = 7
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
  const letters = 'ab c-d'
  for (let round = 0; round < 1_000; round += 1) {
    const text = Array.from({ length: 1 + random(12) }, () => letters[random(letters.length)]).join('')
    const query = [...text].filter((letter) => letter !== ' ' && random(2) === 0).join('')
    const { places } = fuzzyMatch(text, query) ?? expect.fail(`${query} in ${text}`)
    expect(places.every((place, i) => i === 0 || place > (places[i - 1] ?? -1))).toBe(true)
  }
})
