// Publishing made up in memory: drafts, imports, templates and the history. The same token is published once.
import { CommandFault } from './backend'
import type { FixtureRecords } from './fixture'
import { PUT_UNIT_BYTES, evenShards, filled, keyFrom, parsed, previewed, shardOfHash, hashKeyOf, sizeOf } from './memory-draft'
import { MadeUpJob, outcomeWords, usualRate } from './memory-jobs'
import type { Draft, ImportPreview, ImportRequest, ImportedRow, PublishRow, SentRow, TargetShard, Template } from './bindings'
import type { Writes } from './writes'

const MOST_RESULTS = 100
const FIRST_ROWS = 8
const MOST_BAD = 50

export const SAMPLE_TEMPLATES: readonly Template[] = [
  {
    name: 'Order created',
    format: 'json',
    key: '{$.payload.userId}',
    asItIs: false,
    encoding: 'none',
    text: `{
  "eventId": "{{uuid}}",
  "eventType": "ORDER_CREATED",
  "timestamp": "{{now}}",
  "sagaId": "saga-{{seq}}",
  "payload": {
    "orderId": "ord-{{random:7000..9999}}",
    "userId": "user-1042",
    "amount": {{random:1..900}},
    "currency": "EUR"
  }
}`,
  },
  { name: 'Heartbeat', format: 'text', key: 'heartbeat', text: 'beat {{seq}} at {{now}}', asItIs: false, encoding: 'none' },
]

const SAMPLE_PATH = '/home/ada/orders-2026-04-11.ndjson'
const SAMPLE_FILE = [
  ...Array.from({ length: 1_200 }, (_, i) => `{"orderId":"ord-${7000 + (i % 300)}","amount":${i % 90},"currency":"EUR"}`),
  '{"orderId":"ord-7300","amount":',
  '["no", "object"',
].join('\n')

interface Published {
  readonly id: string
  readonly at: number
  readonly stream: string
  readonly kind: PublishRow['kind']
  readonly job: MadeUpJob
  readonly sizeBytes: number
  readonly draft: Draft | null
  readonly keyAt: (index: number) => string
}

type PublishingPart = Pick<
  Writes,
  | 'previewDraft'
  | 'publishDraft'
  | 'draftCommand'
  | 'publishHistory'
  | 'publishStatus'
  | 'draftOf'
  | 'draftOfPublished'
  | 'listTemplates'
  | 'saveTemplate'
  | 'deleteTemplate'
  | 'pickImportFile'
  | 'previewImport'
  | 'startImport'
  | 'cancelPublish'
  | 'pausePublish'
  | 'resumePublish'
  | 'goOnPublish'
>

export interface PublishWorld {
  readonly records: FixtureRecords
  readonly now: () => number
  readonly moved: () => void
  /** Throws where the grant is not one for this stream. */
  readonly checkGrant: (grant: string, stream: string) => void
  readonly seeded: boolean
}

