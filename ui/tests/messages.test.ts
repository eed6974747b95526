// The catalogues of other languages against the English one: no text is missing, left in English, or says other values.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LANGUAGES } from '../src/base/language'

const CATALOGUES = join(import.meta.dirname, '../messages')
const OTHERS = LANGUAGES.filter((language) => language !== 'en')

/** Words that users of the field say in every language, names, and what is typed as it stands. */
const FIELD = `access after_sequence_number arn at_sequence_number at_timestamp avro base64 bin by capture cbor cloudevents cloudwatch
  collector consumer count credential csv customer.id demo dms dual-stack endpoint enhanced eu-west-1 event eventbridge fan-out filter
  fips gzip hash hex https://kinesis.example.com identity json key kinescope kms kpl latest lines live logs lz4 m md5 messagepack
  metadata ndjson now+1h null number on-demand p50 p95 p99 partition payload process protobuf provisioned record replay saga sequence
  shard sku snappy sns sql sqs sso stats status stream sub-sequence subscribetoshard trim_horizon type user-42 utf-8 varint web xml zigzag zlib zstd δ
  english bahasa indonesia nederlands`
/** Words that are written the same in that language. */
const ALIKE: Readonly<Record<string, string>> = {
  nl: `account auto byte bytes bytes/s call calls calls/s captures compact consumers deadline event/s events events/s extra import in inspector keys
    later ms object open parents plan rec/s records records/s replays retries retry s schema shards streams tags throttle throttled throttles
    variant views`,
  id: 'environment field folder format lag mode path region total',
}

type Message = string | readonly [{ declarations: string[]; selectors: string[]; match: Record<string, string> }]
type Catalogue = Readonly<Record<string, Message>>

const read = (folder: string, language: string): Catalogue =>
  JSON.parse(readFileSync(join(CATALOGUES, folder, `${language}.json`), 'utf8')) as Catalogue
const folders = readdirSync(CATALOGUES, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('en.json'))
  .map((path) => path.slice(0, -'en.json'.length))
const pairs = OTHERS.flatMap((language) => folders.map((folder) => ({ language, folder, name: join(folder, `${language}.json`) })))
const texts = (message: Message | undefined): Record<string, string> =>
  typeof message === 'string' ? { '': message } : { ...message?.[0].match }

/** `{name}`, without what is escaped to be shown. */
const placeholders = (text: string): string[] => [...text.matchAll(/(?<!\\)\{(\w+)\}/g)].map((found) => found[1] ?? '').sort()

test('the made catalogues know every language', () => {
  const { locales } = JSON.parse(readFileSync(join(CATALOGUES, '../project.inlang/settings.json'), 'utf8')) as { locales: string[] }
  expect(locales).toEqual([...LANGUAGES])
  expect(folders.length).toBeGreaterThan(3)
})

test.each(pairs)('$name has every text and no other', ({ folder, language }) => {
  expect(Object.keys(read(folder, language))).toEqual(Object.keys(read(folder, 'en')))
})

test.each(pairs)('$name has exactly the plural forms of its language', ({ folder, language }) => {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories
  for (const [name, message] of Object.entries(read(folder, language))) {
    if (typeof message === 'string') continue
    const told = Object.keys(message[0].match).map((condition) => condition.split('=')[1])
    expect(told.sort(), name).toEqual([...forms].sort())
    const english = read(folder, 'en')[name]
    if (typeof english === 'string' || english === undefined) expect.fail(`${name} has forms in ${language} only`)
    expect(message[0].declarations, name).toEqual(english[0].declarations)
    expect(message[0].selectors, name).toEqual(english[0].selectors)
  }
})

test.each(pairs)('$name says the values that English says', ({ folder, language }) => {
  const english = read(folder, 'en')
  for (const [name, message] of Object.entries(read(folder, language))) {
    for (const [condition, text] of Object.entries(texts(message))) {
      const model = texts(english[name])[condition]
      expect([...new Set(placeholders(text))], `${name} ${condition}`).toEqual([...new Set(placeholders(model ?? ''))])
    }
  }
})

test.each(pairs)('$name leaves nothing in English', ({ folder, language }) => {
  const same = new Set(`${FIELD} ${ALIKE[language] ?? ''}`.split(/\s+/))
  const english = read(folder, 'en')
  const left = Object.entries(read(folder, language)).flatMap(([name, message]) =>
    Object.entries(texts(message))
      .filter(([condition, text]) => !name.startsWith('$') && (text.trim() === '' || text === texts(english[name])[condition]))
      .filter(([, text]) => text.trim() === '' || wordsOf(text).some((word) => !same.has(word.toLowerCase())))
      .map(([, text]) => `${name}: ${text}`),
  )
  expect(left).toEqual([])
})

const wordsOf = (text: string): string[] =>
  (text.replace(/(?<!\\)\{\w+\}/g, '').match(/\p{L}[\p{L}\p{N}_'+.:/-]*/gu) ?? []).map((word) => word.replace(/:$/, ''))
