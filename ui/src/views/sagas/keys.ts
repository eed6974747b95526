// The keys of the saga screens, and what their tabs and places are called.
import { keyLines, type KeyLine } from '../../base/keymap'
import { m } from '../../paraglide/messages.js'
import { SAGA_TABS, type SagaTab } from '../../state/saga-one.svelte'
import type { SagaPlace } from '../../state/sagas.svelte'

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

export const SAGA_KEYS = keyLines('sagas', m.group_sagas, {
  'sagas.search': [m.key_saga_search, '/'],
  'sagas.next-event': [m.key_saga_next_event, 'j'],
  'sagas.previous-event': [m.key_saga_previous_event, 'k'],
  'sagas.next': [m.key_saga_next, ']'],
  'sagas.previous': [m.key_saga_previous, '['],
  'sagas.follow': [m.key_saga_follow, 'f'],
  'sagas.scale': [m.key_saga_scale, 'i'],
  'sagas.record': [m.key_saga_record, 'o'],
  'sagas.close': [m.key_saga_close, 'Escape'],
})

export const tabKey = (tab: SagaTab): KeyLine => ({
  id: `sagas.${tab}`,
  scope: 'sagas',
  group: m.group_sagas,
  title: () => m.key_saga_tab({ tab: tabName(tab) }),
  keys: [String(SAGA_TABS.indexOf(tab) + 1)],
})

export const placeKey = (place: SagaPlace): KeyLine => ({
  id: `sagas.place-${place}`,
  scope: 'sagas',
  group: m.group_sagas,
  title: () => m.key_saga_place({ place: placeName(place) }),
  keys: [`Alt+${PLACES.indexOf(place) + 1}`],
})

export const SAGA_LINES: readonly KeyLine[] = [...Object.values<KeyLine>(SAGA_KEYS), ...SAGA_TABS.map(tabKey), ...PLACES.map(placeKey)]