export function memoryPublish(world: PublishWorld): PublishingPart & { stop(): void } {
  const published: Published[] = []
  const tokens = new Map<string, string>()
  let templates: Template[] = [...SAMPLE_TEMPLATES]

  function add(one: Omit<Published, 'id'>, token: string): PublishRow {
    const id = `p${published.length + 1}`
    published.push({ ...one, id })
    tokens.set(token, id)
    return rowOf(find(id))
  }
  function find(id: string): Published {
    const found = published.find((one) => one.id === id)
    if (!found) throw new CommandFault('gone', 'This message is not in the history any more.', null)
    return found
  }

  if (world.seeded) seed(add, world.now)

  return {
    previewDraft: async (draft) => previewed(draft, evenShards(4), world.now()),
    publishDraft: async (draft, moment, grant, token) => {
      const known = tokens.get(token)
      if (known !== undefined) return rowOf(find(known))
      world.checkGrant(grant, draft.target.stream)
      const seen = Number(moment)
      const preview = previewed(draft, evenShards(4), seen)
      const [problem] = preview.problems
      if (problem) throw new CommandFault('invalid', problem.message, null)
      const rate = draft.everyMillis === null ? usualRate(draft.target.stream) : 1_000 / draft.everyMillis
      const job = new MadeUpJob(draft.target.stream, draft.repeat, rate, 'keep', world.now, world.moved)
      if (draft.repeat <= MOST_RESULTS && draft.everyMillis === null) job.advance(draft.repeat)
      else job.start()
      return add(
        {
          at: world.now(),
          stream: draft.target.stream,
          kind: 'draft',
          job,
          sizeBytes: preview.sizeBytes * draft.repeat,
          draft,
          keyAt: (index) => previewed(draft, evenShards(4), seen, index).key,
        },
        token,
      )
    },
    draftCommand: async (draft, moment) => {
      const { key, text } = previewed(draft, evenShards(4), Number(moment))
      const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`
      return ['aws kinesis put-record', `--partition-key ${quoted(key)}`, `--data ${quoted(text)}`].join(' \\\n  ')
    },
    publishHistory: async (first, count) => ({
      total: published.length,
      rows: [...published]
        .reverse()
        .slice(first, first + count)
        .map((one) => ({ ...rowOf(one), results: [] })),
    }),
    publishStatus: async (id) => rowOf(find(id)),
    draftOf: async (record) => {
      const index = Number(record) - 1
      return {
        text: world.records.payload(index),
        format: 'json',
        key: world.records.partitionKey(index),
        explicitHashKey: null,
        isMasked: false,
      }
    },
    draftOfPublished: async (id) => find(id).draft,
    listTemplates: async () => [...templates],
    saveTemplate: async (template) => {
      templates = [...templates.filter((one) => one.name !== template.name), template]
    },
    deleteTemplate: async (name) => {
      templates = templates.filter((one) => one.name !== name)
    },
    pickImportFile: async () => SAMPLE_PATH,
    previewImport: async (request) => importPreview(request),
    startImport: async (request, grant, token) => {
      const known = tokens.get(token)
      if (known !== undefined) return rowOf(find(known))
      world.checkGrant(grant, request.target.stream)
      const preview = importPreview(request)
      if (preview.records === 0) throw new CommandFault('invalid', 'There is nothing to import.', null)
      const stream = request.target.stream
      const job = new MadeUpJob(
        stream,
        preview.records,
        request.recordsPerSecond ?? usualRate(stream),
        'keep',
        world.now,
        world.moved,
      ).start()
      const keys = readLines(request).good
      const keyAt = (index: number): string => keys[index]?.key ?? ''
      return add({ at: world.now(), stream, kind: 'import', job, sizeBytes: preview.sizeBytes, draft: null, keyAt }, token)
    },
    cancelPublish: async (id) => find(id).job.cancel(),
    pausePublish: async (id) => find(id).job.pause(),
    resumePublish: async (id) => void find(id).job.start(),
    goOnPublish: async (id, grant, elsewhere) => {
      const one = find(id)
      world.checkGrant(grant, one.stream)
      if (one.stream.includes('moved') && !elsewhere)
        throw new CommandFault('invalid', 'What would be sent now is not what was begun: the file holds something else.', null)
      one.job.start()
      return rowOf(one)
    },
    stop: () => published.forEach((one) => one.job.stop()),
  }
}

function seed(add: (one: Omit<Published, 'id'>, token: string) => PublishRow, now: () => number): void {
  const past = (minutes: number, stream: string, kind: PublishRow['kind'], total: number, cutAt = total): void => {
    const at = now() - minutes * 60_000
    const job = new MadeUpJob(stream, total, usualRate(stream), 'keep', () => at + 900)
    job.advance(cutAt)
    if (cutAt < total)
      job.interrupt(
        'the program ended before everything was sent',
        'Go on with it: what is in the stream, and what may be, is not sent again.',
      )
    const [template] = SAMPLE_TEMPLATES
    const draft: Draft | null =
      kind === 'draft' && template
        ? {
            target: { connection: 'demo', stream },
            text: template.text,
            format: template.format,
            key: template.key,
            explicitHashKey: null,
            asItIs: template.asItIs,
            repeat: total,
            everyMillis: null,
            encoding: 'none',
            aggregate: false,
            order: 'keyed',
          }
        : null
    const keyAt = (index: number): string => `user-${1000 + (index % 40)}`
    add({ at, stream, kind, job, sizeBytes: 231 * total, draft, keyAt }, `seed-${minutes}`)
  }
  past(210, 'order-moved', 'import', 800, 300)
  past(184, 'order-test', 'import', 12_400)
  past(122, 'order-flaky', 'import', 2_400, 900)
  past(61, 'order-flaky', 'draft', 60)
  past(7, 'order-test', 'draft', 1)
}

function rowOf({ id, at, stream, kind, job, sizeBytes, keyAt }: Published): PublishRow {
  const shards = evenShards(4)
  return {
    id,
    at,
    stream,
    caller: 'arn:aws:iam::000000000000:root',
    kind,
    state: job.state,
    sent: job.counts.acknowledged,
    refused: job.counts.refused,
    unclear: job.counts.unclear,
    total: job.total,
    sizeBytes,
    results: Array.from({ length: Math.min(MOST_RESULTS, job.total) }, (_, index) => sentRow(job, index, keyAt(index), shards)),
    ratePerSecond: job.state === 'running' ? job.perSecond : 0,
    etaMillis: job.etaMillis,
    message: job.message,
    hint: job.hint,
    canGoOn: job.state === 'interrupted',
    file: job.state === 'interrupted' && kind === 'import' ? SAMPLE_PATH : null,
    writesTo: job.state === 'interrupted' ? { connection: 'demo', stream } : null,
  }
}

export function sentRow(job: MadeUpJob, index: number, key: string, shards: readonly TargetShard[]): SentRow {
  const outcome = job.outcomeAt(index)
  const written = outcome === 'acknowledged'
  return {
    index,
    key,
    outcome,
    shard: written ? shardOfHash(shards, hashKeyOf(key)) : null,
    sequence: written ? `4965960099${String(index).padStart(46, '0')}` : null,
    attempts: outcome === 'waiting' ? 0 : outcome === 'refused' ? 5 : written && job.doubledAt(index) ? 2 : 1,
    message: written && job.doubledAt(index) ? 'sent twice: the first answer was lost' : outcomeWords(outcome),
  }
}

interface ReadLines {
  readonly format: ImportPreview['format']
  readonly good: readonly ImportedRow[]
  readonly bad: readonly { line: number; message: string }[]
  readonly columns: string[]
}

/** Line by line, whatever the format: an array's elements count as lines here. */
function readLines(request: ImportRequest): ReadLines {
  const text = request.source.kind === 'pasted' ? request.source.text : SAMPLE_FILE
  const detected = text.trimStart().startsWith('[') ? 'jsonArray' : text.trimStart().startsWith('{') ? 'ndjson' : 'csv'
  const format = request.format === 'detect' ? detected : request.format
  const all = parsed(text)
  const lines = format === 'jsonArray' && Array.isArray(all) ? all.map((one) => JSON.stringify(one)) : text.split('\n')
  const columns = format === 'csv' ? (lines[0] ?? '').split(',').map((name) => name.trim()) : []
  const good: ImportedRow[] = []
  const bad: { line: number; message: string }[] = []
  lines.forEach((line, i) => {
    if (line.trim() === '' || (format === 'csv' && i === 0)) return
    const cells = line.split(',')
    if (format === 'csv' && cells.length !== columns.length) {
      bad.push({ line: i + 1, message: `${cells.length} cells instead of ${columns.length}` })
      return
    }
    const value: unknown = format === 'csv' ? Object.fromEntries(columns.map((name, at) => [name, cells[at]?.trim()])) : parsed(line)
    if (value === undefined) {
      bad.push({ line: i + 1, message: 'not JSON: it ends too early' })
      return
    }
    const { key, missing } = keyFrom(filled(request.key, i, 0).text, value)
    if (missing !== null || key === '') {
      bad.push({ line: i + 1, message: missing === null ? 'no partition key' : `nothing at ${missing}` })
      return
    }
    const body =
      format !== 'csv'
        ? line
        : request.payloadColumn !== null
          ? String((value as Record<string, unknown>)[request.payloadColumn] ?? '')
          : JSON.stringify(value)
    good.push({ line: i + 1, key, text: body, shard: shardOfHash(evenShards(4), hashKeyOf(key)) })
  })
  return { format, good, bad, columns }
}

function importPreview(request: ImportRequest): ImportPreview {
  const { format, good, bad, columns } = readLines(request)
  const sizeBytes = good.reduce((sum, row) => sum + sizeOf(row.text) + sizeOf(row.key), 0)
  const putUnits = request.aggregate ? Math.ceil(sizeBytes / PUT_UNIT_BYTES) : good.length
  return {
    source: request.source,
    format,
    records: good.length,
    sizeBytes,
    first: good.slice(0, FIRST_ROWS),
    bad: bad.slice(0, MOST_BAD),
    badTotal: bad.length,
    columns,
    putUnits,
    putUnitsSaved: good.length - putUnits,
  }
}
