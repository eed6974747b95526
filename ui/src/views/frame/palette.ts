// What the palette offers: the commands of the key registry that can be run now, and the places one can go to. It ranks
// nothing and runs nothing.
import type { Command } from '../../base/keymap'
import { m } from '../../paraglide/messages.js'
import type { Kinescope } from '../../state/kinescope.svelte'
import { THEMES } from '../../state/settings.svelte'
import { THEME_NAMES } from './looks'

export interface PaletteEntry {
  readonly id: string
  readonly title: string
  /** Of what kind it is, or to which group it belongs. */
  readonly group: string
  readonly keys?: string | undefined
  readonly run: () => void
}

export interface PaletteDoors {
  readonly onstream: (connection: string, stream: string) => void
  readonly oncapture: (capture: string) => void
  /** A text that was typed and begins as a link does. */
  readonly onlink: (text: string) => void
}

export function paletteEntries(kinescope: Kinescope, doors: PaletteDoors): PaletteEntry[] {
  const { keymap, settings, captures, connections } = kinescope
  return [
    ...commandEntries(keymap.commands),
    ...THEMES.map((theme) => ({
      id: `theme ${theme}`,
      title: THEME_NAMES[theme](),
      group: m.appearance(),
      run: () => settings.set('theme', theme),
    })),
    ...captures.rows.map((capture) => ({
      id: `capture ${capture.id}`,
      title: capture.name,
      group: m.palette_capture(),
      run: () => doors.oncapture(capture.id),
    })),
    ...connections.open.flatMap((connection) =>
      connections.streamsOf(connection.id).rows.map((stream) => ({
        id: `stream ${connection.id} ${stream.name}`,
        title: stream.name,
        group: connections.open.length === 1 ? m.palette_stream() : m.palette_stream_of({ connection: connection.label }),
        run: () => doors.onstream(connection.id, stream.name),
      })),
    ),
  ]
}

/** What is typed is a link, or means to be one: there is nothing else to choose then. */
export const linkEntry = (text: string, doors: PaletteDoors): PaletteEntry => ({
  id: 'link',
  title: m.link_open(),
  group: m.link_group(),
  run: () => doors.onlink(text),
})

/** The same thing in two scopes is one thing to a person. The palette itself is not in it. */
function commandEntries(commands: readonly Command[]): PaletteEntry[] {
  const entries = new Map<string, PaletteEntry>()
  for (const command of commands) {
    if (command.id === 'window.palette' || command.id === 'window.leave' || command.enabled?.() === false) continue
    const [title, group] = [command.title(), command.group()]
    const name = `${group} ${title}`
    if (!entries.has(name)) entries.set(name, { id: command.id, title, group, keys: command.keys[0], run: command.run })
  }
  return [...entries.values()]
}
