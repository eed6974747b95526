// What stands left of a lane's heat.

export interface LaneLabel {
  readonly lane: number
  /** Shown once for a run of lanes of the same group. */
  readonly group: string
  readonly name: string
  readonly glyph: string
  readonly tone: 'good' | 'warn' | 'bad' | 'dim'
  /** The state in words, for the tooltip and the screen reader. */
  readonly state: string
  readonly figure: string
  /** What pressing the label does; null where it does nothing. */
  readonly action: string | null
  /** Why it stands out among the others, in a word and in a sentence. */
  readonly hot: { readonly word: string; readonly words: string } | null
  /** Drawn below the lane that it came from. */
  readonly child: boolean
}
