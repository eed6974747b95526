// The frame's panels, for shoot.mjs.
export const frameShots = ({ usual, narrow }) =>
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
  ])
