// The program's answers made up in memory: for component tests and for the page in a plain browser.
// It reads no file, opens no connection, and is left out of release builds.
import { span, type TimeSpan } from '../base/time-scale'
import { CommandFault, type Backend, type BucketAnswer } from './backend'
import type {
  CaptureRow,
  CaptureState,
  Connection,
  ConnectionChoices,
  DemoStatus,
  GapReason,
  NewCapture,
  Ping,
  RecordPage,
  RecordRow,
  Shard,
  ShardProgress,
  ViewStatus,
} from './bindings'
import { FixtureRecords, idleNames, mixed } from './fixture'
import { captureRow, madeUpProgress } from './fixture-captures'
import { checkedFixtureFilter, fixtureCompletion, fixtureNarrowed, fixtureTest, fixtureToggled } from './fixture-filter'
import { earlierIndex, madeUpContent, madeUpDetails, madeUpEvent, madeUpText, type MadeUpLayers } from './fixture-layers'
import { answerGaps, arnOf, CHOICES, DEMO, madeUpCopy, madeUpCoverage, madeUpGaps, METER, READ_MARGIN_MILLIS } from './fixture-places'
import { fixtureTreePage } from './fixture-tree'
import { memoryAsking } from './memory-asking'
import { fixtureCell, memoryColumns } from './memory-columns'
import { madeUpCalls } from './memory-calls'
import { memoryKnown, memoryPerson } from './memory-known'
import { memoryExports } from './memory-exports'
import { memoryDecoding } from './memory-decoding'
import { memoryMasks } from './memory-masks'
import type { InspectorWindow } from './inspector-window'
import { memoryRelating } from './memory-relating'
import { isMadeUpCopy } from './memory-replay'
import { memoryStreams } from './memory-streams'
import { memorySagas, type SagasOptions } from './memory-sagas'
import { memoryWindow } from './memory-window'
import { memoryWrites, type WritesOptions } from './memory-writes'

export interface MemoryOptions {
  records: number
  /** Records a second that go on arriving. */
  live: number
  historyMillis: number
  /** Streams that nothing is written to, beside those of the records. */
  idleStreams: number
  now: () => number
  locale: string
  /** No connection and no capture: the first run. */
  fresh: boolean
  link: string | null
  /** Commands that fail, by name. */
  faults: Partial<Record<keyof Backend, CommandFault>>
  /** Streams that records can be written to. */
  targets: readonly string[]
  writes: Partial<WritesOptions>
  /** Null: there are no sagas, as in a program that does not serve them. */
  sagas: Partial<SagasOptions> | null
  /** Null: the inspector has no window of its own, as in a plain browser. */
  inspectorWindow: InspectorWindow | null
  /** Why the part in the middle was not captured; null: nobody says. */
  gap: GapReason | null
  /** How many records a filter looks at each time that somebody asks; null: all at once. */
  scanStep: number | null
  /** What every record is made of. */
  layers: MadeUpLayers
}

export const MEMORY_DEFAULTS: MemoryOptions = {
  records: 20_000,
  live: 0,
  historyMillis: 3_600_000,
  idleStreams: 0,
  now: Date.now,
  locale: 'en-US',
  fresh: false,
  link: null,
  faults: {},
  targets: [],
  writes: {},
  sagas: null,
  inspectorWindow: null,
  gap: null,
  scanStep: null,
  layers: 'plain',
}

interface OpenView {
  readonly test: ReturnType<typeof fixtureTest>
  /** Indexes of the records that match; null where all do. */
  matches: number[] | null
  scanned: number
}

