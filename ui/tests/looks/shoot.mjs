// Pictures of the window's states over made-up records, for a person to look at: `npm run looks`, then target/screens.
// LOOKS_LOCALE=nl takes them in another language.
// It builds the page in `looks` mode, serves it on loopback for as long as it takes, and closes everything it opened.
import { execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import { mkdirSync, readFileSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import { chromium } from 'playwright'
import { aroundShots } from './around.mjs'
import { columnShots } from './columns.mjs'
import { frameShots } from './frame.mjs'
import { placeShots } from './places.mjs'
import { reachShots } from './reach.mjs'
import { sagaShots } from './sagas.mjs'
import { writingShots } from './writing.mjs'

const OUT = resolve('../target/screens')
const DIST = resolve(process.env.LOOKS_BUILD ?? '../target/looks')
const LOCALE = process.env.LOOKS_LOCALE
const NOW = Date.UTC(2026, 3, 11, 7, 10, 0)
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2' }

const wide = { width: 1600, height: 980 }
const usual = { width: 1280, height: 800 }
const narrow = { width: 900, height: 700 }
const pick = async (page) => {
  await page.getByTestId('record-row').nth(6).click()
  await page.getByTestId('inspector-type').waitFor()
}

const asked = async (page, text) => {
  await page.getByTestId('activity-questions').click()
  await page.getByTestId('question-text').fill(text)
  await page.getByTestId('question-ask').click()
  await page.getByTestId('answer-chart').waitFor()
}

const SHOTS = [
  ...aroundShots({ wide, usual, narrow }),
  ...columnShots({ wide, usual, narrow }),
  ...frameShots({ wide, usual, narrow }),
  ...placeShots({ usual, narrow }),
  ...reachShots({ usual }),
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
  { name: 'questions-empty', view: usual, theme: 'light', act: (page) => page.getByTestId('activity-questions').click() },
  { name: 'questions-time', view: usual, theme: 'dark', act: (page) => asked(page, 'stats count(*) as n by bin(1m), type') },
  { name: 'questions-names', view: narrow, theme: 'light', act: (page) => asked(page, 'stats count(*) as n by type') },
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
  ...['logs', 'broken', 'change'].flatMap((layers) =>
    [
      [wide, 'light'],
      [usual, 'dark'],
      [narrow, 'light'],
    ].map(([view, theme]) => ({
      name: `layers-${layers}-${view.width}`,
      view,
      theme,
      query: `layers=${layers}`,
      act: async (page) => {
        await pick(page)
        await page.getByTestId('layer-way').click()
      },
    })),
  ),
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
  ...writingShots({ wide, usual, narrow }),
]

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
    await page.goto(`${address}?${[shot.query, LOCALE && `locale=${LOCALE}`].filter(Boolean).join('&')}`)
    await page.locator('html[data-ready]').waitFor({ timeout: 15_000 })
    await page.waitForTimeout(400)
    try {
      await shot.act?.(page)
    } catch (error) {
      failures += 1
      console.error(`${shot.name}: ${error.message.split('\n')[0]}`)
    }
    await page.waitForTimeout(350)
    await page.screenshot({ path: join(OUT, `${shot.name}${LOCALE ? `-${LOCALE}` : ''}.png`) })
    await context.close()
  }
} finally {
  await browser.close()
  server.close()
}
console.log(`${OUT}${failures > 0 ? `, ${failures} failures` : ''}`)
process.exitCode = failures > 0 ? 1 : 0
