// What the made-up backend keeps of a person: connections, of which there is one of each choice, sorted by name. It keeps no language
// and knows of no workspace that was salvaged.
import type { Backend } from './backend'
import type { KnownConnection, Ping } from './bindings'

type Kept = Pick<Backend, 'keepConnection' | 'forgetConnection' | 'testConnection'>

const choiceOf = ({ source, region, endpoint }: KnownConnection): string => JSON.stringify([source, region, endpoint])

export function memoryKnown(tell: (ping: Ping) => void): { list: () => KnownConnection[]; commands: Kept } {
  let kept: readonly KnownConnection[] = []
  const without = (known: KnownConnection): KnownConnection[] => kept.filter((one) => choiceOf(one) !== choiceOf(known))
  const become = (list: readonly KnownConnection[]): void => {
    kept = [...list].sort((one, other) => one.name.localeCompare(other.name, 'en'))
    tell({ kind: 'connections' })
  }
  return {
    list: () => [...kept],
    commands: {
      keepConnection: async (known) => become([...without(known), known]),
      forgetConnection: async (known) => become(without(known)),
      testConnection: async () => 42,
    },
  }
}

export const memoryPerson: Pick<Backend, 'salvagedBefore' | 'openSalvaged' | 'speakLanguage'> = {
  salvagedBefore: async () => null,
  openSalvaged: async () => {},
  speakLanguage: async () => {},
}
