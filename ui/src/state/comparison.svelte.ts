// The open record beside another: what the event in front was changed from, an earlier record that is like it, or one that
// was picked. It compares the texts that a person reads; how they differ is shown by the view.
import { asFault, type Backend, type CommandFault, type RecordDetails, type RecordEvent, type RecordRow, type RecordText } from '../backend'

export type Against = 'change' | 'key' | 'type' | 'picked'

export interface ComparedTexts {
  readonly before: RecordText
  readonly after: RecordText
}

interface Picked {
  readonly of: string
  readonly other: RecordRow
}

export class Comparison {
  /** What was chosen last, where the record has it. */
  wanted = $state<Against>('key')
  /** The other record; null where the event is compared with itself, or none was captured. */
  other = $state.raw<RecordRow | null>(null)
  texts = $state.raw<ComparedTexts | null>(null)
  fault = $state.raw<CommandFault | null>(null)
  asking = $state(false)
  #picked = $state.raw<Picked | null>(null)
  #asked: RecordEvent | null = null
  #question = 0

  constructor(readonly backend: Backend) {}

  /** What the record can be compared with. */
  choices(details: RecordDetails, event: RecordEvent): readonly Against[] {
    return [
      ...(this.#picked?.of === details.row.id ? (['picked'] as const) : []),
      ...(event.hasBefore || event.hasAfter ? (['change'] as const) : []),
      ...(details.row.partitionKey === null ? [] : (['key'] as const)),
      ...(details.row.eventType === null ? [] : (['type'] as const)),
    ]
  }

  against(details: RecordDetails, event: RecordEvent): Against | null {
    const choices = this.choices(details, event)
    return choices.find((choice) => choice === this.wanted) ?? choices[0] ?? null
  }

  /** From now on `of` is compared with this one, as long as it is open. */
  pick(of: string, other: RecordRow): void {
    this.#picked = { of, other }
    this.wanted = 'picked'
    this.#asked = null
  }

  choose(against: Against, details: RecordDetails, event: RecordEvent): void {
    this.wanted = against
    this.#asked = null
    void this.show(details, event)
  }

  /** Asks for what is compared, unless that is done. */
  async show(details: RecordDetails, event: RecordEvent): Promise<void> {
    if (event === this.#asked) return
    this.#asked = event
    const question = (this.#question += 1)
    this.asking = true
    this.fault = null
    this.other = null
    this.texts = null
    try {
      const against = this.against(details, event)
      const other = await this.#other(details, against)
      const texts = await this.#texts(details.row, event, against, other)
      if (question !== this.#question) return
      this.other = other
      this.texts = texts
    } catch (thrown) {
      const fault = asFault(thrown)
      if (question === this.#question && fault.code !== 'superseded') this.fault = fault
    } finally {
      if (question === this.#question) this.asking = false
    }
  }

  async #other(details: RecordDetails, against: Against | null): Promise<RecordRow | null> {
    if (against === 'picked') return this.#picked?.other ?? null
    return against === 'key' || against === 'type' ? this.backend.earlierRecord(details.row.id, against) : null
  }

  async #texts(row: RecordRow, event: RecordEvent, against: Against | null, other: RecordRow | null): Promise<ComparedTexts | null> {
    const { backend } = this
    if (against === 'change') {
      const [before, after] = await Promise.all([
        backend.recordText(row.id, event.index, 'before'),
        backend.recordText(row.id, event.index, 'after'),
      ])
      return { before, after }
    }
    if (other === null) return null
    const { layers } = await backend.openRecord(other.id)
    // the event of the same place, where the other record has so many
    const place = event.index < layers.events ? event.index : 0
    const [before, after] = await Promise.all([
      backend.recordText(other.id, place, 'content'),
      backend.recordText(row.id, event.index, 'content'),
    ])
    return { before, after }
  }
}
