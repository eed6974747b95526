// How this window looks: theme, zone, density, panes. Kept by the webview under one key; nothing of it concerns data.
import type { LanguageChoice } from '../base/language'
import type { HeatScale } from '../base/cividis'
import type { Zone } from '../base/zone'
import { knownZoom, USUAL_ZOOM } from '../base/zoom'

export const THEMES = ['system', 'light', 'dark', 'contrast-light', 'contrast-dark'] as const
export type Theme = (typeof THEMES)[number]
/** Where the inspector stands; `auto` is where there is more room. */
export type Dock = 'auto' | 'right' | 'bottom'
export type LaneSort = 'shard' | 'hot'
export type Density = 'compact' | 'default' | 'comfortable'

interface Kept {
  theme: Theme
  /** What the window speaks; anything unknown is the system's. */
  language: LanguageChoice
  zone: Zone
  density: Density
  /** How large everything is drawn. */
  zoomPercent: number
  sideBarPx: number
  sideBarShown: boolean
  inspectorPx: number
  dock: Dock
  lanesPx: number
  lanesSort: LaneSort
  lanesScale: HeatScale
  singleKeys: boolean
  /** Times of the table are the events' own, where it is known where they stand. */
  byEventTime: boolean
  /** Where the events of a stream say their time. */
  eventTimePaths: Readonly<Record<string, string>>
}

const KEY = 'kinescope.window'
const DEFAULTS: Kept = {
  theme: 'system',
  language: 'system',
  zone: 'local',
  density: 'default',
  zoomPercent: USUAL_ZOOM,
  sideBarPx: 248,
  sideBarShown: true,
  inspectorPx: 400,
  dock: 'auto',
  lanesPx: 216,
  lanesSort: 'shard',
  lanesScale: 'log',
  singleKeys: true,
  byEventTime: false,
  eventTimePaths: {},
}
const ROW_HEIGHT_PX: Readonly<Record<Density, number>> = { compact: 22, default: 26, comfortable: 32 }

export class Settings {
  #kept = $state<Kept>(read())
  #systemDark = $state(false)
  #systemContrast = $state(false)
  /** Whether the ground is dark now. */
  dark = $derived(this.#kept.theme === 'system' ? this.#systemDark : this.#kept.theme.endsWith('dark'))
  /** Whether everything stands out as far as it can: as it was chosen, or as the system asks for. */
  contrast = $derived(this.#systemContrast || this.#kept.theme.startsWith('contrast'))
  /** Changes with every change of colours, for what is drawn on a canvas. */
  look = $derived(`${this.#kept.theme} ${this.dark} ${this.contrast}`)

  get theme(): Theme {
    return this.#kept.theme
  }
  get language(): LanguageChoice {
    return this.#kept.language
  }
  get zone(): Zone {
    return this.#kept.zone
  }
  get density(): Density {
    return this.#kept.density
  }
  get rowHeightPx(): number {
    return ROW_HEIGHT_PX[this.#kept.density]
  }
  get zoomPercent(): number {
    return knownZoom(this.#kept.zoomPercent)
  }
  get sideBarPx(): number {
    return this.#kept.sideBarPx
  }
  get sideBarShown(): boolean {
    return this.#kept.sideBarShown
  }
  get inspectorPx(): number {
    return this.#kept.inspectorPx
  }
  get dock(): Dock {
    return this.#kept.dock
  }
  get lanesPx(): number {
    return this.#kept.lanesPx
  }
  get lanesSort(): LaneSort {
    return this.#kept.lanesSort
  }
  get lanesScale(): HeatScale {
    return this.#kept.lanesScale
  }
  get singleKeys(): boolean {
    return this.#kept.singleKeys
  }
  get byEventTime(): boolean {
    return this.#kept.byEventTime
  }
  get eventTimePaths(): Readonly<Record<string, string>> {
    return this.#kept.eventTimePaths
  }

  /** The events of a stream say their time at this path, and times are theirs now; null: nowhere any more. */
  setEventTimePath(stream: string, path: string | null): void {
    const others = Object.entries(this.eventTimePaths).filter(([name]) => name !== stream)
    this.set('eventTimePaths', Object.fromEntries(path === null ? others : [...others, [stream, path]]))
    this.set('byEventTime', path !== null || (this.byEventTime && others.length > 0))
  }

  set<K extends keyof Kept>(name: K, value: Kept[K]): void {
    this.#kept[name] = value
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#kept))
    } catch {
      // without storage the choice lasts as long as the window
    }
  }

  /** Hears when the system's colours change; the answer stops it. */
  watchSystem(): () => void {
    const dark = window.matchMedia('(prefers-color-scheme: dark)')
    const contrast = window.matchMedia('(prefers-contrast: more)')
    const take = (): void => {
      this.#systemDark = dark.matches
      this.#systemContrast = contrast.matches
    }
    take()
    for (const query of [dark, contrast]) query.addEventListener('change', take)
    return () => [dark, contrast].forEach((query) => query.removeEventListener('change', take))
  }

  /** Says in the page how it is to look: styles ask for it. */
  wear(page: HTMLElement): void {
    page.dataset['theme'] = this.theme
    page.dataset['contrast'] = this.contrast ? 'more' : 'no-preference'
    page.style.setProperty('--row', `${this.rowHeightPx}px`)
  }

  /** Hears what another window keeps; the answer stops it. */
  watchOthers(): () => void {
    const take = (event: StorageEvent): void => {
      if (event.key === KEY || event.key === null) this.#kept = read()
    }
    window.addEventListener('storage', take)
    return () => window.removeEventListener('storage', take)
  }

  toggleZone(): void {
    this.set('zone', this.zone === 'utc' ? 'local' : 'utc')
  }
}

/** Only known names with values of the right type are taken from what was kept. */
function read(): Kept {
  const kept: Kept = { ...DEFAULTS }
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    if (typeof found !== 'object' || found === null) return kept
    for (const [name, value] of Object.entries(found)) {
      if (name in DEFAULTS && typeof value === typeof DEFAULTS[name as keyof Kept]) Object.assign(kept, { [name]: value })
    }
  } catch {
    // unreadable settings are the defaults
  }
  return kept
}
