// What the window may ask of the program. Two things answer it: tauri.ts (the program itself) and memory.ts (made-up
// records, for component tests and for looking at the page in a browser).
import type {
  AppInfo,
  CallPermissions,
  CaptureRow,
  CaptureStatus,
  Connection,
  ConnectionChoices,
  Consumer,
  CopyForm,
  DemoStatus,
  EndpointCall,
  ErrorCode,
  EventPart,
  ExportedCapture,
  FilterCheck,
  FilterCompletion,
  ImportedCapture,
  KeyPlacement,
  LaneCoverage,
  Likeness,
  NewCapture,
  OpenConnection,
  Ping,
  ReadMeter,
  RecordDetails,
  RecordEvent,
  RecordPage,
  RecordRow,
  RecordText,
  SalvagedWorkspace,
  SearchText,
  Shard,
  StreamDetails,
  StreamRow,
  Tag,
  TimeSpanRead,
  TreePage,
  TreeRequest,
  KnownConnection,
  TrustedEndpoint,
  ViewGaps,
  ViewStatus,
} from './bindings'
import type { Asking } from './asking'
import type { ColumnCommands } from './columns'
import type { DecodingCommands } from './decoding'
import type { ExportCommands } from './exports'
import type { MaskCommands } from './masks'
import type { LanguageChoice } from '../base/language'
import type { InspectorWindow } from './inspector-window'
import type { RelatingCommands } from './relating'
import type { Sagas } from './sagas'
import type { PublishCommands, ReplayCommands } from './writes'

export interface Backend {
  appInfo(): Promise<AppInfo>
  /** Null: the person left the dialog that asks where. */
  salvageWorkspace(): Promise<SalvagedWorkspace | null>
  /** The file that what was whole in this workspace was salvaged into before; null where it was not, or that is gone. */
  salvagedBefore(): Promise<string | null>
  /** That file is the workspace from now on. */
  openSalvaged(): Promise<void>
  /** The program's own dialogs speak it, too. */
  speakLanguage(choice: LanguageChoice): Promise<void>
  subscribe(hear: (ping: Ping) => void): Promise<void>
  searchText(): Promise<SearchText>
  demoStatus(): Promise<DemoStatus | null>
  setDemoRate(eventsPerSecond: number): Promise<DemoStatus>

  listConnections(): Promise<ConnectionChoices>
  openConnection(request: OpenConnection): Promise<Connection>
  probeConnection(connection: string): Promise<Connection>
  closeConnection(connection: string): Promise<void>
  withdrawTrust(endpoint: TrustedEndpoint): Promise<void>
  /** Keeps a choice under a name, in the place of what was kept of it. */
  keepConnection(known: KnownConnection): Promise<void>
  /** Keeps the choice no longer; what is open stays open. */
  forgetConnection(known: KnownConnection): Promise<void>
  /** How many milliseconds the endpoint takes to answer. */
  testConnection(connection: string): Promise<number>
  /** About this stream, or the first one listed. Nothing is written. */
  connectionPermissions(connection: string, stream: string | null): Promise<CallPermissions>
  connectionMeter(connection: string): Promise<ReadMeter>
  /** The last attempts of its calls after this number, oldest first. */
  connectionCalls(connection: string, after: number): Promise<EndpointCall[]>

  listStreams(connection: string): Promise<StreamRow[]>
  streamDetails(connection: string, stream: string): Promise<StreamDetails>
  streamShards(connection: string, stream: string): Promise<Shard[]>
  streamConsumers(connection: string, stream: string): Promise<Consumer[]>
  streamTags(connection: string, stream: string): Promise<Tag[]>
  /** Where the endpoint is on this machine only. */
  createStream(connection: string, stream: string, shards: number): Promise<StreamDetails>
  /** `typed` is its name, as the person typed it. */
  deleteStream(connection: string, stream: string, typed: string): Promise<void>
  shardOfKey(connection: string, stream: string, partitionKey: string): Promise<KeyPlacement>

  listCaptures(): Promise<CaptureRow[]>
  startCapture(capture: NewCapture): Promise<CaptureRow>
  pauseCapture(capture: string): Promise<void>
  resumeCapture(capture: string, askTrust: boolean): Promise<void>
  stopCapture(capture: string): Promise<void>
  renameCapture(capture: string, name: string): Promise<void>
  deleteCapture(capture: string): Promise<void>
  captureStatus(capture: string): Promise<CaptureStatus>
  /** Native dialogs; null: the user left them. */
  importCapture(): Promise<ImportedCapture | null>
  exportCapture(capture: string): Promise<ExportedCapture | null>

