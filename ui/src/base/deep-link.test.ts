// Links lead back to what they were made of, and a text that somebody else made up leads nowhere.
import { expect, test } from 'vitest'
import { isLink, linkText, readLink, type Link } from './deep-link'
import { lookOf, USUAL_LOOK, type Look } from './look'
import { span } from './time-scale'

let seed = 5
const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T
const PIECES = ['type:Order*', ' ', '"a b"', '&', '=', '#', '?', '%', '+', '/', '😀', '‮', 'é', "'", '<b>', '\\', 'user-42', '\t', '$.id:7']
const text = (most: number): string => Array.from({ length: random(most) }, () => pick(PIECES)).join('')
const time = (): number => 1_775_000_000_000 + random(2_000_000_000)
const spanned = (): ReturnType<typeof span> => {
  const from = time()
  return span(from, from + 1 + random(90_000_000))
}

function look(): Look {
  const mode = pick<Look['mode']>([{ kind: 'all' }, { kind: 'fixed' }, { kind: 'last', millis: 1 + random(9e8) }])
  return {
    captures: Array.from({ length: random(4) }, (_, i) => `capture ${i}&=#`),
    filter: text(12),
    range: random(2) === 0 ? null : spanned(),
    mode,
    window: mode.kind === 'fixed' ? spanned() : null,
    record: random(2) === 0 ? null : `4-${random(9e8)}`,
  }
}

test('a thousand looks come back from their links, and from what is kept of them', () => {
  for (let i = 0; i < 1_000; i += 1) {
    const link: Link = { screen: 'explore', view: { workspace: pick(['order flow.kscope', 'a&b#c.kscope', 'π']), look: look() } }
    const written = linkText(link)
    expect(written).toMatch(/^kinescope:\/\/explore\?[\x21-\x7e]*$/)
    expect(readLink(written)).toEqual(link)
    expect(readLink(`  ${written}\n`)).toEqual(link)
    expect(lookOf(JSON.parse(JSON.stringify(link.view?.look)))).toEqual(link.view?.look)
  }
})

test('a screen alone is a link too', () => {
  expect(readLink(linkText({ screen: 'captures', view: null }))).toEqual({ screen: 'captures', view: null })
  expect(readLink('KINESCOPE://Streams/')).toEqual({ screen: 'streams', view: null })
  expect(readLink('kinescope://explore')).toEqual({ screen: 'explore', view: null })
  expect([isLink(' Kinescope:x'), isLink('type:kinescope:')]).toEqual([true, false])
})

const GOOD = 'kinescope://explore?in=w.kscope'
test('the good one of those below is one', () => expect(readLink(GOOD)?.view?.look).toEqual({ ...USUAL_LOOK, mode: { kind: 'all' } }))

test.each([
  '',
  'kinescope:',
  'kinescope://',
  'https://explore?in=w',
  'javascript:alert(1)',
  'kinescope://explore?',
  'kinescope://explore?in=',
  'kinescope://user:secret@explore?in=w.kscope',
  'kinescope://explore.evil.example?in=w.kscope',
  'kinescope://captures?in=w.kscope',
  `${GOOD}#x`,
  `${GOOD}&in=other`,
  `${GOOD}&connection=prod`,
  `${GOOD}&last=0`,
  `${GOOD}&last=1e9`,
  `${GOOD}&last=99999999999999999999`,
  `${GOOD}&last=5&window=1..2`,
  `${GOOD}&range=2..1`,
  `${GOOD}&range=1..1`,
  `${GOOD}&range=1..9999999999999999`,
  `${GOOD}&range=NaN..2`,
  `${GOOD}&record=`,
  `${GOOD}&record=%00`,
  `${GOOD}&record=${'9'.repeat(201)}`,
  `${GOOD}&filter=a&filter=b`,
  `${GOOD}&filter=${'a'.repeat(10_001)}`,
  `${GOOD}${'&capture=1'.repeat(65)}`,
  `${GOOD}&filter=${'%20'.repeat(9_000)}`,
])('%j leads nowhere', (text) => expect(readLink(text)).toBeNull())

test('random texts are read or refused, and never anything else', () => {
  const bits = [
    'kinescope:',
    '//',
    'explore',
    '?',
    'in=w',
    '&',
    'range=',
    '1..2',
    'last=',
    '9',
    'capture=',
    '%',
    '%ZZ',
    '#',
    ' ',
    '\n',
    '__proto__=1',
  ]
  for (let i = 0; i < 5_000; i += 1) {
    const link = readLink(Array.from({ length: random(12) }, () => pick(bits)).join(''))
    if (link) expect(readLink(linkText(link))).toEqual(link)
  }
})

test.each([
  null,
  7,
  'x',
  [],
  {},
  { ...USUAL_LOOK, captures: [1] },
  { ...USUAL_LOOK, filter: 7 },
  { ...USUAL_LOOK, mode: { kind: 'fixed' } },
])('what is kept and is no look is none: %j', (kept) => expect(lookOf(kept)).toBeNull())
