// What the page puts onto the clipboard, at once or as a text that follows.
import { vi } from 'vitest'

export function copiedTexts(): string[] {
  const copied: string[] = []
  vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(async (text) => void copied.push(text))
  vi.spyOn(navigator.clipboard, 'write').mockImplementation(async ([item]) => {
    const blob = await item?.getType('text/plain')
    if (blob) copied.push(await blob.text())
  })
  return copied
}
