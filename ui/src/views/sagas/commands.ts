// The saga screens' commands, as the key registry, the tooltips and the shortcut sheet know them.
import type { Command } from '../../base/keymap'
import { m } from '../../paraglide/messages.js'
import { SAGA_TABS, type SagaTab } from '../../state/saga-one.svelte'
import type { SagaDesk, SagaPlace } from '../../state/sagas.svelte'

export const PLACES: readonly SagaPlace[] = ['board', 'definitions', 'entity']

export function tabName(tab: SagaTab): string {
  switch (tab) {
    case 'timeline':
      return m.saga_tab_timeline()
    case 'sequence':
      return m.saga_tab_sequence()
    case 'graph':
      return m.saga_tab_graph()
    case 'events':
      return m.saga_tab_events()
    case 'state':
      return m.saga_tab_state()
    case 'findings':
      return m.saga_tab_findings()
    case 'compare':
      return m.saga_tab_compare()
  }
}

export function placeName(place: SagaPlace): string {
  switch (place) {
    case 'board':
      return m.sagas_place_board()
    case 'definitions':
      return m.sagas_place_definitions()
    case 'entity':
      return m.sagas_place_entity()
  }
}

interface Hands {
  readonly search: () => void
  readonly onrecord: (record: string) => void
  readonly followKey: () => void
}

export function sagaCommands(desk: SagaDesk, { search, onrecord, followKey }: Hands): Command[] {
  const { one } = desk
  const common = { scope: 'sagas', group: m.group_sagas }
  const onBoard = (): boolean => desk.place === 'board'
  const open = (): boolean => onBoard() && one.opened !== null
  return [
    { ...common, id: 'sagas.search', title: m.key_saga_search, keys: ['/'], enabled: onBoard, run: search },
    { ...common, id: 'sagas.next-event', title: m.key_saga_next_event, keys: ['j'], enabled: open, run: () => one.move(1) },
    { ...common, id: 'sagas.previous-event', title: m.key_saga_previous_event, keys: ['k'], enabled: open, run: () => one.move(-1) },
    { ...common, id: 'sagas.next', title: m.key_saga_next, keys: [']'], enabled: onBoard, run: () => void desk.step(1) },
    { ...common, id: 'sagas.previous', title: m.key_saga_previous, keys: ['['], enabled: onBoard, run: () => void desk.step(-1) },
    { ...common, id: 'sagas.follow', title: m.key_saga_follow, keys: ['f'], enabled: open, run: followKey },
    { ...common, id: 'sagas.scale', title: m.key_saga_scale, keys: ['i'], enabled: open, run: () => one.turnScale() },
    {
      ...common,
      id: 'sagas.record',
      title: m.key_saga_record,
      keys: ['o'],
      enabled: () => open() && one.chosen !== null,
      run: () => one.chosen && onrecord(one.chosen.record),
    },
    {
      ...common,
      id: 'sagas.close',
      title: m.key_saga_close,
      keys: ['Escape'],
      enabled: open,
      run: () => (one.event === null ? one.close() : (one.event = null)),
    },
    ...SAGA_TABS.map((tab, i): Command => ({
      ...common,
      id: `sagas.${tab}`,
      title: () => m.key_saga_tab({ tab: tabName(tab) }),
      keys: [String(i + 1)],
      enabled: open,
      run: () => one.show(tab),
    })),
    ...PLACES.map((place, i): Command => ({
      ...common,
      id: `sagas.place-${place}`,
      title: () => m.key_saga_place({ place: placeName(place) }),
      keys: [`Alt+${i + 1}`],
      run: () => (desk.place = place),
    })),
  ]
}
