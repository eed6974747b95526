// What a tab is called: by its filter and its captures, or as a view of everything.
import { m } from '../../paraglide/messages.js'
import type { Tab } from '../../state/tab.svelte'
import type { CaptureRow } from '../../state/words'

export function tabTitle({ explorer }: Tab, captures: readonly CaptureRow[]): string {
  const names = explorer.scope.map((id) => captures.find((capture) => capture.id === id)?.name ?? id)
  const filter = explorer.filter.trim()
  const where = names.length === 0 ? (filter === '' ? m.side_all_captures() : '') : names.join(', ')
  return [filter, where].filter((part) => part !== '').join(' · ')
}
