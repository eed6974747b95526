// Where a sequence diagram puts things: a column for each lifeline, a row for each message, and a mark between two where
// the wait was long. Pure; it draws nothing.

export interface SequenceMessage {
  readonly from: number
  readonly to: number
  readonly event: number
  readonly at: number
}
export interface PlacedMessage {
  readonly event: number
  readonly yPx: number
  readonly fromPx: number
  readonly toPx: number
  /** To itself: drawn as a loop at the lifeline's side. */
  readonly loop: boolean
}
export interface SequenceWait {
  readonly yPx: number
  readonly lengthMillis: number
}
export interface SequenceLayout {
  readonly lifelinesPx: readonly number[]
  readonly messages: readonly PlacedMessage[]
  readonly waits: readonly SequenceWait[]
  readonly widthPx: number
  readonly heightPx: number
}

export const SEQUENCE = { headPx: 34, rowPx: 40, waitPx: 30, columnPx: 176, loopPx: 34 } as const
const LONG_WAIT_MILLIS = 1_000

export function sequenceLayout(lifelines: number, messages: readonly SequenceMessage[], roomPx: number): SequenceLayout {
  const columnPx = Math.max(SEQUENCE.columnPx, lifelines === 0 ? 0 : roomPx / lifelines)
  const xOf = (lifeline: number): number => (Math.min(Math.max(0, lifeline), Math.max(0, lifelines - 1)) + 0.5) * columnPx
  const placed: PlacedMessage[] = []
  const waits: SequenceWait[] = []
  let yPx: number = SEQUENCE.headPx
  messages.forEach((message, i) => {
    const lengthMillis = message.at - (messages[i - 1]?.at ?? message.at)
    if (lengthMillis >= LONG_WAIT_MILLIS) {
      waits.push({ yPx: yPx + SEQUENCE.waitPx / 2, lengthMillis })
      yPx += SEQUENCE.waitPx
    }
    yPx += SEQUENCE.rowPx
    placed.push({
      event: message.event,
      yPx: yPx - 10,
      fromPx: xOf(message.from),
      toPx: xOf(message.to),
      loop: message.from === message.to,
    })
  })
  return {
    lifelinesPx: Array.from({ length: lifelines }, (_, i) => xOf(i)),
    messages: placed,
    waits,
    widthPx: lifelines * columnPx,
    heightPx: yPx + SEQUENCE.rowPx / 2,
  }
}
