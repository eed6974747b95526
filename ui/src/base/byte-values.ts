// What the bytes from a place on mean to a program that reads a number, a character or a time there, as exact text. Pure; it
// rounds nothing: numbers of 64 bits are never numbers of this language.

export type ValueKind =
  'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'u64' | 'i64' | 'f32' | 'f64' | 'varint' | 'zigzag' | 'utf8' | 'seconds' | 'millis'

export interface ByteValue {
  readonly kind: ValueKind
  /** Null: too few bytes are left, or they say none. Of a time, milliseconds since 1970. */
  readonly text: string | null
  /** So many bytes. */
  readonly length: number
}

/** No value takes more. */
const MOST_VALUE_BYTES = 10

/** `little`: the least significant byte comes first. */
export function valuesOf(bytes: Uint8Array, little: boolean): ByteValue[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read = (kind: ValueKind, length: number, text: () => string | null): ByteValue => ({
    kind,
    length,
    text: bytes.length < length ? null : text(),
  })
  const varint = varintOf(bytes)
  const char = charOf(bytes)
  return [
    read('u8', 1, () => String(view.getUint8(0))),
    read('i8', 1, () => String(view.getInt8(0))),
    read('u16', 2, () => String(view.getUint16(0, little))),
    read('i16', 2, () => String(view.getInt16(0, little))),
    read('u32', 4, () => String(view.getUint32(0, little))),
    read('i32', 4, () => String(view.getInt32(0, little))),
    read('u64', 8, () => String(view.getBigUint64(0, little))),
    read('i64', 8, () => String(view.getBigInt64(0, little))),
    read('f32', 4, () => singleText(view.getFloat32(0, little))),
    read('f64', 8, () => doubleText(view.getFloat64(0, little))),
    { kind: 'varint', length: varint?.length ?? 1, text: varint ? String(varint.value) : null },
    { kind: 'zigzag', length: varint?.length ?? 1, text: varint ? String(unzigzag(varint.value)) : null },
    { kind: 'utf8', length: char?.length ?? 1, text: char?.text ?? null },
    read('seconds', 4, () => timeText(BigInt(view.getUint32(0, little)) * 1_000n)),
    read('millis', 8, () => timeText(view.getBigInt64(0, little))),
  ]
}

/** A number of 64 bits, seven in each byte, the lowest first, as Protocol Buffers write it. */
function varintOf(bytes: Uint8Array): { value: bigint; length: number } | null {
  let value = 0n
  for (let i = 0; i < Math.min(bytes.length, MOST_VALUE_BYTES); i += 1) {
    const byte = bytes[i] ?? 0
    value |= BigInt(byte & 0x7f) << BigInt(7 * i)
    if (byte < 0x80) return value < 1n << 64n ? { value, length: i + 1 } : null
  }
  return null
}

const unzigzag = (value: bigint): bigint => (value >> 1n) ^ -(value & 1n)

/** The one character that begins here, with its number; of what cannot be seen, or turns text around, the number alone. */
function charOf(bytes: Uint8Array): { text: string; length: number } | null {
  const lead = bytes[0] ?? 0x80
  const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 0
  if (length === 0 || bytes.length < length) return null
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length))
    const number = `U+${(text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
    return { text: /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(text) ? `${text} ${number}` : number, length }
  } catch {
    return null
  }
}

/** The shortest text that is read as this number of 32 bits again. */
function singleText(value: number): string {
  if (Number.isFinite(value) && value !== 0) {
    for (let digits = 1; digits <= 9; digits += 1) {
      const short = Number(value.toPrecision(digits))
      if (Math.fround(short) === value) return String(short)
    }
  }
  return doubleText(value)
}

const doubleText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

/** The times that a calendar of this language reaches. */
const timeText = (millis: bigint): string | null =>
  millis < -8_640_000_000_000_000n || millis > 8_640_000_000_000_000n ? null : String(millis)
