// What the window says after the machine slept.
import { clockTime } from '../../base/formats'
import { m } from '../../paraglide/messages.js'
import type { Kinescope } from '../../state/kinescope.svelte'
import type { Standstill } from '../../state/standstill'

export function tellStandstill({ notices, settings }: Kinescope, stood: Standstill): void {
  const [from, until] = [stood.from, stood.until].map((at) => clockTime(at, settings.zone))
  notices.tell(m.stood_still({ from: from ?? '', until: until ?? '' }), m.stood_still_safe())
}
