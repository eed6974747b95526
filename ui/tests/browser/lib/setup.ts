// What every component test starts from: the page's own styles.
import '../../../src/styles/tokens.css'
import '../../../src/styles/base.css'
// and what it takes off the page again after each: told here, it counts for every file
import 'vitest-browser-svelte'
