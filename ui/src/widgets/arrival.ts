// Where the focus goes when a screen comes to the front: to its list, so that its keys work at once; else to itself.
import type { Attachment } from 'svelte/attachments'

export const arrival: Attachment<HTMLElement> = (screen) => {
  if (screen.contains(document.activeElement)) return
  const target = screen.querySelector<HTMLElement>('[role=grid], [aria-current=true], button.primary') ?? screen
  target.focus({ preventScroll: true })
}
