// The frame's panels and the list of calls, for shoot.mjs.
export const frameShots = ({ wide, usual, narrow }) =>
  ['light', 'dark'].flatMap((theme) => [
    {
      name: `jobs-${theme}`,
      view: usual,
      theme,
      query: 'targets&live=80',
      act: async (page) => {
        await page.getByTestId('activity-publish').click()
        await page.getByTestId('publish-tab-import').click()
        await page.getByTestId('import-target').selectOption({ label: 'order-slow' })
        await page.getByTestId('pick-import').click()
        await page.getByTestId('import-told').waitFor()
        await page.getByTestId('ask-grant').click()
        await page.locator('[data-testid=import-go][aria-disabled=false]').click()
        await page.getByTestId('jobs-open').click()
        await page.getByTestId('job').first().waitFor()
      },
    },
    ...[usual, narrow].map((view) => ({
      name: `activity-${view === usual ? 'usual' : 'narrow'}-${theme}`,
      view,
      theme,
      query: 'live=20',
      act: async (page) => {
        await page.getByTestId('activity-activity').click()
        await page.getByTestId('activity-row').nth(5).click()
        await page.getByTestId('activity-line').waitFor()
      },
    })),
    {
      name: `appearance-${theme}`,
      view: narrow,
      theme,
      act: async (page) => {
        await page.getByTestId('appearance').click()
        await page.getByTestId('language-nl').waitFor()
      },
    },
    {
      name: `picks-copy-${theme}`,
      view: narrow,
      theme,
      act: async (page) => {
        for (const row of [3, 5]) {
          await page.getByTestId('record-row').nth(row).click()
          await page.waitForTimeout(250)
          await page.keyboard.press('x')
        }
        await page.getByTestId('picks-copy').click()
        await page.getByTestId('copy-many-csv').waitFor()
      },
    },
    ...[usual, narrow].map((view) => ({
      name: `masking-${view === usual ? 'usual' : 'narrow'}-${theme}`,
      view,
      theme,
      act: async (page) => {
        await page.keyboard.press('g')
        await page.keyboard.press('m')
        await page.getByTestId('mask-text').fill('$.customer.email')
        await page.keyboard.press('Enter')
        await page.getByTestId('mask-rule').waitFor()
        await page.getByTestId('mask-kind-pattern').click()
        await page.getByTestId('mask-text').fill('card-([0-9]+')
        await page.keyboard.press('Enter')
        await page.getByTestId('mask-wrong').waitFor()
      },
    })),
    ...[usual, narrow].map((view) => ({
      name: `remap-${view === usual ? 'usual' : 'narrow'}-${theme}`,
      view,
      theme,
      act: async (page) => {
        await page.keyboard.press('Control+,')
        await page.getByTestId('remap-search').waitFor()
        await page.locator('[data-line="window.side-bar"] [data-testid=remap-key]').click()
        await page.keyboard.press('g')
        await page.getByTestId('key-take').waitFor()
      },
    })),
    ...[wide, usual, narrow].map((view) => ({
      name: `tabs-${view === wide ? 'wide' : view === usual ? 'usual' : 'narrow'}-${theme}`,
      view,
      theme,
      act: async (page) => {
        for (const text of ['stream:order-commands', 'type:ORDER_*', '']) {
          await page.getByTestId('filter-input').first().fill(text)
          await page.keyboard.press('Enter')
          await page.keyboard.press('Escape')
          await page.waitForTimeout(300)
          if (text !== '') await page.keyboard.press('Control+t')
          await page.waitForTimeout(300)
        }
        await page.keyboard.press('Control+1')
        await page.waitForTimeout(300)
        await page.keyboard.press('k')
        if (view !== narrow) await page.keyboard.press('Control+\\')
        await page.waitForTimeout(500)
      },
    })),
  ])
