// The looks of the window that a person can choose, with their words.
import { m } from '../../paraglide/messages.js'
import type { Density, Theme } from '../../state/settings.svelte'

export const THEME_NAMES: Readonly<Record<Theme, () => string>> = {
  system: m.theme_system,
  light: m.theme_light,
  dark: m.theme_dark,
  'contrast-light': m.theme_contrast_light,
  'contrast-dark': m.theme_contrast_dark,
}

export const DENSITIES: readonly (readonly [Density, () => string])[] = [
  ['compact', m.density_compact],
  ['default', m.density_default],
  ['comfortable', m.density_comfortable],
]
