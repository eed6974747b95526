// The saga screens' states for `npm run looks`: each status, each tab, lists of many, definitions, entity state.
const board = async (page) => {
  await page.getByTestId('activity-sagas').click()
  await page.getByTestId('saga-row').first().waitFor()
}

/** Filtered by the records of the events, and stopped. */
const byRecords = async (page) => {
  await board(page)
  await page.getByTestId('saga-records').fill('type:PAYMENT_*')
  await page.getByTestId('saga-search-stop').click()
}

/** The first saga of a status, opened at a tab; `event` chooses its first event. */
const saga =
  (status, tab, { event = false, search } = {}) =>
  async (page) => {
    await board(page)
    if (status) await page.getByTestId(`status-${status}`).click()
    if (search) await page.getByTestId('saga-search').fill(search)
    await page.waitForTimeout(500)
    await page.getByTestId('saga-row').first().click()
    await page.getByTestId('saga-sentence').waitFor()
    if (tab) await page.getByTestId(`saga-tab-${tab}`).click()
    if (event) await page.keyboard.press('j')
    if (event) await page.getByTestId('event-record').waitFor()
  }

const STATUSES = [
  'running',
  'completed',
  'completedWithFindings',
  'failed',
  'compensating',
  'compensated',
  'partiallyCompensated',
  'compensationFailed',
]

