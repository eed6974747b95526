// What is said beside an answer: the program sends codes with their values, the words are here.
import { bytes, count, duration, percent } from '../../base/formats'
import { m } from '../../paraglide/messages.js'
import type { AnswerNote } from '../../state/words'

export function noteText(note: AnswerNote): string {
  switch (note.code) {
    case 'rowsLeftOut':
      return m.answer_note_rows({ shown: count(note.shown), of: count(note.of) })
    case 'groupsLeftOut':
      return m.answer_note_groups({ kept: count(note.kept), records: count(note.records) })
    case 'estimated':
      return m.answer_note_estimated({ column: note.column, share: percent(note.error) })
    case 'textsCut':
      return m.answer_note_cut({ size: bytes(note.atBytes) })
    case 'moreRows':
      return m.answer_note_more_rows({ rows: count(note.rows) })
    case 'tooLarge':
      return m.answer_note_too_large({ rows: count(note.rows), size: bytes(note.bytes) })
    case 'outOfTime':
      return m.answer_note_time({ duration: duration(note.seconds * 1_000) })
    case 'outOfMemory':
      return m.answer_note_memory({ size: bytes(note.bytes) })
    case 'notRead':
      return m.answer_note_not_read()
    case 'gapsUnknown':
      return m.answer_note_gaps_unknown({ why: note.why })
  }
}
