// JSON as rows for memory.ts, with the numbers' source text. The real tree is flattened in Rust.
import type { TreePage, TreeRequest, TreeRow } from './bindings'

interface Node {
  row: Omit<TreeRow, 'expanded'>
  parts: Node[]
}

export function fixtureTreePage(text: string, request: TreeRequest): TreePage {
  let node = 0
  let at = 0
  const skip = (): void => {
    while (/[\s,:]/.test(text[at] ?? '')) at += 1
  }
  const scalar = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? ''
    at += Math.max(1, found.length)
    return found
  }
  const read = (depth: number, key: string | null, index: number | null, path: string): Node => {
    skip()
    const start = at
    const first = text[at]
    const made = (kind: TreeRow['kind'], shown: string, parts: Node[], number: number): Node => ({
      row: { node: number, depth, key, index, kind, text: shown, children: parts.length, path, cut: false, start, end: at },
      parts,
    })
    const number = node
    node += 1
    if (first === '{' || first === '[') {
      const closing = first === '{' ? '}' : ']'
      const parts: Node[] = []
      at += 1
      for (skip(); text[at] !== closing && at < text.length; skip()) {
        if (first === '{') {
          const name = JSON.parse(scalar(/"(?:[^"\\]|\\.)*"/y)) as string
          parts.push(read(depth + 1, name, null, `${path}.${name}`))
        } else {
          parts.push(read(depth + 1, null, parts.length, `${path}[${parts.length}]`))
        }
      }
      at += 1
      return made(first === '{' ? 'object' : 'array', '', parts, number)
    }
    if (first === '"') return made('string', scalar(/"(?:[^"\\]|\\.)*"/y), [], number)
    const word = scalar(/[^\s,\]}]+/y)
    return made(word === 'null' ? 'null' : word === 'true' || word === 'false' ? 'boolean' : 'number', word, [], number)
  }
  const rows: TreeRow[] = []
  const list = (one: Node): void => {
    const expanded = one.parts.length > 0 && one.row.depth < request.depth !== request.toggled.includes(one.row.node)
    rows.push({ ...one.row, expanded })
    if (expanded) one.parts.forEach(list)
  }
  list(read(0, null, null, '$'))
  return { total: rows.length, rows: rows.slice(request.first, request.first + request.count), truncated: null }
}
