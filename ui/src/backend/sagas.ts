// What the window may ask about sagas: definitions, boards of sagas, one saga, and what needs no definition. The types are
// the generated ones. Every text that comes from a payload, event types and keys included, is safe to show.
import type {
  DefinitionProblem,
  DefinitionRow,
  FoldedState,
  LearnedDefinition,
  Reducer,
  SagaAlias,
  SagaBoard,
  SagaComparison,
  SagaDefinitions,
  SagaDetail,
  SagaExportFormat,
  SagaIdPlace,
  SagaName,
  SagaPage,
  SagaQuery,
  SagaScatter,
  SagaStateStep,
  SagaSubject,
  SagaVariant,
  SagaWords,
  SentTraces,
  UnansweredPage,
} from './bindings'

export type {
  DefinitionProblem,
  DefinitionRow,
  FoldedEvent,
  FoldedState,
  LearnedDefinition,
  LearnedNote,
  Reducer,
  ReducerHow,
  SagaAlias,
  SagaBoard,
  SagaComparison,
  SagaComparisonRow,
  SagaCoverage,
  SagaDefinitions,
  SagaDetail,
  SagaEvent,
  SagaExportFormat,
  SagaFinding,
  SagaFlag,
  SagaFlags,
  SagaGraph,
  SagaGraphNode,
  SagaIdPlace,
  SagaMessageKind,
  SagaName,
  SagaNote,
  SagaObligation,
  SagaPage,
  SagaPoint,
  SagaQuery,
  SagaRole,
  SagaRow,
  SagaScatter,
  SagaSearch,
  SagaSequence,
  SagaSort,
  SagaStateStep,
  SagaStatus,
  SagaStep,
  SagaSubject,
  SagaUndo,
  SagaVariant,
  SagaWords,
  SentTraces,
  StateChange,
  StepState,
  UnansweredCommand,
  UnansweredPage,
} from './bindings'

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
  'late-undo',
  'late-outcome',
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
  /** One saga, or without one all that the query finds. */
  sendSagaTraces(board: number, saga: SagaName | null, query: SagaQuery, endpoint: string): Promise<SentTraces>

  openSaga(board: number, key: string, life: number): Promise<SagaDetail>
  /** Null where no saga of the board holds the record. */
  sagaOfRecord(board: number, record: string): Promise<SagaName | null>
  /** Where an alias of the saga stands, or without one its key; null where no event carries it. */
  placeOfSagaId(board: number, key: string, life: number, alias: SagaAlias | null): Promise<SagaIdPlace | null>
  sagaState(board: number, key: string, life: number): Promise<SagaStateStep[]>
  /** `b` null: the usual path. */
  compareSagas(board: number, a: SagaName, b: SagaName | null): Promise<SagaComparison>
  /** Into a file that a native dialog asks for; null where it was left. */
  exportSaga(board: number, key: string, life: number, format: SagaExportFormat): Promise<string | null>

  /** One saga: every event that carries the value at the path of the record, or of an event that lies in it. */
  followValue(slot: string, record: string, event: number | null, path: string, captures: string[]): Promise<SagaBoard>
  unansweredCommands(board: number, first: number, count: number): Promise<UnansweredPage>
  foldState(captures: string[], keyPath: string, key: string, reducers: Reducer[]): Promise<FoldedState>
}
