// What the window may ask about sagas: definitions, boards of sagas, one saga, and what needs no definition. Types and
// signatures only, until the program serves these commands; the generated bindings then take the types' place and this
// file shrinks to `Sagas`. Every text that comes from a payload, event types and keys included, is safe to show.

// ---- definitions: files *.saga.yaml in a folder, and those that ship with the program

export type DefinitionProblem = { line: number | null; column: number | null; message: string; hint: string | null }

export type DefinitionRow = {
  name: string
  file: string | null
  shipped: boolean
  problems: DefinitionProblem[]
  version: number | null
  streams: string[]
  steps: number
}

export type SagaDefinitions = { folder: string; definitions: DefinitionRow[] }

/** What the captures hold, for completion: event types, and paths with the share of records that have them. */
export type SagaWords = { types: { type: string; count: number }[]; paths: { path: string; share: number }[] }

export type LearnedDefinition = { text: string; notes: string[] }

// ---- a board: one definition over captures, in a slot as views are

export type SagaSubject = { kind: 'saved'; name: string } | { kind: 'text'; text: string }

export type SagaStatus =
  | 'running'
  | 'completed'
  | 'completedWithFindings'
  | 'failed'
  | 'compensating'
  | 'compensated'
  | 'partiallyCompensated'
  | 'compensationFailed'

export type SagaFlags = { overdue: boolean; stuck: boolean; late: boolean; orphan: boolean; unknown: boolean }
export type SagaFlag = keyof SagaFlags

/** Up to when a stream was captured without a gap: "it did not happen" needs that. */
export type SagaCoverage = { stream: string; until: number | null; complete: boolean }

export type SagaBoard = {
  id: number
  revision: number
  complete: boolean
  scanned: number
  total: number
  events: number
  sagas: number
  byStatus: { status: SagaStatus; count: number }[]
  flags: Record<SagaFlag, number>
  /** Of those that have ended. */
  p50Millis: number | null
  p95Millis: number | null
  p99Millis: number | null
  coverage: SagaCoverage[]
  notes: string[]
  /** Without steps there are no verdicts: only what belongs together. */
  hasSteps: boolean
}

export type SagaSort = 'started' | 'duration' | 'events' | 'findings' | 'status' | 'key'

export type SagaQuery = {
  search: string
  status: SagaStatus[]
  flags: SagaFlag[]
  /** Codes of findings: any of them. */
  findings: string[]
  variant: string | null
  startedFrom: number | null
  startedUntil: number | null
  sort: SagaSort
  descending: boolean
}

export type StepState = 'notReached' | 'pending' | 'overdue' | 'done' | 'failed' | 'held' | 'undone' | 'undoFailed' | 'skipped'

export type SagaRow = {
  key: string
  /** Which use of the key, from 0. */
  life: number
  type: string
  status: SagaStatus
  flags: SagaFlags
  waitingFor: string | null
  startedAt: number
  durationMillis: number
  ended: boolean
  events: number
  streams: string[]
  findings: number
  steps: StepState[]
}

export type SagaPage = { revision: number; total: number; rows: SagaRow[] }
export type SagaVariant = {
  id: string
  path: string[]
  count: number
  share: number
  p50Millis: number
  p95Millis: number
  p99Millis: number
}
export type SagaPoint = { key: string; life: number; startedAt: number; durationMillis: number; status: SagaStatus }
/** At most 5,000 points: where there are more sagas they are an even sample. */
export type SagaScatter = { points: SagaPoint[]; total: number; sampled: boolean }

// ---- one saga

export type SagaName = { key: string; life: number }

export type SagaRole =
  'start' | 'request' | 'success' | 'failure' | 'undoRequest' | 'undoSuccess' | 'undoFailure' | 'abort' | 'completed' | 'failed' | 'other'

export type SagaEvent = {
  /** Its place in the saga's list of events. */
  index: number
  record: string
  type: string
  source: string
  stream: string
  shard: string
  sequence: string
  sub: number
  /** In the definition's clock. */
  at: number
  arrival: number
  step: string | null
  role: SagaRole
  /** False for repetitions, which change nothing. */
  effective: boolean
  replayed: boolean
  /** Why it belongs to the saga: "$.sagaId", or an alias. */
  linked: string
}

export type SagaUndo = { state: StepState; requestedAt: number | null; answeredAt: number | null; dueAt: number | null }
export type SagaStep = {
  id: string
  state: StepState
  optional: boolean
  requestedAt: number | null
  answeredAt: number | null
  dueAt: number | null
  undo: SagaUndo | null
  events: number[]
}

export type SagaObligation = {
  step: string | null
  awaited: 'request' | 'answer' | 'undo' | 'outcome'
  types: string[]
  openedAt: number
  dueAt: number | null
  overdue: boolean
  optional: boolean
}

