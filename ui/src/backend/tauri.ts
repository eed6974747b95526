// The program itself, over Tauri's commands. Errors become CommandFault; nothing else is decided here.
import { Channel, invoke } from '@tauri-apps/api/core'
import { answered, faultOf, nothing } from './answered'
import { bucketsFromBytes, type Backend } from './backend'
import { commands, type Ping } from './bindings'
import { tauriAsking } from './tauri-asking'
import { tauriColumns } from './tauri-columns'
import { tauriDecoding } from './tauri-decoding'
import { tauriExports } from './tauri-exports'
import { tauriMasks } from './tauri-masks'
import { tauriInspectorWindow } from './tauri-inspector-window'
import { tauriRelating } from './tauri-relating'
import { tauriPublishing } from './tauri-publishing'
import { tauriReplays } from './tauri-replays'
import { tauriSagas } from './tauri-sagas'

/** Commands that answer with raw bytes stand outside the generated bindings. */
async function rawBytes(command: string, args: Record<string, unknown>): Promise<ArrayBuffer> {
  try {
    return await invoke<ArrayBuffer>(command, args)
  } catch (thrown) {
    throw faultOf(thrown)
  }
}

/** A command by its name. */
async function ask<T>(command: string, args?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args)
  } catch (thrown) {
    throw faultOf(thrown)
  }
}

export function tauriBackend(): Backend {
  return {
    asking: tauriAsking(),
    columns: tauriColumns(),
    decoding: tauriDecoding(),
    exports: tauriExports(),
    masks: tauriMasks(),
    relating: tauriRelating(),
    inspectorWindow: tauriInspectorWindow(),
    publishing: tauriPublishing(),
    replays: tauriReplays(),
    appInfo: () => answered(commands.appInfo()),
    salvageWorkspace: () => answered(commands.salvageWorkspace()),
    salvagedBefore: () => answered(commands.salvagedBefore()),
    openSalvaged: () => nothing(commands.openSalvaged()),
    speakLanguage: (choice) => nothing(commands.speakLanguage(choice)),
    subscribe: (hear) => nothing(commands.subscribe(new Channel<Ping>(hear))),
    searchText: () => answered(commands.searchText()),
    demoStatus: () => answered(commands.demoStatus()),
    setDemoRate: (eventsPerSecond) => answered(commands.setDemoRate(eventsPerSecond)),
    listConnections: () => answered(commands.listConnections()),
    openConnection: (request) => answered(commands.openConnection(request)),
    probeConnection: (connection) => answered(commands.probeConnection(connection)),
    closeConnection: (connection) => nothing(commands.closeConnection(connection)),
    withdrawTrust: (endpoint) => nothing(commands.withdrawTrust(endpoint)),
    keepConnection: (known) => nothing(commands.keepConnection(known)),
    forgetConnection: (known) => nothing(commands.forgetConnection(known)),
    testConnection: (connection) => answered(commands.testConnection(connection)),
    connectionPermissions: (connection, stream) => answered(commands.connectionPermissions(connection, stream)),
    connectionMeter: (connection) => answered(commands.connectionMeter(connection)),
    connectionCalls: (connection, after) => answered(commands.connectionCalls(connection, after)),
    listStreams: (connection) => answered(commands.listStreams(connection)),
    streamDetails: (connection, stream) => answered(commands.streamDetails(connection, stream)),
    streamShards: (connection, stream) => answered(commands.streamShards(connection, stream)),
    streamConsumers: (connection, stream) => answered(commands.streamConsumers(connection, stream)),
    streamTags: (connection, stream) => answered(commands.streamTags(connection, stream)),
    createStream: (connection, stream, shards) => answered(commands.createStream(connection, stream, shards)),
    deleteStream: (connection, stream, typed) => nothing(commands.deleteStream(connection, stream, typed)),
    shardOfKey: (connection, stream, key) => answered(commands.shardOfKey(connection, stream, key)),
    listCaptures: () => answered(commands.listCaptures()),
    startCapture: (capture) => answered(commands.startCapture(capture)),
    pauseCapture: (capture) => nothing(commands.pauseCapture(capture)),
    resumeCapture: (capture, askTrust) => nothing(commands.resumeCapture(capture, askTrust)),
    stopCapture: (capture) => nothing(commands.stopCapture(capture)),
    renameCapture: (capture, name) => nothing(commands.renameCapture(capture, name)),
    deleteCapture: (capture) => nothing(commands.deleteCapture(capture)),
    importCapture: () => answered(commands.importCapture()),
    exportCapture: (capture) => answered(commands.exportCapture(capture)),
    captureStatus: (capture) => answered(commands.captureStatus(capture)),
    zoomWindow: (percent) => nothing(commands.zoomWindow(percent)),
    readTimeRange: (text) => answered(commands.readTimeRange(text)),
    useLocalTime: (local) => nothing(commands.useLocalTime(local)),
    checkFilter: (text) => answered(commands.checkFilter(text)),
    completeFilter: (captures, text, cursor) => answered(commands.completeFilter(captures, text, cursor)),
    narrowFilter: (text, record, event, field, exclude) => answered(commands.narrowFilter(text, record, event, field, exclude)),
    toggleFilter: (text, conditions) => answered(commands.toggleFilter(text, conditions)),
    openView: (slot, captures, filter) => answered(commands.openView(slot, captures, filter)),
    closeView: (view) => nothing(commands.closeView(view)),
    viewStatus: (view) => answered(commands.viewStatus(view)),
    viewPage: (view, first, count, paths) => answered(commands.viewPage(view, first, count, paths)),
    viewBuckets: async (view, from, until, buckets) => bucketsFromBytes(await rawBytes('view_buckets', { view, from, until, buckets })),
    viewRowAt: (view, time) => answered(commands.viewRowAt(view, time)),
    viewRowOf: (view, record) => answered(commands.viewRowOf(view, record)),
    viewCoverage: (view) => answered(commands.viewCoverage(view)),
    viewGaps: (view) => answered(commands.viewGaps(view)),
    openRecord: (record) => answered(commands.openRecord(record)),
    recordEvent: (record, event) => answered(commands.recordEvent(record, event)),
    earlierRecord: (record, likeness) => answered(commands.earlierRecord(record, likeness)),
    recordTree: (record, event, request) => answered(commands.recordTree(record, event, request)),
    recordText: (record, event, part) => answered(commands.recordText(record, event, part)),
    recordCopy: (record, form) => answered(commands.recordCopy(record, form)),
    recordRaw: (record) => answered(commands.recordRaw(record)),
    recordBytes: async (record, event, first, count) => new Uint8Array(await rawBytes('record_bytes', { record, event, first, count })),
    sagas: tauriSagas(ask),
  }
}
