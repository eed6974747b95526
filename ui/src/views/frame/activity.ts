// A screen of the window, as the rail shows it. The app lists the screens that exist; the frame draws that list.
import type { Component } from 'svelte'
import type { KeyLine } from '../../base/keymap'

export interface Activity {
  readonly id: string
  readonly icon: Component<{ size?: number | string; strokeWidth?: number | string }>
  /** Its name, and the way there by key. */
  readonly line: KeyLine
}
