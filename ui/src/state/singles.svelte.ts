// Single records for the lanes, where so few are in sight that each can be seen. It asks for them only then.
import { span, type TimeSpan } from '../base/time-scale'
import { asFault, type Backend, type RecordRow } from '../backend'
import { Latest } from './latest'

/** As many as one page of a view holds. */
const MOST = 1_000

interface Look {
  readonly view: number
  readonly revision: number
  readonly time: TimeSpan
}

export class Singles {
  /** Null where there are too many to be seen. */
  rows = $state.raw<readonly RecordRow[] | null>(null)
  #asked: Look | null = null
  #of: TimeSpan | null = null
  readonly #looks = new Latest<Look>((look) => this.#fetch(look))

  constructor(readonly backend: Backend) {}

  /** `records`: how many there are in that time; null while that is not known. */
  look(view: number, revision: number, time: TimeSpan, records: number | null): void {
    if (records === null || records > MOST) {
      this.rows = null
      this.#asked = null
      return
    }
    const known = this.#asked
    const serves = this.#of !== null && this.#of.from <= time.from && this.#of.until >= time.until
    if (known?.view === view && known.revision === revision && serves) return
    this.#asked = { view, revision, time }
    this.#looks.ask(this.#asked)
  }

  async #fetch(look: Look): Promise<void> {
    const { view, time } = look
    const half = Math.round((time.until - time.from) / 2)
    try {
      for (const wanted of [span(time.from - half, time.until + half), time]) {
        const [first, until] = await Promise.all([this.backend.viewRowAt(view, wanted.from), this.backend.viewRowAt(view, wanted.until)])
        if (until - first > MOST) continue
        const page = until > first ? await this.backend.viewPage(view, first, until - first, []) : { rows: [] }
        if (look !== this.#asked) return
        this.#of = wanted
        this.rows = page.rows
        return
      }
      if (look === this.#asked) this.rows = null
    } catch (thrown) {
      // the counts say what went wrong; here the heat stays
      if (look === this.#asked && asFault(thrown).code !== 'superseded') this.rows = null
    }
  }
}
