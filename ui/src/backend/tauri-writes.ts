// The writing commands over Tauri, by their names. It decides nothing; who calls it says how a command is asked.
import type { Writes } from './writes'

/** Asks a command by its name, and throws what it rejects with as a fault. */
export type Ask = <T>(command: string, args?: Record<string, unknown>) => Promise<T>

export function tauriWrites(ask: Ask): Writes {
  return {
    targetFacts: (target) => ask('target_facts', { target }),
    requestGrant: (target, typedName) => ask('request_grant', { target, typedName }),
    listGrants: () => ask('list_grants'),
    revokeGrant: (grant) => ask('revoke_grant', { grant }),

    previewDraft: (draft) => ask('preview_draft', { draft }),
    publishDraft: (draft, grant, token) => ask('publish_draft', { draft, grant, token }),
    publishHistory: (first, count) => ask('publish_history', { first, count }),
    publishStatus: (id) => ask('publish_status', { id }),
    draftOf: (record) => ask('draft_of', { record }),
    draftOfPublished: (id) => ask('draft_of_published', { id }),
    listTemplates: () => ask('list_templates'),
    saveTemplate: (template) => ask('save_template', { template }),
    deleteTemplate: (name) => ask('delete_template', { name }),
    pickImportFile: () => ask('pick_import_file'),
    previewImport: (request) => ask('preview_import', { request }),
    startImport: (request, grant, token) => ask('start_import', { request, grant, token }),
    cancelPublish: (id) => ask('cancel_publish', { id }),
    pausePublish: (id) => ask('pause_publish', { id }),
    resumePublish: (id) => ask('resume_publish', { id }),

    planReplay: (slot, request) => ask('plan_replay', { slot, request }),
    previewReplay: (request, position) => ask('preview_replay', { request, position }),
    savePlan: (plan) => ask('save_plan', { plan }),
    loadPlan: () => ask('load_plan'),
    pickReplayFile: (format) => ask('pick_replay_file', { format }),
    startReplay: (plan, grant) => ask('start_replay', { plan, grant }),
    listReplays: () => ask('list_replays'),
    replayStatus: (id) => ask('replay_status', { id }),
    pauseReplay: (id) => ask('pause_replay', { id }),
    resumeReplay: (id, grant) => ask('resume_replay', { id, grant }),
    stepReplay: (id) => ask('step_replay', { id }),
    cancelReplay: (id) => ask('cancel_replay', { id }),
    setReplayPace: (id, pacing) => ask('set_replay_pace', { id, pacing }),
    replayRecords: (id, which, first, count) => ask('replay_records', { id, which, first, count }),
    exportReplayReport: (id, format) => ask('export_replay_report', { id, format }),
    verifyReplay: (id) => ask('verify_replay', { id }),
    recordReplays: (record) => ask('record_replays', { record }),
  }
}
