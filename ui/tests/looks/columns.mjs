// The columns of the record table and the fields that were seen, for a person to look at.
const PATHS = ['payload.orderId', 'payload.amount', 'payload.coupon', 'payload.lines', 'payload.lines[0].sku', 'sagaId', 'timestamp']

const tenColumns = async (page) => {
  await page.getByTestId('columns-open').click()
  for (const path of PATHS) {
    await page.getByTestId('columns-path').fill(path)
    await page.getByTestId('columns-add').click()
  }
  await page.keyboard.press('Escape')
  await page.getByTestId('column-head').first().focus()
  await page.keyboard.press('Shift+F10')
  await page.getByTestId('column-pin').click()
  await page.getByTestId('column-head').nth(9).focus()
  await page.waitForTimeout(400)
}

export const columnShots = ({ wide, usual, narrow }) =>
  ['light', 'dark'].flatMap((theme) => [
    { name: `columns-ten-wide-${theme}`, view: wide, theme, act: tenColumns },
    { name: `columns-ten-narrow-${theme}`, view: narrow, theme, act: tenColumns },
    {
      name: `columns-list-${theme}`,
      view: usual,
      theme,
      act: async (page) => {
        await tenColumns(page)
        await page.getByTestId('columns-open').click()
        await page.waitForTimeout(200)
      },
    },
    {
      name: `columns-menu-${theme}`,
      view: usual,
      theme,
      act: async (page) => {
        await page.getByTestId('column-head').nth(4).click()
        await page.getByTestId('column-pin').waitFor()
      },
    },
    ...[usual, narrow].map((view) => ({
      name: `fields-${view === usual ? 'usual' : 'narrow'}-${theme}`,
      view,
      theme,
      act: async (page) => {
        await page.keyboard.press('Shift+F')
        await page.getByTestId('fields-line').first().waitFor()
      },
    })),
  ])
