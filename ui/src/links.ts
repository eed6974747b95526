// Links to views that are followed, and why one leads nowhere. Loaded when a link is first followed.
import { m } from './paraglide/messages.js'
import type { Kinescope } from './state/kinescope.svelte'
import { follow, type LinkFault } from './state/links'

function faultWords(fault: LinkFault): string {
  switch (fault.kind) {
    case 'unreadable':
      return m.link_unreadable()
    case 'noScreen':
      return m.link_no_screen({ screen: fault.screen })
    case 'otherWorkspace':
      return m.link_other_workspace({ workspace: fault.workspace })
    case 'noCapture':
      return m.link_no_capture()
    case 'badFilter':
      return m.link_bad_filter({ why: fault.why })
    case 'noRecord':
      return m.link_no_record()
    case 'full':
      return m.link_full()
  }
}

/** The screen that is to come to the front; null where the link led nowhere, and that was said. */
export async function followLink(kinescope: Kinescope, text: string, screens: readonly string[]): Promise<string | null> {
  const led = await follow(kinescope, text, screens)
  if (typeof led === 'string') return led
  kinescope.notices.warn(faultWords(led))
  return null
}
