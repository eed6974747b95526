// Two texts, line by line: what stayed, what went and what came, and within a changed line the part that differs. Pure.
// Texts too different and too long to be compared line by line are shown as all gone and all come.

export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added'
  /** The line's number in the text before and after, from 1. */
  readonly before: number | null
  readonly after: number | null
  readonly text: string
  /** What differs from the line that it stands against; null: all of it, or nothing. */
  readonly part: { readonly from: number; readonly until: number } | null
}

/** Cells of the comparison's table: 2,000 changed lines against 2,000. */
const MOST_CELLS = 4_000_000

export function lineDiff(before: string, after: string): DiffLine[] {
  const a = before.split('\n')
  const b = after.split('\n')
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1
  const lines: DiffLine[] = []
  const same = (i: number, j: number): void => {
    lines.push({ kind: 'same', before: i + 1, after: j + 1, text: a[i] ?? '', part: null })
  }
  for (let i = 0; i < head; i += 1) same(i, i)
  for (const [removed, added, i, j] of runs(a.slice(head, a.length - tail), b.slice(head, b.length - tail))) {
    if (removed.length === 0 && added.length === 0) same(head + i, head + j)
    // one by one: a call takes some ten thousand arguments and no more
    else for (const line of changed(removed, added, head + i, head + j)) lines.push(line)
  }
  for (let k = tail; k > 0; k -= 1) same(a.length - k, b.length - k)
  return lines
}

type Run = readonly [removed: readonly string[], added: readonly string[], i: number, j: number]

/** Unchanged lines, each as a run without lines, and what changed between them. */
function runs(a: readonly string[], b: readonly string[]): Run[] {
  if (a.length === 0 && b.length === 0) return []
  if (a.length * b.length > MOST_CELLS || a.length === 0 || b.length === 0) return [[a, b, 0, 0]]
  const width = b.length + 1
  const longest = new Uint16Array((a.length + 1) * width)
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const found: Run[] = []
  let [i, j, fromI, fromJ] = [0, 0, 0, 0]
  const close = (): void => {
    if (i > fromI || j > fromJ) found.push([a.slice(fromI, i), b.slice(fromJ, j), fromI, fromJ])
  }
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      close()
      found.push([[], [], i, j])
      i += 1
      j += 1
      fromI = i
      fromJ = j
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1
    else j += 1
  }
  i = a.length
  j = b.length
  close()
  return found
}

function changed(removed: readonly string[], added: readonly string[], i: number, j: number): DiffLine[] {
  return [
    ...removed.map((text, k): DiffLine => ({ kind: 'removed', before: i + k + 1, after: null, text, part: partOf(text, added[k]) })),
    ...added.map((text, k): DiffLine => ({ kind: 'added', before: null, after: j + k + 1, text, part: partOf(text, removed[k]) })),
  ]
}

function partOf(text: string, other: string | undefined): DiffLine['part'] {
  if (other === undefined) return null
  const most = Math.min(text.length, other.length)
  let from = 0
  while (from < most && text[from] === other[from]) from += 1
  let tail = 0
  while (tail < most - from && text[text.length - 1 - tail] === other[other.length - 1 - tail]) tail += 1
  // a pair of surrogates is one character: it differs as a whole, in both lines
  const splits = (line: string, at: number): boolean => /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(line.slice(Math.max(0, at - 1), at + 1))
  if (splits(text, from) || splits(other, from)) from -= 1
  if (tail > 0 && (splits(text, text.length - tail) || splits(other, other.length - tail))) tail -= 1
  return from === 0 && tail === 0 ? null : { from, until: text.length - tail }
}
