// What can be done with a column of the record table: the menu of its head, and what its keys do.
import ArrowLeft from '@lucide/svelte/icons/arrow-left'
import ArrowRight from '@lucide/svelte/icons/arrow-right'
import ColumnsIcon from '@lucide/svelte/icons/columns-3'
import Pin from '@lucide/svelte/icons/pin'
import PinOff from '@lucide/svelte/icons/pin-off'
import Undo from '@lucide/svelte/icons/undo-2'
import X from '@lucide/svelte/icons/x'
import { canMove, isPath, moved, pinToggled, resized, without } from '../../base/column-choices'
import { count } from '../../base/formats'
import { m } from '../../paraglide/messages.js'
import type { Columns } from '../../state/columns.svelte'
import type { Settings } from '../../state/settings.svelte'
import type { ColumnHands } from '../../widgets/GridHead.svelte'
import type { MenuEntry } from '../../widgets/menu'

export function columnHands(columns: Columns, onchoose: () => void, settings?: Settings): ColumnHands {
  return {
    menu: (id) => [...(id === 'time' && settings ? timeEntries(settings) : []), ...columnEntries(columns, id, onchoose)],
    onresize: (id, widthPx) => columns.change((choices) => resized(choices, id, widthPx)),
    onmove: (id, by) => columns.change((choices) => moved(choices, id, by)),
    told: (title, widthPx) => m.column_width({ title, px: count(Math.round(widthPx)) }),
    hint: m.column_hint(),
  }
}

/** Arrival or the event's own time, once it is known where some stream's events say theirs. */
function timeEntries(settings: Settings): MenuEntry[] {
  if (Object.keys(settings.eventTimePaths).length === 0) return []
  const entry = (id: string, label: string, byEventTime: boolean): MenuEntry => ({
    id,
    label,
    checked: settings.byEventTime === byEventTime,
    testid: `column-${id}`,
    run: () => settings.set('byEventTime', byEventTime),
  })
  return [entry('by-arrival', m.time_by_arrival(), false), entry('by-event', m.time_by_event(), true)]
}

function columnEntries(columns: Columns, id: string, onchoose: () => void): MenuEntry[] {
  const choice = columns.all.find((one) => one.id === id)
  if (!choice) return [chooseEntry(onchoose)]
  const { pinned, widthPx } = choice
  const move = (by: number, label: string, icon: MenuEntry['icon']): MenuEntry[] =>
    canMove(columns.all, id, by)
      ? [
          {
            id: `move ${by}`,
            label,
            ...(icon ? { icon } : {}),
            testid: `column-move-${by < 0 ? 'left' : 'right'}`,
            run: () => columns.change((choices) => moved(choices, id, by)),
          },
        ]
      : []
  return [
    {
      id: 'pin',
      label: pinned ? m.column_unpin() : m.column_pin(),
      icon: pinned ? PinOff : Pin,
      testid: 'column-pin',
      run: () => columns.change((choices) => pinToggled(choices, id)),
    },
    ...move(-1, m.column_left(), ArrowLeft),
    ...move(1, m.column_right(), ArrowRight),
    ...(widthPx === null
      ? []
      : [{ id: 'width', label: m.column_own_width(), icon: Undo, run: () => columns.change((choices) => resized(choices, id, null)) }]),
    {
      id: 'hide',
      label: isPath(id) ? m.column_remove() : m.column_hide(),
      icon: X,
      testid: 'column-hide',
      run: () => columns.change((choices) => without(choices, id)),
    },
    { ...chooseEntry(onchoose), separated: true },
  ]
}

const chooseEntry = (run: () => void): MenuEntry => ({
  id: 'choose',
  label: m.columns_choose(),
  icon: ColumnsIcon,
  testid: 'columns-choose',
  run,
})
