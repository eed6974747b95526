// Hands for a test within the page: `window.kx`. What it does goes on by itself; `kx.result` has it once it is done.
// long, for a busy machine: what never comes is a broken test, and only then is waited for so long
const PATIENCE_MS = 45_000
const pause = (ms) => new Promise((done) => setTimeout(done, ms))
const all = (selector) => [...document.querySelectorAll(selector)]
const at = (testid) => document.querySelector(`[data-testid="${testid}"]`)
const tokens = (text) => new Set(text.match(/kx[0-9]{5}z/g) ?? [])
const token = (n) => `kx${String(n).padStart(5, '0')}z`

async function until(found) {
  for (const start = Date.now(); Date.now() - start < PATIENCE_MS; await pause(8)) {
    const it = found()
    if (it) return it
  }
  return null
}
function press(key, target = document.activeElement ?? document.body) {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
}
function write(field, text) {
  field.focus()
  field.value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
}
/** Goes through a list from its first to its last row, for only those in sight exist, again and again until `seen` is content. */
async function scrolled(list, seen) {
  const scrollers = [list, ...list.querySelectorAll('*')]
  const scroller = scrollers.find((one) => one.scrollHeight > one.clientHeight + 4 && one.clientHeight > 40) ?? list
  for (const start = Date.now(); Date.now() - start < PATIENCE_MS; ) {
    for (let top = 0; top < Math.max(scroller.scrollHeight, 1); top += Math.max(scroller.clientHeight / 2, 40)) {
      scroller.scrollTop = top
      await pause(50)
      const it = seen()
      if (it) return it
    }
  }
  return null
}
/** What it shows, until that was all of `cases`. */
function through(list, cases, collect) {
  const shown = new Set()
  return scrolled(list, () => {
    tokens(list.textContent).forEach((one) => shown.add(one))
    collect(list.textContent)
    return cases.every((n) => shown.has(token(n)))
  })
}

/** From the newest record to the oldest, every second one: each tab of the inspector, and the row in the table. */
async function records(cases, tabs, note) {
  for (const n of cases) {
    const mine = token(n)
    const isOpen = await until(() => {
      const facts = document.querySelector('[data-testid=inspector] .facts')
      return facts?.textContent.includes(mine) && at('tab-tree')
    })
    if (!isOpen) continue
    for (const tab of tabs) {
      at(`tab-${tab}`)?.click()
      const squeezed = () => (at('tab-content')?.textContent ?? '').replace(/\s/g, '')
      const isShown = await until(() =>
        tab === 'diff' ? at('record-diff')?.textContent.includes(mine) : (tab === 'hex' ? hexText() : squeezed()).includes(mine),
      )
      if (isShown) note(tab, n)
    }
    const row = all('[data-testid=record-row]').find((one) => one.textContent.includes(mine))
    for (const column of ['key', 'type']) {
      if (row?.querySelector(`[data-column=${column}]`)?.textContent.includes(mine)) note(`cell ${column}`, n)
    }
    if (row && tokens(row.textContent).has(mine)) note('row', n)
    press('k', document.body)
    press('k', document.body)
  }
}
const hexText = () => all('[data-testid=tab-content] .ascii').map((one) => one.textContent).join('')

/** Each as the filter: its own text, which cannot always be read, and what is found by its token. */
async function searches(payloads, note) {
  for (const [n, text] of payloads) {
    const mine = token(n)
    const field = at('filter-input')
    write(field, text)
    if (await until(() => document.querySelector('.under')?.textContent.includes(mine))) note('filter', n)
    await until(() => at('filter-fault') ?? at('filter-result'))
    write(field, `"${mine}"`)
    press('Enter', field)
    const hit = await until(() => {
      const rows = all('[data-testid=record-row]')
      return rows.length > 0 && rows.length < 5 && rows.every((row) => row.textContent.includes(mine))
    })
    if (hit) note('search hits', n)
  }
  at('filter-clear')?.click()
}

window.kx = { all, at, tokens, token, until, press, write, scrolled, through, records, searches, pause, result: null, failed: null }
window.kx.run = (work) => {
  const reached = {}
  const note = (sink, n) => ((reached[sink] ??= new Set()).add(n))
  const noteAll = (sink, text) => tokens(text).forEach((one) => note(sink, Number(one.slice(2, 7))))
  window.kx.result = null
  window.kx.failed = null
  work(note, noteAll)
    .catch((error) => (window.kx.failed = `${error}\n${error?.stack}`))
    .finally(() => {
      window.kx.result = Object.fromEntries(Object.entries(reached).map(([sink, cases]) => [sink, [...cases]]))
    })
}
