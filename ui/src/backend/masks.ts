// What the window may ask about masking rules. The types are the generated ones.
import type { MaskAdded, MaskKind, Masking, Unmasking } from './bindings'

export interface MaskCommands {
  masking(): Promise<Masking>
  /** It holds at once; with a fault it was not added. */
  addMask(kind: MaskKind, text: string): Promise<MaskAdded>
  switchMaskOn(kind: MaskKind, text: string): Promise<Masking>
  maskAgain(): Promise<Masking>
  /** A native dialog asks; null: the person said no. */
  unmask(what: Unmasking): Promise<Masking | null>
}
