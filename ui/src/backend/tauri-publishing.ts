// Publishing and the permission to write, over Tauri's commands. Nothing is decided here.
import { answered, nothing } from './answered'
import { commands } from './bindings'
import type { PublishCommands } from './writes'

export function tauriPublishing(): PublishCommands {
  return {
    targetFacts: (target) => answered(commands.targetFacts(target)),
    requestGrant: (target, typedName) => answered(commands.requestGrant(target, typedName)),
    listGrants: () => answered(commands.listGrants()),
    revokeGrant: (grant) => nothing(commands.revokeGrant(grant)),

    previewDraft: (draft) => answered(commands.previewDraft(draft)),
    publishDraft: (draft, moment, grant, token) => answered(commands.publishDraft(draft, moment, grant, token)),
    draftCommand: (draft, moment) => answered(commands.draftCommand(draft, moment)),
    publishHistory: (first, count) => answered(commands.publishHistory(first, count)),
    publishStatus: (id) => answered(commands.publishStatus(id)),
    draftOf: (record) => answered(commands.draftOf(record)),
    draftOfPublished: (id) => answered(commands.draftOfPublished(id)),
    listTemplates: () => answered(commands.listTemplates()),
    saveTemplate: (template) => nothing(commands.saveTemplate(template)),
    deleteTemplate: (name) => nothing(commands.deleteTemplate(name)),
    pickImportFile: () => answered(commands.pickImportFile()),
    previewImport: (request) => answered(commands.previewImport(request)),
    startImport: (request, grant, token) => answered(commands.startImport(request, grant, token)),
    cancelPublish: (id) => nothing(commands.cancelPublish(id)),
    pausePublish: (id) => nothing(commands.pausePublish(id)),
    goOnPublish: (id, grant, elsewhere) => answered(commands.goOnPublish(id, grant, elsewhere)),
    resumePublish: (id) => nothing(commands.resumePublish(id)),
  }
}
