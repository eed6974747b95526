// The window's own commands: panes, sheet, zone, and stepping out of things one by one.
import type { Command } from '../../base/keymap'
import { LANGUAGES, type Language } from '../../base/language'
import { nextZoom, USUAL_ZOOM } from '../../base/zoom'
import type { Kinescope } from '../../state/kinescope.svelte'
import type { Settings } from '../../state/settings.svelte'
import type { Activity } from './activity'
import { languageKey, SETTINGS_KEYS, WINDOW_KEYS as KEYS, ZOOM_KEYS } from './keys'

export interface WindowHands {
  readonly activities: readonly Activity[]
  readonly go: (activity: string) => void
  readonly showKeys: () => void
  readonly settings: () => void
  readonly remap: () => void
  readonly mask: (() => void) | null
  readonly salvage: () => void
  readonly copyLink: () => void
  readonly showPalette: () => void
  readonly showJobs: () => void
  readonly speak: (language: Language) => void
}

export function windowCommands(kinescope: Kinescope, hands: WindowHands): Command[] {
  const { settings } = kinescope
  return [
    { ...KEYS['window.palette'], run: hands.showPalette },
    { ...KEYS['window.keys'], run: hands.showKeys },
    { ...SETTINGS_KEYS['window.settings'], run: hands.settings },
    { ...KEYS['window.remap'], run: hands.remap },
    ...(hands.mask ? [{ ...KEYS['window.masking'], run: hands.mask }] : []),
    { ...KEYS['window.salvage'], run: hands.salvage },
    { ...KEYS['window.link'], run: hands.copyLink },
    { ...KEYS['window.side-bar'], run: () => settings.set('sideBarShown', !settings.sideBarShown) },
    { ...KEYS['window.zone'], run: () => settings.toggleZone() },
    ...zoomCommands(settings),
    { ...KEYS['window.jobs'], run: hands.showJobs },
    { ...KEYS['window.next-pane'], run: () => cyclePane(1) },
    { ...KEYS['window.previous-pane'], run: () => cyclePane(-1) },
    { ...KEYS['window.leave'], run: () => stepOut(kinescope) },
    ...LANGUAGES.map((language): Command => ({ ...languageKey(language), run: () => hands.speak(language) })),
    ...hands.activities.map((activity): Command => ({ ...activity.line, run: () => hands.go(activity.id) })),
  ]
}

/** Of either window. */
export function zoomCommands(settings: Settings): Command[] {
  return [
    { ...ZOOM_KEYS['window.zoom-in'], run: () => settings.set('zoomPercent', nextZoom(settings.zoomPercent, 1)) },
    { ...ZOOM_KEYS['window.zoom-out'], run: () => settings.set('zoomPercent', nextZoom(settings.zoomPercent, -1)) },
    { ...ZOOM_KEYS['window.zoom-usual'], run: () => settings.set('zoomPercent', USUAL_ZOOM) },
  ]
}

/** Inspector, then picks, then brush, then selection. */
function stepOut({ explorer, replaying }: Kinescope): void {
  if (explorer.inspector.shown) explorer.inspector.shown = false
  else if (replaying && replaying.picked.size > 0) replaying.clearPicks()
  else if (explorer.selection.range) explorer.brush(null)
  else explorer.clearSelection()
}

const FOCUSABLE = '[tabindex="0"], button:not([tabindex="-1"]), input'

/** The first thing that takes the focus in the next pane that is there. */
function cyclePane(step: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter((pane) => pane.querySelector(FOCUSABLE) !== null)
  if (panes.length === 0) return
  const here = panes.findIndex((pane) => pane.contains(document.activeElement))
  const next = panes[(here + step + panes.length) % panes.length]
  const target =
    next?.querySelector<HTMLElement>('[role="grid"] [tabindex="0"], [role="slider"], [role="tree"]') ??
    next?.querySelector<HTMLElement>(FOCUSABLE)
  target?.focus()
}
