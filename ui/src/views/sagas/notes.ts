// What a board leaves out, and why a definition was proposed so: the program sends codes with their values, the words are here.
import { count } from '../../base/formats'
import { m } from '../../paraglide/messages.js'
import type { LearnedNote, SagaNote } from '../../state/saga-words'

export function boardNote(note: SagaNote): string {
  switch (note.code) {
    case 'ownFieldOnly':
      return m.sagas_note_own_field({ value: note.value, key: note.key })
    case 'idsLeftOut':
      return m.sagas_note_ids_left_out({ value: note.value })
    case 'unrelated':
      return m.sagas_note_unrelated({ count: note.records, shown: count(note.records), key: note.key })
  }
}

export function learnedNote(note: LearnedNote): string {
  switch (note.code) {
    case 'keyTaken':
      return m.definitions_note_key({ paths: note.paths, count: note.sagas, shown: count(note.sagas) })
    case 'otherFields':
      return m.definitions_note_others({ names: note.names })
    case 'follows':
      return m.definitions_note_follows({ first: note.first, then: note.then, count: note.times, shown: count(note.times) })
  }
}
