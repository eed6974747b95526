// A screen of the window, as the rail shows it. The app lists the screens that exist; the frame draws that list.
import type { Component } from 'svelte'

export interface Activity {
  readonly id: string
  readonly label: () => string
  readonly icon: Component<{ size?: number | string; strokeWidth?: number | string }>
  /** "g e": the way there by key. */
  readonly keys: string
}
