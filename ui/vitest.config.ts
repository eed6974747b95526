// Two suites: plain TypeScript in Node, components in a real Chromium taken from PATH. Neither downloads anything.
// `npm test` compiles the messages first: the plugin that does it on the fly keeps watchers alive after the run.
import { execFileSync } from 'node:child_process'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'

const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

function chromiumFromPath(): string {
  for (const name of CHROMIUM_NAMES) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim()
    } catch {
      // try the next name
    }
  }
  return 'chromium'
}

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [svelte()],
        resolve: { conditions: ['browser'] },
        test: { name: 'node', environment: 'node', include: ['src/**/*.test.ts', 'tests/*.test.ts'] },
      },
      {
        plugins: [svelte()],
        // what is loaded only when a screen is opened must be known before, or the page reloads in the middle of a test
        optimizeDeps: {
          entries: ['src/**/*.svelte', 'src/widgets/*.ts'],
          include: ['axe-core', 'bits-ui', 'vitest-browser-svelte', 'svelte'],
        },
        test: {
          name: 'browser',
          include: ['tests/browser/all.test.ts'],
          setupFiles: ['tests/browser/lib/setup.ts'],
          // screens load when they are opened: on a busy machine that takes its time, and waiting costs nothing where it does not
          testTimeout: 60_000,
          restoreMocks: true,
          expect: { poll: { timeout: 8_000 } },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            viewport: { width: 1280, height: 800 },
            instances: [{ browser: 'chromium' }],
            provider: playwright({
              launchOptions: {
                executablePath: chromiumFromPath(),
                args: [
                  '--no-sandbox',
                  '--disable-gpu',
                  '--disable-quic',
                  '--no-first-run',
                  '--disable-background-networking',
                  '--disable-component-update',
                  '--disable-sync',
                ],
              },
              contextOptions: { reducedMotion: 'reduce', timezoneId: 'Asia/Jakarta', locale: 'en-US' },
            }),
          },
        },
      },
    ],
  },
})