/** A backend whose records come from the fixture. */
export function memoryBackend(wanted: Partial<MemoryOptions> = {}): Backend & { grow(count: number): void; close(): void } {
  const options = { ...MEMORY_DEFAULTS, ...wanted }
  const begun = options.now()
  const records = new FixtureRecords(options.records + 4096)
  if (!options.fresh) records.fill(options.records, begun - options.historyMillis, begun)
  const captures: CaptureRow[] =
    options.fresh || options.records === 0
      ? []
      : [captureRow(records, options.live, '1', 'demo', ['order-commands', 'order-events', 'user-events'], begun - options.historyMillis)]
  const open: Connection[] = options.fresh ? [] : [DEMO]
  const views = new Map<number, OpenView>()
  const hearers: ((ping: Ping) => void)[] = []
  const slots = new Map<string, number>()
  let nextView = 1
  let eventsPerSecond = options.live || 20
  const tell = (ping: Ping): void => hearers.forEach((hear) => hear(ping))
  const known = memoryKnown(tell)
  const running = (): boolean => captures.some((capture) => capture.state === 'running')

  function grow(count: number): void {
    const from = Math.max(records.arrivals[records.length - 1] ?? 0, options.now() - 200)
    const until = Math.max(from + 1, options.now())
    for (let i = 0; i < count; i += 1) records.append(Math.floor(from + ((until - from) * (i + 1)) / count))
    tell({ kind: 'grew', revision: records.length, records: records.length, lagMillis: 412 })
    if (options.sagas) tell({ kind: 'sagas', definitions: 0 })
  }

  const timer =
    options.live > 0
      ? setInterval(() => {
          if (running()) grow(Math.max(1, Math.round(eventsPerSecond / 10)))
        }, 100)
      : null

  function setState(id: string, state: CaptureState): void {
    const capture = captures.find((row) => row.id === id)
    if (!capture) throw new CommandFault('gone', 'This capture is not there any more.', null)
    capture.state = state
    tell({ kind: 'captures' })
  }

  /** `asked`: how it stands is asked, which takes it further. */
  function caughtUp(id: number, asked = false): OpenView {
    const view = views.get(id)
    if (!view) throw new CommandFault('gone', 'This view is closed.', null)
    if (view.matches !== null && view.test !== null) {
      const until = options.scanStep === null ? records.length : Math.min(records.length, view.scanned + (asked ? options.scanStep : 0))
      for (; view.scanned < until; view.scanned += 1) if (view.test(records, view.scanned)) view.matches.push(view.scanned)
    }
    return view
  }

  const lengthOf = (view: OpenView): number => (view.matches ? view.matches.length : records.length)
  const indexAt = (view: OpenView, row: number): number => (view.matches ? (view.matches[row] ?? 0) : row)

  function rowAt(view: OpenView, time: number): number {
    const index = records.rowAt(time)
    if (!view.matches) return index
    const found = view.matches.findIndex((match) => match >= index)
    return found === -1 ? view.matches.length : found
  }

  function status(id: number): ViewStatus {
    const view = caughtUp(id, true)
    const matched = lengthOf(view)
    const scanned = view.matches ? view.scanned : records.length
    return {
      view: id,
      revision: records.length + scanned,
      matched,
      scanned,
      total: records.length,
      inPart: 0,
      complete: scanned === records.length,
      from: matched === 0 ? null : (records.arrivals[indexAt(view, 0)] ?? null),
      until: matched === 0 ? null : (records.arrivals[indexAt(view, matched - 1)] ?? null),
      lanes: records.length === 0 ? [] : records.lanes.map((lane) => ({ ...lane })),
      scanMillis: view.matches ? 42 : 0,
    }
  }

  function buckets(id: number, from: number, until: number, count: number): BucketAnswer {
    const view = caughtUp(id)
    const out = new Uint32Array(records.lanes.length * count)
    const width = (until - from) / count
    for (let row = rowAt(view, from); row < lengthOf(view); row += 1) {
      const index = indexAt(view, row)
      const arrival = records.arrivals[index] ?? 0
      if (arrival >= until) break
      const cell = (records.laneOf[index] ?? 0) * count + Math.floor((arrival - from) / width)
      out[cell] = (out[cell] ?? 0) + 1
    }
    return { lanes: records.lanes.map((lane) => lane.lane), counts: out }
  }

  function page(id: number, first: number, count: number, paths: readonly string[]): RecordPage {
    const view = caughtUp(id)
    const total = lengthOf(view)
    const places = Array.from({ length: Math.max(0, Math.min(count, total - first)) }, (_, i) => indexAt(view, first + i))
    const cells = places.map((index) => paths.map((path) => fixtureCell(records.payload(index), path)))
    return { revision: records.length, first, total, rows: places.map(row), cells }
  }

  const read = (): TimeSpan => span(begun - options.historyMillis, Math.max(begun, options.now()) - READ_MARGIN_MILLIS)
  const row = (index: number): RecordRow =>
    Object.assign(records.row(index), { replayed: options.writes.seeded === true && isMadeUpCopy(index) })
  const progress = (): ShardProgress[] => madeUpProgress(records.lanes, running(), eventsPerSecond)

  const demo = (): DemoStatus => ({
    connection: 'demo',
    endpoint: DEMO.endpoint,
    eventsWritten: records.length,
    eventsPerSecond,
    measuredPerSecond: eventsPerSecond,
    failure: null,
    sagas: (['happy', 'paymentFailed', 'stuck'] as const).map((kind, i) => ({ kind, started: mixed(i) % 90 })),
  })
  const writing = memoryWrites({ records, now: options.now, moved: () => tell({ kind: 'writes' }) }, options.writes)
  const decoding = memoryDecoding()
  const backend: Backend = {
    asking: memoryAsking(records),
    columns: memoryColumns(records, arnOf),
    decoding,
    masks: memoryMasks(() => true),
    relating: memoryRelating({
      records,
      row,
      content: (index, event) => madeUpContent(records, index, event, options.layers, 'content'),
      within: (id, from, until) => {
        const view = caughtUp(id)
        return Array.from({ length: Math.max(0, rowAt(view, until) - rowAt(view, from)) }, (_, i) => indexAt(view, rowAt(view, from) + i))
      },
    }),
    ...(options.inspectorWindow ? { inspectorWindow: options.inspectorWindow } : {}),
    publishing: writing.writes,
    replays: writing.writes,
    exports: memoryExports(() => records.length),
    ...(options.sagas ? { sagas: memorySagas({ records, now: options.now, historyMillis: options.historyMillis }, options.sagas) } : {}),
    appInfo: async () => ({
      version: '0.1.0',
      locale: options.locale,
      workspacePath: '/tmp/fixture.kscope',
      sqliteVersion: '3.54.1',
      demo: !options.fresh,
      link: options.link,
    }),
    ...memoryPerson,
    subscribe: async (hear) => void hearers.push(hear),
    searchText: async () => ({ records: records.length, total: records.length, sizeBytes: records.length * 90 }),
    demoStatus: async () => (open.some((one) => one.source.kind === 'demo') ? demo() : null),
    setDemoRate: async (perSecond) => {
      eventsPerSecond = perSecond
      return demo()
    },
    listConnections: async (): Promise<ConnectionChoices> => ({ ...CHOICES, known: known.list(), open: [...open] }),
    ...known.commands,
    openConnection: async (request) => {
      if (request.source.kind !== 'demo')
        throw new CommandFault('failed', `Nothing answers at ${request.endpoint ?? 'the endpoint'}.`, 'Start the emulator, then try again.')
      if (!open.includes(DEMO)) open.push(DEMO)
      tell({ kind: 'connections' })
      return DEMO
    },
    probeConnection: async () => DEMO,
    withdrawTrust: async () => tell({ kind: 'connections' }),
    closeConnection: async (id) => {
      for (const capture of captures.filter((one) => one.connectionId === id && one.state === 'running')) capture.state = 'stopped'
      tell({ kind: 'captures' })
      open.splice(0, open.length, ...open.filter((one) => one.id !== id))
      tell({ kind: 'connections' })
    },
    ...memoryStreams(
      () => [...new Set(records.lanes.map((lane) => lane.stream)), ...options.targets, ...idleNames(options.idleStreams)],
      begun - 86_400_000,
    ),
    connectionMeter: async () => METER,
    connectionCalls: async (_connection, after) => madeUpCalls(options.now() - begun, begun, after),
    streamShards: async (_connection, stream) =>
      records.lanes
        .filter((lane) => lane.stream === stream)
        .map((lane, i, all): Shard => ({
          id: lane.shard,
          short: lane.short,
          open: true,
          parent: lane.parents[0] ?? null,
          adjacentParent: null,
          hashKeyStart: String(i),
          hashKeyEnd: String(i + 1),
          hashShareStart: i / all.length,
          hashShareEnd: (i + 1) / all.length,
          sequenceStart: '4965960001234567890123456789012345678901',
          sequenceEnd: null,
        })),
    streamConsumers: async () => [],
    streamTags: async () => [{ key: 'team', value: 'orders' }],
    shardOfKey: async (_connection, _stream, key) => ({
      hashKey: String(mixed(key.length)),
      hashShare: mixed(key.length) / 2 ** 32,
      shard: 'shardId-000000000002',
    }),
    listCaptures: async () =>
      captures.map((capture) => ({
        ...capture,
        gaps: madeUpGaps(records.lanes, read(), options.gap).length,
        records: records.length,
        recordsPerSecond: capture.state === 'running' ? eventsPerSecond : 0,
        lagMillis: capture.state === 'running' ? 412 : null,
        connectionId: capture.state === 'stopped' ? null : capture.connectionId,
      })),
    startCapture: async (capture: NewCapture) => {
      const row = captureRow(
        records,
        options.live,
        String(captures.length + 1),
        capture.name ?? capture.streams.map((stream) => stream.stream).join(', '),
        capture.streams.map((stream) => stream.stream),
        options.now(),
      )
      captures.push(row)
      tell({ kind: 'captures' })
      return row
    },
    pauseCapture: async (id) => setState(id, 'paused'),
    resumeCapture: async (id) => setState(id, 'running'),
    stopCapture: async (id) => setState(id, 'stopped'),
    renameCapture: async (id, name) => {
      const row = captures.find((one) => one.id === id)
      if (row) row.name = name
      tell({ kind: 'captures' })
    },
    deleteCapture: async (id) => {
      captures.splice(0, captures.length, ...captures.filter((one) => one.id !== id))
      tell({ kind: 'captures' })
    },
    importCapture: async () => null,
    exportCapture: async () => ({ path: '/home/ada/order-flow.ferro.ndjson', records: records.length }),
    captureStatus: async (id) => {
      const capture = captures.find((one) => one.id === id)
      if (!capture) throw new CommandFault('gone', 'This capture is not there any more.', null)
      return { capture, shards: progress(), gaps: madeUpGaps(records.lanes, read(), options.gap), covered: true }
    },
    ...memoryWindow(options.now, () => records.length),
    checkFilter: async (text) => checkedFixtureFilter(text),
    completeFilter: async (_captures, text, cursor) => fixtureCompletion(text, cursor),
    narrowFilter: async (text, record, _event, field, exclude) => fixtureNarrowed(text, records.row(Number(record) - 1), field, exclude),
    toggleFilter: async (text, conditions) => fixtureToggled(text, conditions),
    openView: async (slot, _captures, filter) => {
      const check = checkedFixtureFilter(filter)
      if (check.fault) throw new CommandFault('invalid', check.fault.message, null)
      const test = fixtureTest(filter)
      views.delete(slots.get(slot) ?? -1)
      slots.set(slot, nextView)
      views.set(nextView, { test, matches: test ? [] : null, scanned: 0 })
      nextView += 1
      return status(nextView - 1)
    },
    closeView: async (id) => void views.delete(id),
    viewStatus: async (id) => status(id),
    viewPage: async (id, first, count, paths) => page(id, first, count, paths),
    viewBuckets: async (id, from, until, count) => buckets(id, from, until, count),
    viewRowAt: async (id, time) => rowAt(caughtUp(id), time),
    viewRowOf: async (id, record) => {
      const view = caughtUp(id)
      const index = Number(record) - 1
      const row = view.matches ? view.matches.indexOf(index) : index
      return row < 0 || row >= lengthOf(view) ? null : row
    },
    viewCoverage: async () => madeUpCoverage(records.lanes, read(), running()),
    viewGaps: async () => answerGaps(madeUpGaps(records.lanes, read(), options.gap)),
    openRecord: async (id) => {
      const details = madeUpDetails(records, Number(id) - 1, options.layers)
      const { pinned } = await decoding.streamDecoding(details.streamArn)
      return { row: row(Number(id) - 1), ...details, layers: { ...details.layers, pinned } }
    },
    earlierRecord: async (id, likeness) => {
      const found = earlierIndex(records, Number(id) - 1, likeness)
      return found === null ? null : row(found)
    },
    recordEvent: async (id, event) => madeUpEvent(records, Number(id) - 1, event, options.layers),
    recordTree: async (id, event, request) =>
      fixtureTreePage(madeUpContent(records, Number(id) - 1, event, options.layers, 'content'), request),
    recordText: async (id, event, part) => ({ text: madeUpText(records, Number(id) - 1, event, options.layers, part), truncated: null }),
    recordCopy: async (id, form) => madeUpCopy(records.payload(Number(id) - 1), form),
    recordRaw: async (id) => ({ text: records.payload(Number(id) - 1), truncated: null }),
    recordBytes: async (id, event, first, count) => {
      const index = Number(id) - 1
      const text = event === null ? records.payload(index) : madeUpContent(records, index, event, options.layers, 'content')
      return new TextEncoder().encode(text).slice(first, first + count)
    },
  }
  for (const name of Object.keys(options.faults) as (keyof Backend)[]) {
    const fault = options.faults[name]
    if (fault) Object.assign(backend, { [name]: () => Promise.reject(fault) })
  }
  return {
    ...backend,
    grow,
    close: () => {
      writing.stop()
      if (timer !== null) clearInterval(timer)
    },
  }
}
