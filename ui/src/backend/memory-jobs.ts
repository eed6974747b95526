// A made-up job that writes: it goes on by itself, and can be paused, stepped, slowed and ended. What becomes of each of
// its records follows from the target's name, so that every state can be seen: "flaky" loses some answers, "lost" all of them, "slow" takes long.
import { mixed } from './fixture'
import type { JobState, SentOutcome } from './bindings'

const TICK_MILLIS = 50
const IN_FLIGHT = 24

/** What the endpoint says at first about the record at this place. */
export function fateOf(target: string, index: number): SentOutcome {
  if (target.includes('lost')) return 'unclear'
  if (!target.includes('flaky')) return 'acknowledged'
  if (mixed(index, 71) % 23 === 7) return 'unclear'
  return mixed(index, 73) % 41 === 3 ? 'refused' : 'acknowledged'
}

export const usualRate = (target: string): number => (target.includes('slow') ? 40 : 4_000)

export class MadeUpJob {
  state: JobState = 'running'
  message: string | null = null
  hint: string | null = null
  done = 0
  endedAt: number | null = null
  mayBeDoubled = 0
  readonly counts: Record<SentOutcome, number> = { acknowledged: 0, refused: 0, unclear: 0, waiting: 0, inFlight: 0 }
  #debt = 0
  #timer: ReturnType<typeof setInterval> | null = null

  constructor(
    readonly target: string,
    readonly total: number,
    public perSecond: number,
    /** What follows a lost answer: the record is left as it is, sent again, or the job stops. */
    readonly afterUnclear: 'keep' | 'retry' | 'stop',
    readonly now: () => number,
    /** Something became of a record. */
    readonly moved: () => void = () => undefined,
  ) {}

  start(): this {
    this.state = 'running'
    this.message = null
    this.hint = null
    this.#timer ??= setInterval(() => this.#tick(), TICK_MILLIS)
    return this
  }

  pause(): void {
    if (this.state === 'running') this.#rest('paused')
  }

  cancel(): void {
    if (this.state === 'running' || this.state === 'paused' || this.state === 'interrupted') this.#end('cancelled')
  }

  interrupt(message: string, hint: string): void {
    this.#rest('interrupted')
    this.message = message
    this.hint = hint
  }

  step(): void {
    if (this.state === 'paused') this.advance(1)
  }

  /** Without waiting: for what was done before the page was opened. */
  advance(records: number): void {
    for (let i = 0; i < records && this.done < this.total; i += 1) {
      if (this.doubledAt(this.done)) this.mayBeDoubled += 1
      const fate = this.#settled(this.done)
      this.counts[fate] += 1
      this.done += 1
      if (fate === 'unclear' && this.afterUnclear === 'stop') {
        this.#rest('paused')
        this.message = 'nobody knows whether the last record was written: the endpoint did not answer in time'
        this.hint = 'Look at the target, then resume or cancel.'
        return
      }
    }
    if (this.done === this.total) this.#end('finished')
  }

  get inFlight(): number {
    return this.state === 'running' ? Math.min(IN_FLIGHT, this.total - this.done) : 0
  }

  get etaMillis(): number | null {
    return this.state === 'running' && this.perSecond > 0 ? ((this.total - this.done) / this.perSecond) * 1_000 : null
  }

  outcomeAt(index: number): SentOutcome {
    if (index < this.done) return this.#settled(index)
    return index < this.done + this.inFlight ? 'inFlight' : 'waiting'
  }

  /** Its answer was lost and it was sent again. */
  doubledAt(index: number): boolean {
    return this.afterUnclear === 'retry' && fateOf(this.target, index) === 'unclear'
  }

  #settled(index: number): SentOutcome {
    return this.doubledAt(index) ? 'acknowledged' : fateOf(this.target, index)
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  #tick(): void {
    this.#debt += (this.perSecond * TICK_MILLIS) / 1_000
    const whole = Math.floor(this.#debt)
    this.#debt -= whole
    this.advance(whole)
    this.moved()
  }

  #rest(state: JobState): void {
    this.stop()
    this.state = state
  }

  #end(state: JobState): void {
    this.#rest(state)
    this.endedAt = this.now()
  }
}

/** Why a record stands where it stands. */
export function outcomeWords(outcome: SentOutcome): string | null {
  if (outcome === 'unclear') return 'no answer within 10 s: it may have been written'
  return outcome === 'refused' ? 'ProvisionedThroughputExceededException: rate exceeded for the shard' : null
}
