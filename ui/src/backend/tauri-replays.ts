// Replays, over Tauri's commands. Nothing is decided here.
import { answered, nothing } from './answered'
import { commands } from './bindings'
import type { ReplayCommands } from './writes'

export function tauriReplays(): ReplayCommands {
  return {
    planReplay: (slot, request) => answered(commands.planReplay(slot, request)),
    previewReplay: (request, position) => answered(commands.previewReplay(request, position)),
    savePlan: (plan) => answered(commands.savePlan(plan)),
    loadPlan: () => answered(commands.loadPlan()),
    pickReplayFile: (format) => answered(commands.pickReplayFile(format)),
    startReplay: (plan, grant) => answered(commands.startReplay(plan, grant)),
    listReplays: () => answered(commands.listReplays()),
    replayStatus: (id) => answered(commands.replayStatus(id)),
    pauseReplay: (id) => nothing(commands.pauseReplay(id)),
    resumeReplay: (id, grant) => nothing(commands.resumeReplay(id, grant)),
    stepReplay: (id) => nothing(commands.stepReplay(id)),
    cancelReplay: (id) => nothing(commands.cancelReplay(id)),
    setReplayPace: (id, pacing) => nothing(commands.setReplayPace(id, pacing)),
    replayRecords: (id, which, first, count) => answered(commands.replayRecords(id, which, first, count)),
    exportReplayReport: (id, format) => answered(commands.exportReplayReport(id, format)),
    verifyReplay: (id) => answered(commands.verifyReplay(id)),
    recordReplays: (record) => answered(commands.recordReplays(record)),
  }
}
