// What the window may ask of the parts that write, with types out of the generated bindings. Sequence numbers, hash keys
// and handles are text. Every text that comes from a payload is safe to show.
import type {
  Draft,
  DraftPreview,
  Grant,
  ImportPreview,
  ImportRequest,
  LoadedPlan,
  PublishPage,
  PublishRow,
  RecordDraft,
  RecordReplays,
  ReplayedPage,
  ReplayedWhich,
  ReplayFileFormat,
  ReplayPacing,
  ReplayPlan,
  ReplayPreview,
  ReplayRequest,
  ReplayRow,
  ReplayVerdict,
  ReportFormat,
  TargetFacts,
  Template,
  WriteTarget,
} from './bindings'

export interface PublishCommands {
  targetFacts(target: WriteTarget): Promise<TargetFacts>
  /** Opens the native dialog; null: the user said no. */
  requestGrant(target: WriteTarget, typedName: string | null): Promise<Grant | null>
  listGrants(): Promise<Grant[]>
  revokeGrant(grant: string): Promise<void>

  previewDraft(draft: Draft): Promise<DraftPreview>
  /** As the preview of this moment showed it. The same token twice is published once, with the same answer. */
  publishDraft(draft: Draft, moment: string, grant: string, token: string): Promise<PublishRow>
  /** The record that the preview of this moment showed, as an AWS CLI command. */
  draftCommand(draft: Draft, moment: string): Promise<string>
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
  /** What was cut off goes on. Its file is chosen again where it is not there, or `elsewhere`; null: the user left that dialog. */
  goOnPublish(id: string, grant: string, elsewhere: boolean): Promise<PublishRow | null>
}

export interface ReplayCommands {
  /** Sends no Put. A newer plan in the slot ends this one as superseded. */
  planReplay(slot: string, request: ReplayRequest): Promise<ReplayPlan>
  previewReplay(request: ReplayRequest, position: number): Promise<ReplayPreview>
  /** Native dialogs; the path, or null where the user left them. */
  savePlan(plan: string): Promise<string | null>
  loadPlan(): Promise<LoadedPlan | null>
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
  replayRecords(id: string, which: ReplayedWhich, first: number, count: number): Promise<ReplayedPage>
  exportReplayReport(id: string, format: ReportFormat): Promise<string | null>
  verifyReplay(id: string): Promise<ReplayVerdict>
  /** Provenance, both directions. */
  recordReplays(record: string): Promise<RecordReplays>
}

/** Everything that writes. */
export type Writes = PublishCommands & ReplayCommands
