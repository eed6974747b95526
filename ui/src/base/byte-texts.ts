// Bytes as texts for other programs, and a text as the bytes that are looked for. Pure.

export const BYTE_FORMS = ['hex', 'base64', 'c', 'rust'] as const
export type ByteForm = (typeof BYTE_FORMS)[number]

const PER_LINE = 12
const CHUNK = 0x8000
const pair = (byte: number): string => byte.toString(16).padStart(2, '0')

export function bytesAs(form: ByteForm, bytes: Uint8Array): string {
  switch (form) {
    case 'hex':
      return Array.from(bytes, pair).join('')
    case 'base64':
      return base64Of(bytes)
    case 'c':
      return `const unsigned char bytes[${bytes.length}] = {\n${lines(bytes)}};\n`
    case 'rust':
      return `const BYTES: [u8; ${bytes.length}] = [\n${lines(bytes)}];\n`
  }
}

function base64Of(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += CHUNK) binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  return btoa(binary)
}

function lines(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += PER_LINE) {
    const some = Array.from(bytes.subarray(at, at + PER_LINE), (byte) => `0x${pair(byte)}`)
    text += `    ${some.join(', ')},\n`
  }
  return text
}

/** Pairs of hexadecimal digits, with or without spaces and `0x`, or a text in double quotes; null: neither. */
export function soughtBytes(text: string): Uint8Array<ArrayBuffer> | null {
  const quoted = /^"(.+)"$/su.exec(text.trim())
  if (quoted?.[1] !== undefined) return new TextEncoder().encode(quoted[1])
  const words = text.trim().split(/[\s,]+/)
  if (!words.every((word) => /^(0x)?([0-9a-f]{2})+$/i.test(word))) return null
  const digits = words.map((word) => word.replace(/^0x/i, '')).join('')
  return Uint8Array.from(digits.match(/../g) ?? [], (two) => Number.parseInt(two, 16))
}

/** Where it is first found from a place on; -1: nowhere. */
export function indexOfBytes(bytes: Uint8Array, sought: Uint8Array, from = 0): number {
  const [first] = sought
  if (first === undefined) return -1
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (at + sought.length > bytes.length) return -1
    if (sought.every((byte, i) => bytes[at + i] === byte)) return at
  }
  return -1
}