  /** How large this window's page is drawn from now on. */
  zoomWindow(percent: number): Promise<void>

  /** In filters and questions, times that name no zone are this machine's, or UTC's. */
  useLocalTime(local: boolean): Promise<void>
  /** The time that a person's words mean; null where they mean none. */
  readTimeRange(text: string): Promise<TimeSpanRead | null>
  checkFilter(text: string): Promise<FilterCheck>
  completeFilter(captures: string[], text: string, cursor: number): Promise<FilterCompletion>
  /** The filter with the condition that a field has the value of this record: `@type`, `@key`, `@stream`, `@shard`, or a path. */
  narrowFilter(text: string, record: string, event: number | null, field: string, exclude: boolean): Promise<string>
  /** Without these conditions where all of them must hold already, else with those that are missing. */
  toggleFilter(text: string, conditions: string): Promise<string>
  openView(slot: string, captures: string[], filter: string): Promise<ViewStatus>
  closeView(view: number): Promise<void>
  viewStatus(view: number): Promise<ViewStatus>
  /** Rows, and what each of the paths leads to in them. */
  viewPage(view: number, first: number, count: number, paths: string[]): Promise<RecordPage>
  viewBuckets(view: number, from: number, until: number, buckets: number): Promise<BucketAnswer>
  viewRowAt(view: number, time: number): Promise<number>
  viewRowOf(view: number, record: string): Promise<number | null>
  viewCoverage(view: number): Promise<LaneCoverage[]>
  /** Where the view shows nothing because nothing was captured. */
  viewGaps(view: number): Promise<ViewGaps>

  openRecord(record: string): Promise<RecordDetails>
  recordEvent(record: string, event: number): Promise<RecordEvent>
  /** The last one of its stream before it that has its key or its type; null where none was captured. */
  earlierRecord(record: string, likeness: Likeness): Promise<RecordRow | null>
  recordTree(record: string, event: number, request: TreeRequest): Promise<TreePage>
  recordText(record: string, event: number, part: EventPart): Promise<RecordText>
  recordRaw(record: string): Promise<RecordText>
  /** The record as text for the clipboard, whole. */
  recordCopy(record: string, form: CopyForm): Promise<string>
  /** Of what an event's format was given, or of the payload. */
  recordBytes(record: string, event: number | null, first: number, count: number): Promise<Uint8Array>

  /** How streams are read. */
  readonly decoding: DecodingCommands

  /** What belongs together, within a record and among them. */
  readonly relating: RelatingCommands

  /** The inspector's own window, where the program has one. */
  readonly inspectorWindow?: InspectorWindow

  /** Questions, and the texts that were asked before, where the program serves them. */
  readonly asking?: Asking

  /** The columns that a person chose, where the program keeps them. */
  readonly columns?: ColumnCommands

  /** Records into files, where the program writes them. */
  readonly exports?: ExportCommands

  /** Masking rules, where the program keeps them. */
  readonly masks?: MaskCommands

  /** Publishing and the permission to write, where the program serves them. */
  readonly publishing?: PublishCommands

  /** Replays, where the program serves them. */
  readonly replays?: ReplayCommands

  /** Sagas, where the program serves them. */
  readonly sagas?: Sagas
}

/** Counts of lanes and buckets, lane after lane. */
export interface BucketAnswer {
  readonly lanes: readonly number[]
  readonly counts: Uint32Array
}

/** What a command answers when it fails: all the window ever throws. */
export class CommandFault extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly hint: string | null,
  ) {
    super(message)
    this.name = 'CommandFault'
  }
}

/** Whatever was thrown, as a fault that can be shown. */
export function asFault(thrown: unknown): CommandFault {
  if (thrown instanceof CommandFault) return thrown
  return new CommandFault('failed', thrown instanceof Error ? thrown.message : String(thrown), null)
}

/** Raw buckets: little-endian u32 of lane count, bucket count, the lanes' numbers, then the counts. */
export function bucketsFromBytes(bytes: ArrayBuffer): BucketAnswer {
  const words = new Uint32Array(bytes, 0, Math.floor(bytes.byteLength / 4))
  const lanes = words[0] ?? 0
  const buckets = words[1] ?? 0
  if (words.length !== 2 + lanes + lanes * buckets) {
    throw new CommandFault('failed', `The buckets have ${words.length} words instead of ${2 + lanes + lanes * buckets}.`, null)
  }
  return { lanes: [...words.subarray(2, 2 + lanes)], counts: words.slice(2 + lanes) }
}
