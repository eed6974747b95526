// Which words fit in a statement: functions, views, and the columns of the views that it names. How a word is chosen is the
// editor's affair.

export interface SqlWord {
  readonly text: string
  readonly kind: 'view' | 'column' | 'function'
  readonly note: string
}

interface Known {
  readonly views: readonly { readonly name: string; readonly columns: readonly { readonly name: string; readonly kind: string }[] }[]
  readonly functions: readonly { readonly name: string; readonly call: string }[]
}

/** Columns of the views that stand in the text; of all views where none does. After an alias and a dot, of that view. */
export function sqlWords(known: Known, text: string, before: string): readonly SqlWord[] {
  const alias = /(\w+)\.\w*$/.exec(before)?.[1]
  if (alias !== undefined) {
    const view = viewOf(alias, known.views, text)
    return view ? columnsOf([view]) : []
  }
  const named = known.views.filter((view) => new RegExp(`\\b${view.name}\\b`, 'i').test(text))
  return [
    ...columnsOf(named.length > 0 ? named : known.views),
    ...known.views.map((view): SqlWord => ({ text: view.name, kind: 'view', note: '' })),
    ...known.functions.map((one): SqlWord => ({ text: one.name, kind: 'function', note: one.call })),
  ]
}

/** `FROM records r` and `JOIN shards AS s` give views other names. */
function viewOf(alias: string, views: Known['views'], text: string): Known['views'][number] | undefined {
  const before = [...text.matchAll(new RegExp(`\\b(\\w+)\\s+(?:as\\s+)?${alias}\\b`, 'gi'))].map((found) => found[1]?.toLowerCase())
  return views.find((view) => before.includes(view.name)) ?? views.find((view) => view.name === alias.toLowerCase())
}

function columnsOf(views: Known['views']): SqlWord[] {
  const words = new Map<string, SqlWord>()
  for (const view of views)
    for (const { name, kind } of view.columns) {
      const before = words.get(name)
      if (!before) words.set(name, { text: name, kind: 'column', note: `${view.name} ${kind.toLowerCase()}`.trim() })
    }
  return [...words.values()]
}
