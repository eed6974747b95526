// The stream that somebody is about to write to, and what is known of it before anything is asked for.
import type { TargetFacts, PublishCommands, WriteTarget } from '../backend'
import { Answer } from './answer.svelte'
import { sameTarget } from './grants.svelte'

export class TargetChoice {
  address = $state.raw<WriteTarget | null>(null)
  /** Production-looking streams: their name, typed. */
  typedName = $state('')
  readonly facts = new Answer<TargetFacts>()

  constructor(
    readonly writes: PublishCommands,
    readonly changed: () => void,
  ) {}

  choose(address: WriteTarget | null): void {
    if (sameTarget(address, this.address)) return
    this.address = address
    this.typedName = ''
    if (address === null) this.facts.clear()
    else void this.facts.ask(() => this.writes.targetFacts(address))
    this.changed()
  }

  again(): void {
    const address = this.address
    if (address) void this.facts.again(() => this.writes.targetFacts(address))
  }

  /** What has to be typed is typed. */
  get named(): boolean {
    const facts = this.facts.value
    return facts !== null && (!facts.looksLikeProduction || this.typedName === facts.stream)
  }
}
