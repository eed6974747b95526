// The saga commands over Tauri, by their names. It decides nothing; who calls it says how a command is asked.
import type { Sagas } from './sagas'

/** Asks a command by its name, and throws what it rejects with as a fault. */
type Ask = <T>(command: string, args?: Record<string, unknown>) => Promise<T>

export function tauriSagas(ask: Ask): Sagas {
  return {
    sagaDefinitions: () => ask('saga_definitions'),
    chooseSagaFolder: () => ask('choose_saga_folder'),
    readSagaDefinition: (name) => ask('read_saga_definition', { name }),
    checkSagaDefinition: (text) => ask('check_saga_definition', { text }),
    saveSagaDefinition: (name, text) => ask('save_saga_definition', { name, text }),
    sagaWords: (captures) => ask('saga_words', { captures }),
    learnSagaDefinition: (captures) => ask('learn_saga_definition', { captures }),

    openSagas: (slot, subject, captures) => ask('open_sagas', { slot, subject, captures }),
    sagaBoard: (board) => ask('saga_board', { board }),
    closeSagas: (board) => ask('close_sagas', { board }),
    sagaRows: (board, query, first, count) => ask('saga_rows', { board, query, first, count }),
    sagaVariants: (board) => ask('saga_variants', { board }),
    sagaScatter: (board, query) => ask('saga_scatter', { board, query }),
    sendSagaTraces: (board, saga, query, endpoint) => ask('send_saga_traces', { board, saga, query, endpoint }),

    openSaga: (board, key, life) => ask('open_saga', { board, key, life }),
    sagaOfRecord: (board, record) => ask('saga_of_record', { board, record }),
    placeOfSagaId: (board, key, life, alias) => ask('place_of_saga_id', { board, key, life, alias }),
    sagaState: (board, key, life) => ask('saga_state', { board, key, life }),
    compareSagas: (board, a, b) => ask('compare_sagas', { board, a, b }),
    exportSaga: (board, key, life, format) => ask('export_saga', { board, key, life, format }),

    followValue: (slot, record, event, path, captures) => ask('follow_value', { slot, record, event, path, captures }),
    unansweredCommands: (board, first, count) => ask('unanswered_commands', { board, first, count }),
    foldState: (captures, keyPath, key, reducers) => ask('fold_state', { captures, keyPath, key, reducers }),
  }
}
