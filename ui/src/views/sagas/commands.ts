// The saga screens' commands, as the key registry, the tooltips and the shortcut sheet know them.
import type { Command } from '../../base/keymap'
import { SAGA_TABS } from '../../state/saga-one.svelte'
import type { SagaDesk } from '../../state/sagas.svelte'
import { placeKey, PLACES, SAGA_KEYS, tabKey } from './keys'

interface Hands {
  readonly search: () => void
  readonly onrecord: (record: string) => void
  readonly followKey: () => void
}

export function sagaCommands(desk: SagaDesk, { search, onrecord, followKey }: Hands): Command[] {
  const { one } = desk
  const onBoard = (): boolean => desk.place === 'board'
  const open = (): boolean => onBoard() && one.opened !== null
  return [
    { ...SAGA_KEYS['sagas.search'], enabled: onBoard, run: search },
    { ...SAGA_KEYS['sagas.next-event'], enabled: open, run: () => one.move(1) },
    { ...SAGA_KEYS['sagas.previous-event'], enabled: open, run: () => one.move(-1) },
    { ...SAGA_KEYS['sagas.next'], enabled: onBoard, run: () => void desk.step(1) },
    { ...SAGA_KEYS['sagas.previous'], enabled: onBoard, run: () => void desk.step(-1) },
    { ...SAGA_KEYS['sagas.follow'], enabled: open, run: followKey },
    { ...SAGA_KEYS['sagas.scale'], enabled: open, run: () => one.turnScale() },
    {
      ...SAGA_KEYS['sagas.record'],
      enabled: () => open() && one.chosen !== null,
      run: () => one.chosen && onrecord(one.chosen.record),
    },
    {
      ...SAGA_KEYS['sagas.close'],
      enabled: open,
      run: () => (one.event === null ? one.close() : (one.event = null)),
    },
    ...SAGA_TABS.map((tab): Command => ({ ...tabKey(tab), enabled: open, run: () => one.show(tab) })),
    ...PLACES.map((place): Command => ({ ...placeKey(place), run: () => (desk.place = place) })),
  ]
}