export type SagaFinding = {
  kind: string
  severity: 'note' | 'warning' | 'error'
  confidence: 'certain' | 'likely' | 'unordered' | null
  text: string
  events: number[]
}

export type SagaMessageKind = 'command' | 'event' | 'failure' | 'undo'
export type SagaSequence = { lifelines: string[]; messages: { from: number; to: number; event: number; kind: SagaMessageKind }[] }
export type SagaGraphNode = { id: string; label: string; state: StepState; column: number; row: number; undoOf: string | null }
export type SagaGraph = { nodes: SagaGraphNode[]; edges: { from: string; to: string; kind: 'after' | 'undo' }[] }

export type SagaDetail = {
  row: SagaRow
  /** The status as a sentence. */
  sentence: string
  aliases: { name: string; value: string }[]
  unknowns: string[]
  startCaptured: boolean
  events: SagaEvent[]
  steps: SagaStep[]
  obligations: SagaObligation[]
  findings: SagaFinding[]
  sequence: SagaSequence
  graph: SagaGraph
}

export type StateChange = { path: string; before: string | null; after: string | null }
export type SagaStateStep = { event: number; changes: StateChange[] }
/** Two sagas side by side by what happened; null where it happened in one only. Times are since the start. */
export type SagaComparison = {
  label: string
  rows: { mark: string; a: number | null; b: number | null; aMillis: number | null; bMillis: number | null }[]
}

export type SagaExportFormat = 'json' | 'mermaid' | 'html'
export type SentTraces = { sent: number; refused: number; message: string | null }

// ---- without a definition

export type UnansweredCommand = {
  record: string
  type: string
  key: string
  life: number
  at: number
  dueAt: number
  stream: string
  /** False: the stream of its answer is not captured up to the deadline. */
  known: boolean
}
export type UnansweredPage = { total: number; rows: UnansweredCommand[] }

export type ReducerHow = 'replace' | 'merge' | 'append' | 'remove'
export type Reducer = { type: string; how: ReducerHow; path: string | null }
export type FoldedEvent = { record: string; type: string; at: number; changes: StateChange[]; state: string }
export type FoldedState = { events: FoldedEvent[] }

/** Every `kind` of finding that a board can hold, as the program writes it. */
export const FINDING_KINDS = [
  'stuck',
  'step-timed-out',
  'late-step',
  'saga-timed-out',
  'missing-step',
  'undo-after-pivot',
  'partially-compensated',
  'compensation-failed',
  'wrong-order-compensation',
  'premature-undo',
  'phantom-undo',
  'unexplained-undo',
  'zombie-step',
  'redelivery',
  'conflicting-duplicate',
  'logical-duplicate',
  'producer-retry',
  'replay',
  'out-of-order',
  'orphan',
  'start-not-captured',
  'ordering-hazard',
  'conflicting-outcomes',
  'too-many-events',
] as const

export interface Sagas {
  sagaDefinitions(): Promise<SagaDefinitions>
  /** Asks in a native dialog; null where it was left. */
  chooseSagaFolder(): Promise<string | null>
  readSagaDefinition(name: string): Promise<string>
  checkSagaDefinition(text: string): Promise<DefinitionProblem[]>
  saveSagaDefinition(name: string, text: string): Promise<DefinitionRow>
  sagaWords(captures: string[]): Promise<SagaWords>
  learnSagaDefinition(captures: string[]): Promise<LearnedDefinition>

  openSagas(slot: string, subject: SagaSubject, captures: string[]): Promise<SagaBoard>
  /** Takes in what was captured since. */
  sagaBoard(board: number): Promise<SagaBoard>
  closeSagas(board: number): Promise<void>
  sagaRows(board: number, query: SagaQuery, first: number, count: number): Promise<SagaPage>
  sagaVariants(board: number): Promise<SagaVariant[]>
  sagaScatter(board: number, query: SagaQuery): Promise<SagaScatter>
  sendSagaTraces(board: number, query: SagaQuery, endpoint: string): Promise<SentTraces>

  openSaga(board: number, key: string, life: number): Promise<SagaDetail>
  sagaState(board: number, key: string, life: number): Promise<SagaStateStep[]>
  /** `b` null: the usual path. */
  compareSagas(board: number, a: SagaName, b: SagaName | null): Promise<SagaComparison>
  /** Into a file that a native dialog asks for; null where it was left. */
  exportSaga(board: number, key: string, life: number, format: SagaExportFormat): Promise<string | null>

  /** One saga: every event that carries the value that the record has at the path. */
  followValue(slot: string, record: string, path: string, captures: string[]): Promise<SagaBoard>
  unansweredCommands(board: number, first: number, count: number): Promise<UnansweredPage>
  foldState(captures: string[], keyPath: string, key: string, reducers: Reducer[]): Promise<FoldedState>
}
