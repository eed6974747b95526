// The made-up backend as the page's address asks for it: ?records=1000000&live=200&streams=5000&fresh&layers=logs&fault=openView&locale=nl,
// ?scanStep=200 for a slow filter, ?gap for a stretch that was not captured,
// for writing ?targets&jobs&refused&writesFault=planReplay, and for sagas ?sagas=few|100000&slow&every=2&sagasFault=openSagas.
import { CommandFault, type Backend } from './backend'
import { memoryBackend, MEMORY_DEFAULTS, type MemoryOptions } from './memory'
import { TARGET_STREAMS } from './memory-writes'

const LAYERS = ['plain', 'logs', 'change', 'broken'] as const

export function backendFromAddress(search: string): Backend {
  const asked = new URLSearchParams(search)
  const number = (name: string, otherwise: number): number => Number(asked.get(name) ?? otherwise)
  const now = asked.get('now')
  return memoryBackend({
    records: number('records', MEMORY_DEFAULTS.records),
    live: number('live', 0),
    historyMillis: number('history', MEMORY_DEFAULTS.historyMillis),
    idleStreams: number('streams', 0),
    fresh: asked.has('fresh'),
    locale: asked.get('locale') ?? MEMORY_DEFAULTS.locale,
    ...(asked.has('targets') ? { targets: TARGET_STREAMS } : {}),
    writes: { seeded: asked.has('jobs'), dialog: asked.has('refused') ? 'no' : 'yes', faults: failing(asked.get('writesFault')) },
    ...(now === null ? {} : { now: () => Number(now) }),
    sagas: sagasFrom(asked),
    faults: failing(asked.get('fault')),
    gap: asked.has('gap') ? 'trimmed' : null,
    scanStep: asked.has('scanStep') ? number('scanStep', 1) : null,
    layers: LAYERS.find((one) => one === asked.get('layers')) ?? MEMORY_DEFAULTS.layers,
  })
}

function sagasFrom(asked: URLSearchParams): MemoryOptions['sagas'] {
  const sagas = asked.get('sagas')
  if (sagas === null) return null
  const every = asked.get('every')
  return {
    count: sagas === 'few' ? null : Number(sagas),
    slow: asked.has('slow'),
    searchSteps: Number(asked.get('searchSteps') ?? 1),
    everySeconds: every === null ? null : Number(every),
    faults: failing(asked.get('sagasFault')),
  }
}

/** One command that fails, where the address names one. */
function failing(command: string | null): Record<string, CommandFault> {
  if (command === null) return {}
  const message = 'The endpoint does not answer: connection refused (127.0.0.1:4566).'
  return { [command]: new CommandFault('failed', message, 'Start the emulator, or open another connection.') }
}
