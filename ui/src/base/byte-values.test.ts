import { expect, test } from 'vitest'
import { valuesOf, type ValueKind } from './byte-values'

const bytes = (...all: number[]): Uint8Array => Uint8Array.from(all)
const value = (kind: ValueKind, of: Uint8Array, little = true): string | null =>
  valuesOf(of, little).find((one) => one.kind === kind)?.text ?? null

test('whole numbers are exact, in both orders of bytes', () => {
  const some = bytes(0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa, 0xf9, 0xf8)
  expect(value('u8', some)).toBe('255')
  expect(value('i8', some)).toBe('-1')
  expect(value('u16', some)).toBe('65279')
  expect(value('u16', some, false)).toBe('65534')
  expect(value('i16', some)).toBe('-257')
  expect(value('u32', some)).toBe('4244504319')
  expect(value('i32', some, false)).toBe('-66052')
  expect(value('u64', some)).toBe('17940646550795321087')
  expect(value('u64', some, false)).toBe('18446460386757245432')
  expect(value('i64', some)).toBe('-506097522914230529')
})

test('any number of 64 bits comes back as it was', () => {
  for (let bit = 0n; bit < 64n; bit += 1n) {
    for (const number of [1n << bit, (1n << bit) - 1n, -(1n << bit), 0x0123_4567_89ab_cdefn << bit]) {
      const view = new DataView(new ArrayBuffer(8))
      for (const little of [true, false]) {
        view.setBigInt64(0, number, little)
        expect(value('i64', new Uint8Array(view.buffer), little)).toBe(String(BigInt.asIntN(64, number)))
        expect(value('u64', new Uint8Array(view.buffer), little)).toBe(String(BigInt.asUintN(64, number)))
      }
    }
  }
})

test('floating numbers are the shortest text that is the same number', () => {
  const single = (number: number): string | null => {
    const view = new DataView(new ArrayBuffer(4))
    view.setFloat32(0, number, true)
    return value('f32', new Uint8Array(view.buffer))
  }
  expect([0.1, 1, -2.5, 3.4e38, 1e-45, NaN, -Infinity, -0].map(single)).toEqual([
    '0.1',
    '1',
    '-2.5',
    '3.4e+38',
    '1e-45',
    'NaN',
    '-Infinity',
    '-0',
  ])
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, 0.1, false)
  expect(value('f64', new Uint8Array(view.buffer), false)).toBe('0.1')
  for (let i = 1; i < 2_000; i += 1) {
    const number = Math.fround(Math.sin(i) * 10 ** ((i % 60) - 30))
    expect(Math.fround(Number(single(number)))).toBe(number)
  }
})

test('a varint ends where its bytes say so, and is none where they do not', () => {
  expect(value('varint', bytes(0x96, 0x01, 0xff))).toBe('150')
  expect(value('zigzag', bytes(0x95, 0x01))).toBe('-75')
  const largest = bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)
  expect(value('varint', largest)).toBe('18446744073709551615')
  expect(value('zigzag', largest)).toBe('-9223372036854775808')
  expect(valuesOf(largest, true).find((one) => one.kind === 'varint')?.length).toBe(10)
  expect(value('varint', bytes(0x80, 0x80))).toBeNull()
  expect(value('varint', bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02))).toBeNull()
})

test('a character is told with its number, and one that hides or turns text by the number alone', () => {
  expect(value('utf8', bytes(0xc3, 0xa9, 0x21))).toBe('é U+00E9')
  expect(value('utf8', bytes(0xf0, 0x9f, 0x98, 0x80))).toBe('😀 U+1F600')
  expect(value('utf8', bytes(0xe2, 0x80, 0xae))).toBe('U+202E')
  expect(value('utf8', bytes(0x0a))).toBe('U+000A')
  expect(value('utf8', bytes(0xef, 0xbb, 0xbf))).toBe('U+FEFF')
  for (const none of [bytes(0x80), bytes(0xc3), bytes(0xc0, 0x80), bytes(0xed, 0xa0, 0x80), bytes(0xff), bytes()]) {
    expect(value('utf8', none)).toBeNull()
  }
})

test('times are milliseconds since 1970, as far as a calendar goes', () => {
  expect(value('seconds', bytes(0x00, 0x00, 0x00, 0x01), false)).toBe('1000')
  expect(value('millis', bytes(0, 0, 0x01, 0x8b, 0xcf, 0xe5, 0x68, 0x00), false)).toBe('1700000000000')
  expect(value('millis', bytes(0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), false)).toBeNull()
})

test('too few bytes are no number', () => {
  expect(valuesOf(bytes(1, 2, 3), true).flatMap(({ kind, text }) => (text === null ? [] : [kind]))).toEqual([
    'u8',
    'i8',
    'u16',
    'i16',
    'varint',
    'zigzag',
    'utf8',
  ])
  expect(valuesOf(bytes(), true).every(({ text }) => text === null)).toBe(true)
})
