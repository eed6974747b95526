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
