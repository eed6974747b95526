// A gap in words, and a capture of just what it lacks, for whoever shows one: the table, the lanes, the lanes as a table.
import { duration, fullTime, timeRange } from '../../base/formats'
import type { Zone } from '../../base/zone'
import { m } from '../../paraglide/messages.js'
import type { Gap, Gaps } from '../../state/gaps.svelte'
import type { Kinescope } from '../../state/kinescope.svelte'
import type { CommandFault } from '../../state/words'
import type { ExploreDoors } from './doors'

export const gapRange = ({ from, until }: Gap, zone: Zone): string => (from !== null && until !== null ? timeRange(from, until, zone) : '')

export function gapWords({ at, from, until }: Gap, zone: Zone): string {
  if (from === null) return m.gap_line_before({ time: fullTime(at, zone) })
  return until === null ? m.gap_line_after({ time: fullTime(at, zone) }) : m.gap_line({ length: duration(until - from) })
}

/** Starts the capture and says so, or says why there can be none. */
export async function backfill({ notices, settings }: Kinescope, gaps: Gaps, gap: Gap, doors: ExploreDoors): Promise<void> {
  try {
    const found = await gaps.backfill(gap)
    if (found.kind === 'gone') return notices.say(m.backfill_gone({ hours: found.retentionHours }))
    if (found.kind === 'unconnected') {
      notices.say(m.backfill_unconnected())
      return doors.onconnect?.()
    }
    const range = gapRange(gap, settings.zone) || gapWords(gap, settings.zone)
    const { name } = await gaps.start(gap, found.connection, m.backfill_name({ range }))
    notices.say(found.trimmedUntil === null ? m.backfill_started({ name }) : m.backfill_started_cut({ name }))
  } catch (thrown) {
    notices.fail(thrown as CommandFault)
  }
}
