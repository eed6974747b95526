// Pictures of the window's states over made-up records, for a person to look at: `npm run looks`, then target/screens.
// It builds the page in `looks` mode, serves it on loopback for as long as it takes, and closes everything it opened.
import { execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import { mkdirSync, readFileSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import { chromium } from 'playwright'
import { sagaShots } from './sagas.mjs'

const OUT = resolve('../target/screens')
const DIST = resolve(process.env.LOOKS_BUILD ?? '../target/looks')
const NOW = Date.UTC(2026, 3, 11, 7, 10, 0)
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2' }

const wide = { width: 1600, height: 980 }
const usual = { width: 1280, height: 800 }
const narrow = { width: 900, height: 700 }
const pick = async (page) => {
  await page.getByTestId('record-row').nth(6).click()
  await page.getByTestId('inspector-type').waitFor()
}

const SHOTS = [
  ...sagaShots({ wide, usual, narrow }),
  { name: 'explore-wide-dark', view: wide, theme: 'dark', act: pick },
  { name: 'explore-wide-light', view: wide, theme: 'light', act: pick },
  { name: 'explore-usual-dark', view: usual, theme: 'dark' },
  { name: 'explore-usual-light', view: usual, theme: 'light' },
  { name: 'explore-narrow-dark', view: narrow, theme: 'dark', act: pick },
  { name: 'explore-narrow-light', view: narrow, theme: 'light' },
  {
    name: 'explore-million',
    view: usual,
    theme: 'dark',
    query: 'records=1000000',
    act: async (page) => {
      await page.getByTestId('range').click()
      await page.getByTestId('range-all').click()
    },
  },
  {
    name: 'explore-brush',
    view: wide,
    theme: 'light',
    act: async (page) => {
      await page.getByTestId('range').click()
      await page.getByTestId('range-all').click()
      const box = await page.getByTestId('histogram').boundingBox()
      await page.mouse.move(box.x + box.width * 0.55, box.y + 60)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width * 0.66, box.y + 60, { steps: 4 })
      await page.mouse.up()
      await page.getByTestId('brush-chip').waitFor()
    },
  },
  {
    name: 'explore-hover',
    view: usual,
    theme: 'light',
    act: async (page) => {
      const box = await page.getByTestId('lanes').boundingBox()
      await page.mouse.move(box.x + box.width * 0.3, box.y + 55)
    },
  },
  { name: 'explore-filter', view: usual, theme: 'dark', act: (page) => typed(page, 'type:ORDER_* -key:user-1042') },
  { name: 'explore-filter-fault', view: usual, theme: 'light', act: (page) => typed(page, 'type:ORDER_* amont:>500') },
  { name: 'explore-filter-nothing', view: usual, theme: 'light', act: (page) => typed(page, 'type:NOTHING_LIKE_THIS') },
  { name: 'explore-empty', view: usual, theme: 'light', query: 'records=0' },
  { name: 'explore-error', view: usual, theme: 'dark', query: 'fault=openView' },
  {
    name: 'explore-live-held',
    view: usual,
    theme: 'dark',
    query: 'live=80',
    act: async (page) => {
      await pick(page)
      await page.waitForTimeout(1500)
    },
  },
  { name: 'explore-live', view: usual, theme: 'light', query: 'live=80', act: (page) => page.waitForTimeout(1500) },
  { name: 'first-run-light', view: usual, theme: 'light', query: 'fresh' },
  { name: 'first-run-dark-fault', view: usual, theme: 'dark', query: 'fresh', act: (page) => page.getByTestId('open-door').nth(0).click() },
  ...['text', 'raw', 'hex', 'details'].map((tab) => ({
    name: `inspector-${tab}`,
    view: usual,
    theme: tab === 'hex' ? 'dark' : 'light',
    act: async (page) => {
      await pick(page)
      await page.getByTestId(`tab-${tab}`).click()
    },
  })),
  { name: 'shortcuts', view: usual, theme: 'light', act: (page) => page.getByTestId('shortcuts').click() },
  {
    name: 'row-menu',
    view: usual,
    theme: 'dark',
    act: (page) =>
      page
        .getByTestId('record-row')
        .nth(4)
        .click({ button: 'right', position: { x: 420, y: 8 } }),
  },
  {
    name: 'side-bar',
    view: usual,
    theme: 'light',
    act: async (page) => {
      await page.locator('.fold[aria-expanded]').first().click()
      await page.getByTestId('capture-all').click()
    },
  },
  ...['light', 'dark'].map((theme) => ({
    name: `side-bar-many-${theme}`,
    view: usual,
    theme,
    query: 'streams=5000',
    act: async (page) => {
      await page.locator('.fold[aria-expanded]').first().click()
      await page.getByTestId('stream').nth(5).hover()
      await page.getByTestId('lane-label').nth(2).focus()
    },
  })),
  ...[wide, narrow].flatMap((view) =>
    ['light', 'dark'].flatMap((theme) => {
      const at = (name) => ({ name: `${name}-${view === wide ? 'wide' : 'narrow'}-${theme}`, view, theme })
      return [
        { ...at('streams'), act: stream },
        { ...at('captures'), act: (page) => page.getByTestId('activity-captures').click() },
        { ...at('connections'), act: (page) => page.getByTestId('activity-connections').click() },
        {
          ...at('capture-start'),
          act: async (page) => {
            await stream(page)
            await page.getByTestId('start-capture').click()
            await page.getByTestId('start-atTimestamp').click()
          },
        },
      ]
    }),
  ),
  ...[usual, narrow].flatMap((view) =>
    ['light', 'dark'].map((theme) => ({
      name: `connections-first-${view === usual ? 'usual' : 'narrow'}-${theme}`,
      view,
      theme,
      query: 'fresh',
      act: (page) => page.getByTestId('activity-connections').click(),
    })),
  ),
  ...['light', 'dark'].flatMap((theme) => [
    { name: `first-run-narrow-${theme}`, view: narrow, theme, query: 'fresh' },
    {
      name: `connections-closing-${theme}`,
      view: narrow,
      theme,
      act: async (page) => {
        await page.getByTestId('activity-connections').click()
        await page.getByTestId('close-connection').click()
        await page.getByTestId('closing-dialog').waitFor()
      },
    },
  ]),
  ...writingShots(),
]

/** Publishing and replays: each state once in each theme, and the fullest ones narrow. */
function writingShots() {
  const seeded = 'targets&jobs&records=4000'
  const publish = (stream) => async (page) => {
    await page.getByTestId('activity-publish').click()
    await page.locator('[data-testid=payload][data-loaded=true]').waitFor()
    if (!stream) return
    await page.getByTestId('target-stream').selectOption({ label: stream })
    await page.getByTestId('templates').click()
    await page.getByTestId('template').first().click()
    await page.getByTestId('key-mark').waitFor()
  }
  const send = (stream, repeat) => async (page) => {
    await publish(stream)(page)
    if (repeat) await page.getByTestId('repeat').fill(String(repeat))
    await page.getByTestId('ask-grant').click()
    await page.locator('[data-testid=publish-go][aria-disabled=false]').click()
    await page.getByTestId('sent').waitFor()
    if (repeat) await page.waitForTimeout(1200)
  }
  const importing = (run) => async (page) => {
    await publish(null)(page)
    await page.getByTestId('publish-tab-import').click()
    await page.getByTestId('import-target').selectOption({ label: 'order-slow' })
    await page.getByTestId('pick-import').click()
    await page.getByTestId('import-told').waitFor()
    if (!run) return
    await page.getByTestId('ask-grant').click()
    await page.locator('[data-testid=import-go][aria-disabled=false]').click()
    await page.waitForTimeout(1500)
  }
  const replays = (name) => async (page) => {
    await page.getByTestId('activity-replays').click()
    if (name) await page.locator(`[data-testid=replay-row][data-name="${name}"]`).click()
    await page.getByTestId('replayed-row').first().waitFor()
  }
  const wizard = (step) => async (page) => {
    await page.keyboard.press('R')
    await page.getByTestId('wizard').waitFor()
    await page.getByTestId('source-filter').fill('type:ORDER_*')
    if (step === 'source') return
    await page.getByTestId('step-target').click()
    await page.getByTestId('wizard-stream').selectOption({ label: step === 'production' ? 'orders-prod' : 'order-test' })
    await page.getByTestId('target-card').waitFor()
    if (step === 'target' || step === 'production') return
    await page.getByTestId('step-rules').click()
    for (const rule of ['shiftTime', 'newIds', 'set']) {
      await page.getByTestId('add-rule').click()
      await page.getByTestId(`add-${rule}`).click()
    }
    await page.getByTestId('rule-path').fill('$.replayed')
    await page.getByTestId('rule-value').fill('true')
    await page.locator('[data-testid=rule-preview][data-changed=true]').waitFor()
    if (step === 'rules') return
    await page.getByTestId('step-pace').click()
    if (step === 'pace') return
    await page.getByTestId('step-review').click()
    await page.locator('[data-testid=plan][data-planned=true]').waitFor()
    if (step === 'granted') await page.getByTestId('ask-grant').click()
    if (step === 'running') {
      await page.getByTestId('ask-grant').click()
      await page.locator('[data-testid=start-replay][aria-disabled=false]').click()
      await page.getByTestId('replay-details').waitFor()
      await page.waitForTimeout(1200)
    }
  }
  const both = (name, act, view = usual, query = seeded) =>
    ['light', 'dark'].map((theme) => ({ name: `${name}-${theme}`, view, theme, query, act }))
  return [
    ...both('publish-empty', publish(null), usual, 'targets'),
    ...both('publish-filled', publish('order-test')),
    ...both('publish-filled-narrow', publish('order-test'), narrow),
    ...both('publish-sent', send('order-test')),
    ...both('publish-unclear', send('order-lost')),
    ...both('publish-running', send('order-slow', 2000)),
    ...both('publish-production', publish('orders-prod')),
    ...both(
      'publish-faults',
      async (page) => {
        await publish('order-test')(page)
        await page.getByTestId('key').fill('{$.payload.nothing}')
        await page.getByTestId('hash-key').fill('abc')
        await page.locator('.cm-content').fill('{\n  "orderId": "{{uuid}}",\n  "amount": \n}')
        await page.getByText('Line 4').waitFor()
      },
      usual,
    ),
    ...both(
      'publish-refused',
      async (page) => {
        await publish('order-test')(page)
        await page.getByTestId('ask-grant').click()
      },
      usual,
      `${seeded}&refused`,
    ),
    ...both('publish-import', importing(false)),
    ...both('publish-import-running', importing(true), narrow),
    ...both('publish-history', async (page) => {
      await publish(null)(page)
      await page.getByTestId('publish-tab-history').click()
      await page.getByTestId('history-row').nth(1).click()
    }),
    ...both('replays-empty', (page) => page.getByTestId('activity-replays').click(), usual, 'targets'),
    ...both('replays-error', (page) => page.getByTestId('activity-replays').click(), usual, 'targets&writesFault=listReplays'),
    ...both('replays-finished', async (page) => {
      await replays('failed payments')(page)
      await page.getByTestId('replay-verify').click()
      await page.getByTestId('verdict').waitFor()
    }),
    ...both(
      'replays-doubled',
      async (page) => {
        await replays('order flow into the flaky stream')(page)
        await page.getByTestId('which-mayBeDoubled').click()
      },
      wide,
    ),
    ...both('replays-interrupted-narrow', replays('all commands'), narrow),
    ...both('replays-running', wizard('running')),
    ...['source', 'target', 'production', 'rules', 'pace', 'review', 'granted'].flatMap((step) => both(`wizard-${step}`, wizard(step))),
    ...both('wizard-rules-narrow', wizard('rules'), narrow),
    ...both('wizard-review-narrow', wizard('review'), narrow),
    ...both('explore-picked', async (page) => {
      await page.getByTestId('record-row').nth(4).click()
      await page.keyboard.press('x')
      await page.keyboard.press('j')
      await page.keyboard.press('x')
    }),
    ...both('explore-replayed', async (page) => {
      for (let pages = 0; pages < 60 && (await page.locator('.tag').count()) === 0; pages += 1) await page.keyboard.press('k')
      for (let pages = 0; pages < 40 && (await page.locator('.tag').count()) === 0; pages += 1) {
        await page.locator('[data-scope=grid]').focus()
        await page.keyboard.press('PageUp')
        await page.waitForTimeout(60)
      }
      await page.locator('.tag').first().click()
      await page.getByTestId('origin-lines').waitFor()
    }),
  ]
}

async function stream(page) {
  await page.getByTestId('activity-streams').click()
  await page.getByTestId('stream-row').nth(1).click()
  await page.getByTestId('key-field').fill('user-42')
  await page.getByTestId('key-mark').waitFor()
}

async function typed(page, text) {
  await page.getByTestId('filter-input').fill(text)
  await page.waitForTimeout(500)
}

const chosen = process.argv.slice(2)
if (!process.env.KEEP_BUILD)
  execFileSync('npx', ['vite', 'build', '--mode', 'looks', '--outDir', DIST, '--emptyOutDir', '--logLevel', 'error'], { stdio: 'inherit' })
mkdirSync(OUT, { recursive: true })

const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname
  try {
    const body = readFileSync(join(DIST, path === '/' ? 'index.html' : path))
    response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'text/html' }).end(body)
  } catch {
    response.writeHead(404).end()
  }
})
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const address = `http://127.0.0.1:${server.address().port}/`
const browser = await chromium.launch({
  executablePath: execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim(),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
let failures = 0
try {
  for (const shot of SHOTS.filter((one) => chosen.length === 0 || chosen.some((name) => one.name.includes(name)))) {
    const context = await browser.newContext({
      viewport: shot.view,
      colorScheme: shot.theme,
      reducedMotion: 'reduce',
      timezoneId: 'Asia/Jakarta',
      locale: 'en-US',
    })
    const page = await context.newPage()
    page.on('pageerror', (error) => {
      failures += 1
      console.error(`${shot.name}: ${error.message}`)
    })
    page.on('console', (message) => {
      if (message.type() === 'error') console.error(`${shot.name}: ${message.text()}`)
    })
    if (!shot.query?.includes('live')) await page.clock.setFixedTime(NOW)
    await page.goto(`${address}?${shot.query ?? ''}`)
    await page.locator('html[data-ready]').waitFor({ timeout: 15_000 })
    await page.waitForTimeout(400)
    try {
      await shot.act?.(page)
    } catch (error) {
      failures += 1
      console.error(`${shot.name}: ${error.message.split('\n')[0]}`)
    }
    await page.waitForTimeout(350)
    await page.screenshot({ path: join(OUT, `${shot.name}.png`) })
    await context.close()
  }
} finally {
  await browser.close()
  server.close()
}
console.log(`${OUT}${failures > 0 ? `, ${failures} failures` : ''}`)
process.exitCode = failures > 0 ? 1 : 0
