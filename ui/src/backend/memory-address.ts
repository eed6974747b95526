// The made-up backend as the page's address asks for it: ?records=1000000&live=200&streams=5000&fresh&fault=openView.
import { CommandFault, type Backend } from './backend'
import { memoryBackend, MEMORY_DEFAULTS } from './memory'

export function backendFromAddress(search: string): Backend {
  const asked = new URLSearchParams(search)
  const number = (name: string, otherwise: number): number => Number(asked.get(name) ?? otherwise)
  const now = asked.get('now')
  const fault = asked.get('fault')
  return memoryBackend({
    records: number('records', MEMORY_DEFAULTS.records),
    live: number('live', 0),
    historyMillis: number('history', MEMORY_DEFAULTS.historyMillis),
    idleStreams: number('streams', 0),
    fresh: asked.has('fresh'),
    ...(now === null ? {} : { now: () => Number(now) }),
    faults:
      fault === null
        ? {}
        : {
            [fault as keyof Backend]: new CommandFault(
              'failed',
              'The endpoint does not answer: connection refused (127.0.0.1:4566).',
              'Start the emulator, or open another connection.',
            ),
          },
  })
}
