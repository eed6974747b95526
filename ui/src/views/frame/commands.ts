// The window's own commands: panes, sheet, zone, and stepping out of things one by one.
import type { Command } from '../../base/keymap'
import { LANGUAGES, type Language } from '../../base/language'
import { m } from '../../paraglide/messages.js'
import type { Kinescope } from '../../state/kinescope.svelte'
import type { Activity } from './activity'
import { languageName } from './language-names'

export interface WindowHands {
  readonly activities: readonly Activity[]
  readonly go: (activity: string) => void
  readonly showKeys: () => void
  readonly showPalette: () => void
  readonly showJobs: () => void
  readonly speak: (language: Language) => void
}

export function windowCommands(kinescope: Kinescope, hands: WindowHands): Command[] {
  const { settings, explorer } = kinescope
  const common = { scope: 'window', group: m.group_window }
  return [
    { ...common, id: 'window.palette', title: m.key_palette, keys: ['Mod+k', 'Mod+p'], run: hands.showPalette },
    { ...common, id: 'window.keys', title: m.key_shortcuts, keys: ['?'], run: hands.showKeys },
    {
      ...common,
      id: 'window.side-bar',
      title: m.key_side_bar,
      keys: ['Mod+b'],
      run: () => settings.set('sideBarShown', !settings.sideBarShown),
    },
    { ...common, id: 'window.zone', title: m.key_zone, keys: ['u'], run: () => settings.toggleZone() },
    { ...common, id: 'window.jobs', title: m.key_jobs, keys: ['g j'], run: hands.showJobs },
    { ...common, id: 'window.next-pane', title: m.key_next_pane, keys: ['F6'], run: () => cyclePane(1) },
    { ...common, id: 'window.previous-pane', title: m.key_previous_pane, keys: ['Shift+F6'], run: () => cyclePane(-1) },
    { ...common, id: 'window.leave', title: m.key_leave, keys: ['Escape'], run: () => stepOut(explorer) },
    ...LANGUAGES.map((language): Command => ({
      ...common,
      id: `window.language-${language}`,
      title: () => m.key_language({ language: languageName(language) }),
      keys: [],
      run: () => hands.speak(language),
    })),
    ...hands.activities.map((activity): Command => ({
      ...common,
      id: `window.go-${activity.id}`,
      title: activity.label,
      keys: [activity.keys],
      run: () => hands.go(activity.id),
    })),
  ]
}

/** Inspector, then brush, then selection. */
function stepOut(explorer: Kinescope['explorer']): void {
  if (explorer.inspector.shown) explorer.inspector.shown = false
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
