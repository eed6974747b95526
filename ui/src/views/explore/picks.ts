// The one way by which table and keys pick many records, with its commands. What is said when too many are wanted is said here.
import { count } from '../../base/formats'
import type { Command } from '../../base/keymap'
import { m } from '../../paraglide/messages.js'
import type { Kinescope } from '../../state/kinescope.svelte'
import { MOST_PICKED, Picking } from '../../state/picking'
import { PICK_KEYS } from './keys'

const made = new WeakMap<Kinescope, Picking>()

/** Null where the program has no use for picks. */
export function pickingOf(kinescope: Kinescope): Picking | null {
  const { replaying, notices } = kinescope
  if (!replaying) return null
  const known = made.get(kinescope)
  if (known) return known
  const picking = new Picking(replaying, {
    tooMany: () => notices.say(m.pick_too_many({ most: count(MOST_PICKED) })),
    fail: (fault) => notices.fail(fault),
  })
  made.set(kinescope, picking)
  return picking
}

export function pickCommands(kinescope: Kinescope): Command[] {
  const { explorer, replaying } = kinescope
  const picking = pickingOf(kinescope)
  if (!picking || !replaying) return []
  const page = (): number => explorer.table.scroll.rowsPerPage
  const hasRows = (): boolean => explorer.table.rows > 0
  return [
    { ...PICK_KEYS['pick.next'], enabled: hasRows, run: () => picking.extend(explorer, 1) },
    { ...PICK_KEYS['pick.previous'], enabled: hasRows, run: () => picking.extend(explorer, -1) },
    { ...PICK_KEYS['grid.pick-down'], run: () => picking.extend(explorer, 1) },
    { ...PICK_KEYS['grid.pick-up'], run: () => picking.extend(explorer, -1) },
    { ...PICK_KEYS['grid.pick-page-down'], run: () => picking.extend(explorer, page()) },
    { ...PICK_KEYS['grid.pick-page-up'], run: () => picking.extend(explorer, -page()) },
    { ...PICK_KEYS['grid.pick-all'], enabled: hasRows, run: () => picking.all(explorer) },
    { ...PICK_KEYS['pick.clear'], enabled: () => replaying.picked.size > 0, run: () => replaying.clearPicks() },
  ]
}
