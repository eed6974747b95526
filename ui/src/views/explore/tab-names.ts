// What the inspector's tabs are called.
import { m } from '../../paraglide/messages.js'
import type { InspectorTab } from '../../state/inspector.svelte'

export function tabName(tab: InspectorTab): string {
  switch (tab) {
    case 'tree':
      return m.tab_tree()
    case 'text':
      return m.tab_text()
    case 'raw':
      return m.tab_raw()
    case 'hex':
      return m.tab_hex()
    case 'details':
      return m.tab_details()
    case 'diff':
      return m.tab_diff()
    case 'related':
      return m.tab_related()
  }
}
