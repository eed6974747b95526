// The order of sequence numbers within a shard. They are longer than any JavaScript number, so they stay text.
import type { SequenceNumber } from './brands'

/** Negative when `a` comes first; leading zeros carry no weight. */
export function compareSequenceNumbers(a: SequenceNumber, b: SequenceNumber): number {
  const left = significant(a)
  const right = significant(b)
  if (left.length !== right.length) return left.length - right.length
  return left < right ? -1 : left > right ? 1 : 0
}

function significant(text: string): string {
  return text.replace(/^0+(?=\d)/, '')
}
