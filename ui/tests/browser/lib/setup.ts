// What every component test starts from: the page's own styles.
import '../../../src/styles/tokens.css'
import '../../../src/styles/base.css'
// and what it takes off the page again after each: told here, it counts for every file
import 'vitest-browser-svelte'
import { beforeEach, vi } from 'vitest'

// no test begins with what another one's window kept
beforeEach(() => {
  for (const name of ['kinescope.tabs', 'kinescope.keys']) localStorage.removeItem(name)
})

// A condition is waited for as long as an element is (`expect.poll` in the configuration), not for one second: on a busy machine
// a screen takes its time, and waiting costs nothing where it does not.
const waitFor = vi.waitFor.bind(vi)
vi.waitFor = (condition, options) => waitFor(condition, typeof options === 'number' ? options : { timeout: 8_000, ...options })
