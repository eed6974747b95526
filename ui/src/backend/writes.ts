// What the window may ask of the parts that write. Publishing is served by the program, with types out of the generated
// bindings; what replays are asked is written down here until they are, too. Sequence numbers, hash keys and handles are
// text. Every text that comes from a payload is safe to show.
import type {
  Draft,
  DraftPreview,
  Grant,
  ImportPreview,
  ImportRequest,
  JobState,
  PublishPage,
  PublishRow,
  RecordDraft,
  SentOutcome,
  TargetFacts,
  Template,
  WriteOrder,
  WriteTarget,
} from './bindings'

// ---- replays

export type ReplayChosen =
  | { kind: 'sequences'; lane: number; shard: string; first: string; last: string }
  | { kind: 'time'; from: number | null; until: number | null }
  | { kind: 'filter'; filter: string; from: number | null; until: number | null }
  | { kind: 'picked'; records: string[] }
  | { kind: 'carrying'; path: string; value: string }

/** No capture is the whole workspace. */
export type ReplaySource = { captures: string[]; chosen: ReplayChosen }

export type ReplayFileFormat = 'ndjson' | 'ferrokinesis'
export type ReplayTarget =
  | { kind: 'stream'; target: WriteTarget }
  | { kind: 'file'; path: string; format: ReplayFileFormat }
  | { kind: 'lambda'; connection: string; function: string }

export type Rule =
  /** No delta: so that the first record is now. No paths: detected. */
  | { kind: 'shiftTime'; deltaMillis: number | null; paths: string[] }
  | { kind: 'newIds'; paths: string[]; andKey: boolean }
  | { kind: 'set'; path: string; value: string }
  | { kind: 'remove'; path: string }
  | { kind: 'rename'; path: string; name: string }
  | { kind: 'stripTrace' }
  | { kind: 'mask'; paths: string[]; andKey: boolean }
  | { kind: 'partitionKey'; expression: string }

export type ReplayRule = { name: string; on: boolean; rule: Rule }

export type ReplayPacing =
  | { kind: 'original'; speed: number; longestGapMillis: number | null }
  | { kind: 'fixed'; recordsPerSecond: number }
  | { kind: 'atOnce' }
  | { kind: 'step' }

export type Placement = 'byKey' | 'shardFaithful'

export type ReplayRequest = {
  name: string | null
  source: ReplaySource
  target: ReplayTarget
  rules: ReplayRule[]
  order: WriteOrder
  placement: Placement
  pacing: ReplayPacing
  afterUnclear: 'retry' | 'stop'
  seed: string | null
}

export type PlannedShard = { shard: string; records: number; sizeBytes: number; share: number; millisAtQuota: number }

export type ReplayPlan = {
  /** Started at most once: starting it again answers with the same replay. */
  id: string
  records: number
  sizeBytes: number
  unique: { keys: number | null }
  shards: PlannedShard[]
  firstAt: number | null
  lastAt: number | null
  byPaceMillis: number
  byQuotaMillis: number
  expectedMillis: number
  leftOut: { oversize: number; withoutKey: number; examples: { record: string; message: string }[] }
  keyCollisions: { groups: number; examples: { to: string; from: string[] }[] }
  replayedBefore: number
  changed: { rule: string; records: number }[]
  warnings: string[]
}

export type ReplayPreview = {
  position: number
  total: number
  record: string
  keyBefore: string | null
  keyAfter: string
  shardAfter: string | null
  /** Indented where it is JSON, so that lines can be compared. */
  before: string
  after: string
  changed: boolean
  rules: string[]
  problem: string | null
}

export type ReplayRow = {
  id: string
  name: string
  state: JobState
  target: string
  startedAt: number
  endedAt: number | null
  planned: number
  acknowledged: number
  inFlight: number
  refused: number
  unclear: number
  mayBeDoubled: number
  ratePerSecond: number
  etaMillis: number | null
  retries: number
  throttles: number
  /** How far the last record was from its planned time. */
  skewMillis: number | null
  message: string | null
  hint: string | null
  pacing: ReplayPacing
  canVerify: boolean
  next: { record: string; dueMillis: number | null } | null
  /** Where it writes to a stream: what a resume asks the permission for. */
  writesTo: WriteTarget | null
}

