// What a plain browser does itself or leaves, and times as the made-up program reads them: minutes until now, and two ISO times.
import type { Backend } from './backend'

type Commands = Pick<Backend, 'salvageWorkspace' | 'zoomWindow' | 'useLocalTime' | 'readTimeRange'>

export function memoryWindow(now: () => number, records: () => number): Commands {
  return {
    salvageWorkspace: async () => ({ path: '/tmp/fixture-salvaged.kscope', records: records(), lostRecords: 0, gaps: 0 }),
    // a browser has its own keys for it
    zoomWindow: async () => {},
    // the made-up filter knows no times
    useLocalTime: async () => {},
    readTimeRange: async (text) => {
      const minutes = /^now-(\d+)m$/.exec(text.trim())?.[1]
      if (minutes !== undefined) return { from: now() - Number(minutes) * 60_000, until: now() }
      const [from, until] = text.split('..').map((end) => Date.parse(end))
      return from !== undefined && until !== undefined && from < until ? { from, until } : null
    },
  }
}
