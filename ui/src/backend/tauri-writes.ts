// The commands of replays over Tauri, by their names. It decides nothing; who calls it says how a command is asked.
import type { ReplayCommands } from './writes'

/** Asks a command by its name, and throws what it rejects with as a fault. */
export type Ask = <T>(command: string, args?: Record<string, unknown>) => Promise<T>

export function tauriReplays(ask: Ask): ReplayCommands {
  return {
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
