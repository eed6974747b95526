// Bytes as lines of offset, hexadecimal and ASCII. Pure; asks for no bytes.

export const HEX_COLUMNS = 16

/** 8 digits; more where the offset needs them. */
export const hexOffset = (offset: number): string => offset.toString(16).padStart(8, '0')

/** "0a 0c 6f …", with a wider gap after the eighth byte. */
export function hexCells(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 1) {
    text += (i === 0 ? '' : i === HEX_COLUMNS / 2 ? '  ' : ' ') + (bytes[i] ?? 0).toString(16).padStart(2, '0')
  }
  return text
}

/** Printable ASCII as itself, all else as a dot. */
export function asciiCells(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'
  return text
}

/** A range of bytes, the end not included. */
export interface ByteSpan {
  readonly from: number
  readonly until: number
}

/** A line's bytes as those before a range, within it and after it; `at` is where the line begins. */
export function cutByMark(bytes: Uint8Array, at: number, mark: ByteSpan | null): readonly [Uint8Array, Uint8Array, Uint8Array] {
  if (mark === null || mark.until <= at || mark.from >= at + bytes.length) return [bytes, bytes.subarray(0, 0), bytes.subarray(0, 0)]
  const from = Math.max(0, mark.from - at)
  const until = Math.min(bytes.length, mark.until - at)
  return [bytes.subarray(0, from), bytes.subarray(from, until), bytes.subarray(until)]
}

/** The columns of text that the cells of a line's bytes begin in: the gap after the eighth is one wider. */
export const hexColumn = (byte: number): number => byte * 3 + (byte >= HEX_COLUMNS / 2 ? 1 : 0)

/** The byte of a line under a column of its hexadecimal text. */
export function byteAtColumn(column: number, bytes: number): number {
  const byte = Math.floor((column > HEX_COLUMNS * 1.5 ? column - 1 : column) / 3)
  return Math.min(Math.max(0, bytes - 1), Math.max(0, byte))
}