export function sagaShots({ wide, usual, narrow }) {
  const few = 'sagas=few'
  const themes = ['light', 'dark']
  const both = (name, rest) => themes.map((theme) => ({ name: `sagas-${name}-${theme}`, theme, view: usual, query: few, ...rest }))
  const one = (name, rest) => ({ name: `sagas-${name}`, theme: 'light', view: usual, query: few, ...rest })
  return [
    ...both('list-wide', { view: wide, act: board }),
    ...both('list-narrow', { view: narrow, act: board }),
    ...both('records', { query: `${few}&searchSteps=400`, act: byRecords }),
    ...both('many', { query: 'sagas=100000', act: board }),
    ...STATUSES.map((status) =>
      one(`status-${status}`, { act: saga(status, 'timeline'), theme: STATUSES.indexOf(status) % 2 ? 'dark' : 'light' }),
    ),
    ...['sequence', 'graph', 'events', 'state', 'findings', 'compare'].flatMap((tab) =>
      both(`tab-${tab}`, { act: saga(tab === 'findings' ? 'completedWithFindings' : 'compensated', tab) }),
    ),
    one('wide-sequence', { view: wide, act: saga('compensated', 'sequence', { event: true }) }),
    ...both('event-narrow', { view: narrow, act: saga('compensated', 'timeline', { event: true }) }),
    one('narrow-graph', { view: narrow, theme: 'dark', act: saga('partiallyCompensated', 'graph') }),
    one('narrow-sequence', { view: narrow, act: saga('compensationFailed', 'sequence') }),
    ...[
      ['stuck', 'timeline'],
      ['unknown', 'findings'],
      ['orphan', 'graph'],
      ['late', 'timeline'],
    ].map(([flag, tab]) =>
      one(`flag-${flag}`, {
        act: async (page) => {
          await board(page)
          await page.getByTestId(`flag-${flag}`).click()
          await saga(null, tab)(page)
        },
      }),
    ),
    ...both('in-explore', {
      act: async (page) => {
        await saga('compensated', 'events', { event: true })(page)
        await page.getByTestId('event-record-open').click()
        await page.getByTestId('saga-chip').waitFor()
      },
    }),
    one('hostile', { theme: 'dark', act: saga(null, 'sequence', { search: 'img', event: true }) }),
    ...['variants', 'durations', 'unanswered'].flatMap((list) =>
      both(`list-${list}`, {
        query: list === 'unanswered' ? few : 'sagas=100000',
        act: async (page) => {
          await board(page)
          await page.getByTestId(`list-${list}`).click()
          await page.waitForTimeout(900)
        },
      }),
    ),
    one('scatter-table', {
      query: 'sagas=100000',
      act: async (page) => {
        await board(page)
        await page.getByTestId('list-durations').click()
        await page.getByTestId('scatter-table').click()
      },
    }),
    one('filter-menu', {
      theme: 'dark',
      act: async (page) => {
        await board(page)
        await page.getByTestId('saga-filter-findings').click()
      },
    }),
    one('no-match', {
      act: async (page) => {
        await board(page)
        await page.getByTestId('saga-search').fill('nothing-like-this')
        await page.getByTestId('sagas-no-match').waitFor()
      },
    }),
    one('empty', { query: `${few}&records=0`, act: (page) => page.getByTestId('activity-sagas').click() }),
    one('scanning', { query: `${few}&slow`, act: (page) => page.getByTestId('activity-sagas').click() }),
    one('fault', { theme: 'dark', query: `${few}&sagasFault=openSagas`, act: (page) => page.getByTestId('activity-sagas').click() }),
    one('live', { query: `${few}&live=40&every=1`, act: async (page) => (await board(page), page.waitForTimeout(3_500)) }),
    one('export', { act: async (page) => (await saga('failed')(page), page.getByTestId('saga-export').click()) }),
    ...both('otlp', {
      act: async (page) => {
        await saga('failed')(page)
        await page.getByTestId('saga-otlp').click()
        await page.getByTestId('otlp-send').click()
      },
    }),
    ...both('definitions', { act: (page) => definition(page, 'order-fulfilment') }),
    one('definitions-problems', { theme: 'dark', act: (page) => definition(page, 'refunds') }),
    one('definitions-none', {
      act: async (page) => {
        await page.getByTestId('activity-sagas').click()
        await page.getByTestId('place-definitions').click()
      },
    }),
    one('definitions-narrow', {
      view: narrow,
      act: async (page) => {
        await definition(page, 'order-fulfilment')
        await page.getByTestId('definition-learn').click()
        await page.getByTestId('definition-notes').waitFor()
      },
    }),
    one('definitions-words', {
      theme: 'dark',
      act: async (page) => {
        await definition(page, 'refunds')
        await page.getByTestId('definition-text').locator('.cm-line', { hasText: 'REFUND_ASKED' }).click()
        await page.keyboard.press('End')
        await page.keyboard.press('ArrowLeft')
        await page.keyboard.press('ArrowLeft')
        for (let i = 0; i < 12; i += 1) await page.keyboard.press('Backspace')
        await page.keyboard.press('Control+Space')
        await page.locator('.cm-tooltip-autocomplete').waitFor()
      },
    }),
    ...both('entity', { act: entity }),
    one('entity-narrow', { view: narrow, theme: 'dark', act: entity }),
    one('entity-ask', {
      act: async (page) => {
        await page.getByTestId('activity-sagas').click()
        await page.getByTestId('place-entity').click()
      },
    }),
    ...both('follow', {
      act: async (page) => {
        await page.getByTestId('record-row').nth(6).click()
        await page.getByTestId('inspector-type').waitFor()
        await page
          .getByTestId('record-row')
          .nth(6)
          .click({ button: 'right', position: { x: 420, y: 8 } })
        await page.getByTestId('row-follow').click()
        await page.getByTestId('saga-sentence').waitFor()
      },
    }),
  ]
}

async function definition(page, name) {
  await page.getByTestId('activity-sagas').click()
  await page.getByTestId('place-definitions').click()
  await page.locator(`[data-testid="definition"][data-name="${name}"]`).click()
  await page.locator('[data-testid="definition-text"][data-loaded="true"]').waitFor()
  await page.waitForTimeout(600)
}

async function entity(page) {
  await page.getByTestId('activity-sagas').click()
  await page.getByTestId('place-entity').click()
  await page.getByTestId('entity-key').fill('ord-70004')
  await page.getByTestId('entity-fold').click()
  await page.getByTestId('entity-slider').waitFor()
  for (let i = 0; i < 5; i += 1) await page.getByTestId('entity-slider').press('ArrowLeft')
}
