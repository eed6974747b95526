import { expect, test } from 'vitest'
import { bytesAs, indexOfBytes, soughtBytes } from './byte-texts'

const bytes = (...all: number[]): Uint8Array => Uint8Array.from(all)

test('bytes as other programs take them', () => {
  const some = bytes(0x0a, 0x0c, 0xff)
  expect(bytesAs('hex', some)).toBe('0a0cff')
  expect(bytesAs('base64', some)).toBe('Cgz/')
  expect(bytesAs('c', some)).toBe('const unsigned char bytes[3] = {\n    0x0a, 0x0c, 0xff,\n};\n')
  const many = Uint8Array.from({ length: 13 }, (_, i) => i)
  expect(bytesAs('rust', many)).toBe(
    'const BYTES: [u8; 13] = [\n    0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b,\n    0x0c,\n];\n',
  )
})

test('base64 of many bytes is that of all of them', () => {
  const many = Uint8Array.from({ length: 100_003 }, (_, i) => (i * 7) % 256)
  const back = Uint8Array.from(atob(bytesAs('base64', many)), (char) => char.charCodeAt(0))
  expect(back).toEqual(many)
})

test('what is looked for is written as digits or as a text', () => {
  const sought = (text: string): number[] | null => {
    const found = soughtBytes(text)
    return found && [...found]
  }
  expect(sought('0a 0C')).toEqual([10, 12])
  expect(sought('0x0a,0x0c')).toEqual([10, 12])
  expect(sought(' 0a0c ')).toEqual([10, 12])
  expect(sought('"é"')).toEqual([0xc3, 0xa9])
  expect(sought('"0a"')).toEqual([0x30, 0x61])
  for (const none of ['', 'a', '0a0', 'xyz', '""', '0x', 'a b', '1 2', '0xa 0xb']) expect(sought(none), none).toBeNull()
})

test('the first place is found, as a search in text finds it', () => {
  expect(indexOfBytes(bytes(1, 1, 2), bytes(1, 2))).toBe(1)
  expect(indexOfBytes(bytes(1, 2, 1, 2), bytes(1, 2), 1)).toBe(2)
  expect(indexOfBytes(bytes(1), bytes(1, 2))).toBe(-1)
  expect(indexOfBytes(bytes(1), bytes())).toBe(-1)
  // each text of ones and zeros within each other one
  const texts = Array.from({ length: 126 }, (_, i) => (i + 2).toString(2).slice(1))
  const of = (text: string): Uint8Array => Uint8Array.from(text, Number)
  for (const all of texts) {
    for (const some of texts) expect(indexOfBytes(of(all), of(some), 1)).toBe(all.indexOf(some, 1))
  }
})
