// Which of the window's own sheets stand over it: keys, settings, masks, a workspace to be salvaged.

export class Sheets {
  keys = $state(false)
  /** It is loaded when it is first asked for. */
  keysWanted = $state(false)
  remap = $state(false)
  mask = $state(false)
  salvage = $state(false)
  settings = $state(false)

  readonly showKeys = (): void => {
    this.keysWanted = this.keys = true
  }
  readonly showRemap = (): void => {
    this.keys = false
    this.remap = true
  }
  readonly showMask = (): void => {
    this.mask = true
  }
}
