// The entries of a menu, whether it hangs from a button or opens under the pointer.
import type { Component } from 'svelte'

export interface MenuEntry {
  readonly id: string
  readonly label: string
  readonly icon?: Component<{ size?: number | string; strokeWidth?: number | string }>
  /** Dim, at the end of the line. */
  readonly note?: string
  readonly keys?: string | undefined
  readonly checked?: boolean
  /** A line above it. */
  readonly separated?: boolean
  readonly danger?: boolean
  readonly testid?: string
  readonly run: () => void
}
