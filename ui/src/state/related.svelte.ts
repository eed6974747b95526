// What has something in common with the open record: the relations there may be, how many records each has, and the
// records of the one that is looked at. Each is asked for when nothing else is, the one looked at first.
import { asFault, type Backend, type CommandFault, type PossibleRelation, type RelatedRecords } from '../backend'

export type Answers = ReadonlyMap<number, RelatedRecords>

const nameOf = ({ relation, value }: PossibleRelation): string =>
  relation.kind === 'id' ? `id ${relation.path} ${value}` : `${relation.kind} ${value}`

export class Related {
  possible = $state.raw<readonly PossibleRelation[]>([])
  answers = $state.raw<Answers>(new Map())
  /** The relation that is looked at, counted in those that are possible. */
  chosen = $state(0)
  /** The one that is being looked for. */
  asking = $state<number | null>(null)
  fault = $state.raw<CommandFault | null>(null)
  #of: { readonly record: string; readonly event: number } | null = null
  #work = 0

  constructor(readonly backend: Backend) {}

  get shown(): RelatedRecords | undefined {
    return this.answers.get(this.chosen)
  }

  /** Another record or event is open. What is known of its relatives already is not asked for again. */
  async open(record: string, event: number): Promise<void> {
    if (this.#of?.record === record && this.#of.event === event && !this.fault) return
    const of = { record, event }
    this.#of = of
    this.#work += 1
    this.fault = null
    try {
      const possible = await this.backend.relating.possibleRelations(record, event)
      if (of !== this.#of) return
      this.#take(record, possible)
      await this.#goOn(record)
    } catch (thrown) {
      if (of === this.#of) this.fault = asFault(thrown)
    }
  }

  choose(index: number): void {
    this.chosen = index
    const record = this.#of?.record
    if (record !== undefined && !this.answers.has(index)) void this.#goOn(record)
  }

  stop(): void {
    this.#of = null
    this.#work += 1
  }

  /** Records that were found together stay together, whichever of them is open. */
  #take(record: string, possible: readonly PossibleRelation[]): void {
    const before = new Map(this.possible.map((one, index) => [nameOf(one), this.answers.get(index)]))
    const looked = this.possible[this.chosen]
    const kept = new Map<number, RelatedRecords>()
    possible.forEach((one, index) => {
      const answer = before.get(nameOf(one))
      if (answer?.complete && answer.rows.length === answer.total && answer.rows.some((row) => row.id === record)) kept.set(index, answer)
    })
    const same = looked ? possible.findIndex((one) => nameOf(one) === nameOf(looked)) : 0
    this.possible = possible
    this.answers = kept
    this.chosen = Math.max(0, same)
  }

  async #goOn(record: string): Promise<void> {
    const work = (this.#work += 1)
    for (;;) {
      const index = this.#next()
      const one = index === null ? undefined : this.possible[index]
      if (index === null || !one) break
      this.asking = index
      try {
        const answer = await this.backend.relating.relatedRecords(record, one.relation)
        if (work !== this.#work) return
        this.answers = new Map([...this.answers, [index, answer]])
      } catch (thrown) {
        if (work !== this.#work) return
        this.asking = null
        this.fault = asFault(thrown)
        return
      }
    }
    this.asking = null
  }

  #next(): number | null {
    if (this.possible.length > 0 && !this.answers.has(this.chosen)) return this.chosen
    const open = this.possible.findIndex((_, index) => !this.answers.has(index))
    return open === -1 ? null : open
  }
}
