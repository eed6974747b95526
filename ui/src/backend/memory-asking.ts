// Questions for memory.ts: whatever is asked, records are counted by type, or by minute and type where the text has
// "bin(". The language and its answers are Rust's; this only lets the page be tried without it.
import type { Asking } from './asking'
import { CommandFault } from './backend'
import type { AnswerCell, AnswerChart, AnswerRow, FilterFault, KnownTexts, QuestionAnswer, TextKind } from './bindings'
import type { FixtureRecords } from './fixture'
import { fixtureQuestionCompletion } from './fixture-filter'
import { FIXTURE_SQL_WORDS } from './fixture-sql'

const STEPS = /^\s*(fields|display|filter|stats|sort|limit|dedup|parse)\b/
const MINUTE = 60_000

interface Made {
  answer: QuestionAnswer
  readonly rows: readonly AnswerRow[]
  readonly chart: AnswerChart
}

const text = (value: string): AnswerCell => ({ kind: 'text', text: value, time: null })
const number = (value: number): AnswerCell => ({ kind: 'number', text: String(value), time: null })
const time = (at: number): AnswerCell => ({ kind: 'time', text: new Date(at).toISOString(), time: at })

const EXTRAS: AnswerRow = {
  cells: [
    { kind: 'null', text: 'null', time: null },
    { kind: 'bytes', text: "x'00ff12… 2048 bytes", time: null },
  ],
  record: null,
}

const faultOf = (asked: string): FilterFault | null =>
  STEPS.test(asked) ? null : { start: 0, end: asked.length, message: 'expected a step: fields, filter, stats' }

export function memoryAsking(records: FixtureRecords): Asking {
  const made = new Map<number, Made>()
  const known: Record<TextKind, KnownTexts> = {
    filter: { asked: [], saved: [] },
    question: { asked: [], saved: [] },
    sql: { asked: [], saved: [] },
  }
  const copy = (kind: TextKind): KnownTexts => ({ asked: [...known[kind].asked], saved: [...known[kind].saved] })
  const of = (question: number): Made => {
    const found = made.get(question)
    if (!found) throw new CommandFault('superseded', 'question is not open any more', null)
    return found
  }
  return {
    checkQuestion: async (asked) => ({
      fault: faultOf(asked),
      tokens: [...asked.matchAll(/\b(?:fields|filter|stats|sort|limit|by)\b/g)].map((found) => ({
        start: found.index,
        end: found.index + found[0].length,
        kind: 'keyword',
      })),
    }),
    completeQuestion: async (_captures, asked, cursor) => fixtureQuestionCompletion(asked, cursor),
    askQuestion: async (_slot, _captures, asked) => {
      const fault = faultOf(asked)
      if (fault) throw new CommandFault('invalid', `the filter cannot be read: ${fault.message}`, null)
      const question = made.size + 1
      made.set(question, answerOf(records, question, asked.includes('bin(')))
      return { ...of(question).answer, state: 'running', searched: 0 }
    },
    askSql: async (_slot, _captures, asked) => {
      const question = made.size + 1
      const whole = answerOf(records, question, false)
      const wrong = /\babsent\b/.exec(asked)
      const answer: QuestionAnswer = wrong
        ? {
            ...whole.answer,
            state: 'failed',
            rows: 0,
            columns: [],
            fault: 'no such column: absent',
            faultAt: { line: 1, column: wrong.index + 1 },
          }
        : { ...whole.answer, columns: ['event_type', 'count(*)'] }
      made.set(question, {
        ...whole,
        rows: wrong ? [] : [...whole.rows, EXTRAS],
        answer: wrong ? answer : { ...answer, rows: answer.rows + 1 },
      })
      return { ...answer, state: 'running' }
    },
    sqlWords: async () => FIXTURE_SQL_WORDS,
    questionStatus: async (question) => of(question).answer,
    questionRows: async (question, first, count) => of(question).rows.slice(first, first + count),
    questionChart: async (question) => of(question).chart,
    narrowQuestion: async (question, row, column, exclude) => {
      const { answer, rows } = of(question)
      return `stats count(*)\n| filter ${exclude ? '-' : ''}${answer.columns[column] ?? ''}:${rows[row]?.cells[column]?.text ?? ''}`
    },
    stopQuestion: async (question) => {
      of(question).answer = { ...of(question).answer, state: 'stopped' }
    },
    closeQuestion: async (question) => {
      made.delete(question)
    },
    exportAnswer: async (_question, format) => `/home/ada/answer.${format === 'csv' ? 'csv' : 'ndjson'}`,
    knownTexts: async (kind) => copy(kind),
    rememberText: async (kind, asked) => {
      known[kind].asked = [asked, ...known[kind].asked.filter((one) => one !== asked)]
      return copy(kind)
    },
    saveText: async (kind, name, saved) => {
      known[kind].saved = [...known[kind].saved.filter((one) => one.name !== name), { name, text: saved }]
      return copy(kind)
    },
    forgetText: async (kind, name) => {
      known[kind].saved = known[kind].saved.filter((one) => one.name !== name)
      return copy(kind)
    },
  }
}

function answerOf(records: FixtureRecords, question: number, perMinute: boolean): Made {
  const groups = new Map<string, { at: number; type: string; count: number }>()
  for (let index = 0; index < records.length; index += 1) {
    const at = perMinute ? Math.floor((records.arrivals[index] ?? 0) / MINUTE) * MINUTE : 0
    const type = records.eventType(index) ?? ''
    const group = groups.get(`${at} ${type}`) ?? { at, type, count: 0 }
    group.count += 1
    groups.set(`${at} ${type}`, group)
  }
  const list = [...groups.values()].sort((a, b) => a.at - b.at || b.count - a.count)
  const rows = list.map((group): AnswerRow => ({
    cells: [...(perMinute ? [time(group.at)] : []), text(group.type), number(group.count)],
    record: null,
  }))
  const types = [...new Set(list.map((group) => group.type))]
  const times = [...new Set(list.map((group) => group.at))]
  const chart: AnswerChart = perMinute
    ? {
        overTime: true,
        places: times.map(time),
        series: types.slice(0, 6).map((type) => ({ name: type, values: times.map((at) => groups.get(`${at} ${type}`)?.count ?? null) })),
        placesLeftOut: 0,
        seriesLeftOut: Math.max(0, types.length - 6),
      }
    : {
        overTime: false,
        places: types.map(text),
        series: [{ name: 'count(*)', values: list.map((group) => group.count) }],
        placesLeftOut: 0,
        seriesLeftOut: 0,
      }
  const first = records.arrivals[0] ?? 0
  return {
    rows,
    chart,
    answer: {
      question,
      revision: 1,
      state: 'complete',
      fault: null,
      faultAt: null,
      columns: [...(perMinute ? ['bin(1m)'] : []), 'type', 'count(*)'],
      rows: rows.length,
      searched: records.length,
      total: records.length,
      matched: records.length,
      inPart: 0,
      events: null,
      notes: [],
      gaps: [{ stream: 'order-events', shard: '2', from: first + 10 * MINUTE, until: first + 12 * MINUTE }],
      gapCount: 1,
      tookMillis: 42,
    },
  }
}
