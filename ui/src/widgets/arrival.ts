// Where the focus goes when a screen comes to the front: to its list, so that its keys work at once; else to itself.
import type { Attachment } from 'svelte/attachments'

const FIRST = ['[role=grid]', '[aria-current=true]', 'button.primary'] as const

export const arrival: Attachment<HTMLElement> = (screen) => {
  if (screen.contains(document.activeElement)) return
  const found = FIRST.flatMap((selector) => screen.querySelector<HTMLElement>(selector) ?? [])
  const target = found[0] ?? screen
  target.focus({ preventScroll: true })
}
