// Time in words, files of records, and every screen in the room that is left of 1280 x 800 at 80 and 200 %, for shoot.mjs.
const large = { width: 640, height: 400 }
const small = { width: 1600, height: 1000 }

const rangeShot = (view, name, theme) => ({
  name: `range-words-${name}-${theme}`,
  view,
  theme,
  act: async (page) => {
    await page.getByTestId('record-row').first().waitFor()
    await page.keyboard.press('i')
    await page.getByTestId('range-text').fill('now-15m')
    await page.getByTestId('range-read-utc').waitFor()
  },
})
const screenShot = (view, name, theme, keys) => ({
  name: `zoom-${name}-${keys}-${theme}`,
  view,
  theme,
  query: 'targets',
  act: async (page) => {
    await page.getByTestId('record-row').first().waitFor()
    for (const key of keys) await page.keyboard.press(key)
    await page.waitForTimeout(400)
  },
})

export const reachShots = ({ usual }) =>
  ['light', 'dark'].flatMap((theme) => [
    rangeShot(usual, 'usual', theme),
    rangeShot(large, 'large', theme),
    {
      name: `export-menu-${theme}`,
      view: usual,
      theme,
      act: async (page) => {
        await page.getByTestId('export').click()
        await page.getByTestId('export-shown-csv').waitFor()
      },
    },
    ...['k', 'gs', 'gq', 'gt', 'gp', 'gr', 'gc', 'go', 'ga', 'g,'].flatMap((keys) => [screenShot(large, '200', theme, keys)]),
    ...['k', 'g,'].map((keys) => screenShot(small, '80', theme, keys)),
  ])
