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
  /** What pressing the label does. */
  readonly action: string
  /** Drawn below the lane that it came from. */
  readonly child: boolean
}
