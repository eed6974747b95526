// The state of one entity over time: its events folded by one rule for each type, and the place in time that is looked at.
import type { FoldedEvent, Reducer, ReducerHow, Sagas } from '../backend/sagas'
import { Answer } from './answer.svelte'

export class EntityState {
  keyPath = $state('$.payload.orderId')
  key = $state('')
  reducers = $state.raw<readonly Reducer[]>([])
  /** The event up to which the state is told. */
  position = $state(0)
  /** What the answer in front is of. */
  asked = $state('')
  /** There are more events than the answer has. */
  truncated = $state(false)
  readonly answer = new Answer<readonly FoldedEvent[]>()

  constructor(
    readonly sagas: Sagas,
    readonly captures: () => readonly string[],
  ) {}

  get ready(): boolean {
    return this.keyPath.trim() !== '' && this.key.trim() !== ''
  }

  async fold(): Promise<void> {
    if (!this.ready) return
    const key = this.key.trim()
    await this.answer.ask(async () => {
      const { events, truncated } = await this.sagas.foldState([...this.captures()], this.keyPath.trim(), key, [...this.reducers])
      this.truncated = truncated
      return events
    })
    this.asked = key
    this.position = Math.max(0, (this.answer.value?.length ?? 1) - 1)
  }

  /** Types without a rule are merged into the state. */
  setRule(type: string, how: ReducerHow, path: string | null): void {
    this.reducers = [...this.reducers.filter((rule) => rule.type !== type), { type, how, path }]
    if (this.answer.value) void this.fold()
  }

  dropRule(type: string): void {
    this.reducers = this.reducers.filter((rule) => rule.type !== type)
    if (this.answer.value) void this.fold()
  }
}