export type ReplayedWhich = 'all' | 'acknowledged' | 'refused' | 'unclear' | 'mayBeDoubled' | 'inFlight'

export type ReplayedRow = {
  record: string
  originalStream: string
  originalShard: string
  originalSequence: string
  sub: number
  key: string
  outcome: SentOutcome
  shard: string | null
  sequence: string | null
  attempts: number
  message: string | null
  /** The new record's handle, where a capture of the target holds it. */
  copy: string | null
}

export type ReplayDifference = 'missing' | 'extra' | 'changed' | 'outOfOrder'

export type ReplayVerdict = {
  compared: number
  identical: number
  missing: number
  extra: number
  changed: number
  outOfOrderKeys: number
  /** Captures of the target hold all of the time in which it was written. */
  covered: boolean
  notes: string[]
  examples: { what: ReplayDifference; record: string | null; found: string | null; key: string }[]
}

export interface PublishCommands {
  targetFacts(target: WriteTarget): Promise<TargetFacts>
  /** Opens the native dialog; null: the user said no. */
  requestGrant(target: WriteTarget, typedName: string | null): Promise<Grant | null>
  listGrants(): Promise<Grant[]>
  revokeGrant(grant: string): Promise<void>

  previewDraft(draft: Draft): Promise<DraftPreview>
  /** The same token twice is published once, with the same answer. */
  publishDraft(draft: Draft, grant: string, token: string): Promise<PublishRow>
  /** The newest first. */
  publishHistory(first: number, count: number): Promise<PublishPage>
  publishStatus(id: string): Promise<PublishRow>
  draftOf(record: string): Promise<RecordDraft>
  draftOfPublished(id: string): Promise<Draft | null>
  listTemplates(): Promise<Template[]>
  saveTemplate(template: Template): Promise<void>
  deleteTemplate(name: string): Promise<void>
  pickImportFile(): Promise<string | null>
  previewImport(request: ImportRequest): Promise<ImportPreview>
  startImport(request: ImportRequest, grant: string, token: string): Promise<PublishRow>
  cancelPublish(id: string): Promise<void>
  pausePublish(id: string): Promise<void>
  resumePublish(id: string): Promise<void>
}

export interface ReplayCommands {
  /** Sends no Put. A newer plan in the slot ends this one as superseded. */
  planReplay(slot: string, request: ReplayRequest): Promise<ReplayPlan>
  previewReplay(request: ReplayRequest, position: number): Promise<ReplayPreview>
  /** Native dialogs; the path, or null where the user left them. */
  savePlan(plan: string): Promise<string | null>
  loadPlan(): Promise<{ request: ReplayRequest; plan: ReplayPlan } | null>
  pickReplayFile(format: ReplayFileFormat): Promise<string | null>
  startReplay(plan: string, grant: string | null): Promise<ReplayRow>
  /** The newest first. */
  listReplays(): Promise<ReplayRow[]>
  replayStatus(id: string): Promise<ReplayRow>
  pauseReplay(id: string): Promise<void>
  resumeReplay(id: string, grant: string | null): Promise<void>
  stepReplay(id: string): Promise<void>
  cancelReplay(id: string): Promise<void>
  setReplayPace(id: string, pacing: ReplayPacing): Promise<void>
  replayRecords(id: string, which: ReplayedWhich, first: number, count: number): Promise<{ total: number; rows: ReplayedRow[] }>
  exportReplayReport(id: string, format: 'json' | 'csv'): Promise<string | null>
  verifyReplay(id: string): Promise<ReplayVerdict>
  /** Provenance, both directions. */
  recordReplays(record: string): Promise<{ original: ReplayedRow | null; copies: ReplayedRow[] }>
}

/** Everything that writes. */
export type Writes = PublishCommands & ReplayCommands

/** A row of the table that a replay of this workspace wrote: part of `RecordRow` once the bindings say so. */
export const isReplayed = (row: object): boolean => 'replayed' in row && row.replayed === true
