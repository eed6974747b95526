// From the browser's key events to the registry's words: the stroke, the scopes around the focus, and whether a text
// field has it. It runs nothing.
import type { Stroke } from '../base/key-text'

export const onMac = (): boolean => navigator.userAgent.includes('Mac OS X')

export function strokeOf(event: KeyboardEvent): Stroke {
  const mac = onMac()
  return { key: event.key, mod: mac ? event.metaKey : event.ctrlKey, alt: event.altKey, shift: event.shiftKey }
}

/** The `data-scope` of everything around the target, innermost first, then the screen in front, wherever in the window
    the focus is. A dialog or a menu keeps the keys of screen and window out. */
export function scopesAround(target: EventTarget | null, screen: string): string[] {
  const scopes: string[] = []
  for (let at = target instanceof Element ? target : null; at; at = at.parentElement) {
    const scope = at.getAttribute('data-scope')
    if (scope !== null) scopes.push(scope)
    const role = at.getAttribute('role')
    if (role === 'dialog' || role === 'menu' || role === 'alertdialog') return scopes
  }
  return [...(scopes.includes(screen) ? scopes : [...scopes, screen]), 'window']
}

/** Enter and the space bar press the button that has the focus, whatever they mean around it. */
export function pressesButton(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' && event.key !== ' ') return false
  const own = event.target instanceof Element && event.target.closest('button, a[href], summary') !== null
  return own && !event.ctrlKey && !event.metaKey && !event.altKey
}

export function isTextField(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'range', 'button'].includes(target.type)
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  )
}
