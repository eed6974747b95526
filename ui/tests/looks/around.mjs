// What stands around an opened record and in the lanes, for a person to look at.
const opened = async (page) => {
  await page.getByTestId('record-row').nth(6).click()
  await page.getByTestId('json-tree').waitFor()
}
const all = async (page) => {
  await page.getByTestId('range').click()
  await page.getByTestId('range-all').click()
  await page.waitForTimeout(400)
}
const related = async (page) => {
  await opened(page)
  await page.getByTestId('tab-related').click()
  await page.getByTestId('related-row').nth(3).waitFor()
  await page.waitForTimeout(600)
}
const found = async (page) => {
  await opened(page)
  await page.getByTestId('tree-find').fill('sku')
  await page.waitForTimeout(500)
}
const grouped = (by) => async (page) => {
  await all(page)
  await page.getByTestId('lanes-by').click()
  await page.getByTestId(`lanes-by-${by}`).click()
  await page.waitForTimeout(900)
}
const atGap = async (page) => {
  await page.keyboard.press('g')
  await page.keyboard.press('g')
  await page.getByTestId('record-row').first().click()
  await page.keyboard.press('PageDown')
  await page.keyboard.press('PageDown')
  for (let row = 0; row < 3; row += 1) await page.keyboard.press('j')
  await page.getByTestId('gap-line').waitFor()
  await page.waitForTimeout(300)
}

const bytesChosen = async (page) => {
  await opened(page)
  await page.getByTestId('tab-hex').click()
  await page.getByTestId('hex-view').focus()
  await page.keyboard.press('Home')
  for (let byte = 0; byte < 9; byte += 1) await page.keyboard.press('ArrowRight')
  for (let byte = 0; byte < 20; byte += 1) await page.keyboard.press('Shift+ArrowRight')
  await page.getByTestId('hex-values').waitFor()
}

const stopped = async (page) => {
  await page.getByTestId('filter-input').fill('type:PAYMENT_FAILED')
  await page.getByTestId('filter-stop').click()
}
const gapsOpen = async (page) => {
  await page.getByTestId('filter-gaps').click()
  await page.getByTestId('filter-gap').first().waitFor()
}

export const aroundShots = ({ wide, usual, narrow }) => [
  { name: 'around-bytes-wide-light', view: wide, theme: 'light', act: bytesChosen },
  { name: 'around-bytes-usual-dark', view: usual, theme: 'dark', act: bytesChosen },
  { name: 'around-bytes-narrow-light', view: narrow, theme: 'light', act: bytesChosen },
  { name: 'around-scan-stopped-light', view: usual, theme: 'light', query: 'records=20000&scanStep=50&gap', act: stopped },
  { name: 'around-scan-stopped-dark', view: narrow, theme: 'dark', query: 'records=20000&scanStep=50&gap', act: stopped },
  { name: 'around-scan-gaps-light', view: usual, theme: 'light', query: 'gap', act: gapsOpen },
  { name: 'around-related-wide-dark', view: wide, theme: 'dark', act: related },
  { name: 'around-related-usual-light', view: usual, theme: 'light', act: related },
  { name: 'around-related-narrow-light', view: narrow, theme: 'light', act: related },
  { name: 'around-find-usual-dark', view: usual, theme: 'dark', act: found },
  { name: 'around-find-usual-light', view: usual, theme: 'light', act: found },
  {
    name: 'around-hex-wide-light',
    view: wide,
    theme: 'light',
    act: async (page) => {
      await opened(page)
      await page.getByTestId('tree-find').fill('currency')
      await page.waitForTimeout(500)
      await page.getByTestId('tab-hex').click()
      await page.getByTestId('hex-view').focus()
      await page.keyboard.press('ArrowRight')
      await page.waitForTimeout(300)
    },
  },
  { name: 'around-gap-usual-dark', view: usual, theme: 'dark', query: 'records=60', act: atGap },
  { name: 'around-gap-narrow-light', view: narrow, theme: 'light', query: 'records=60', act: atGap },
  { name: 'around-lanes-wide-light', view: wide, theme: 'light', act: all },
  { name: 'around-lanes-narrow-dark', view: narrow, theme: 'dark', act: all },
  { name: 'around-type-wide-dark', view: wide, theme: 'dark', act: grouped('type') },
  { name: 'around-key-usual-light', view: usual, theme: 'light', act: grouped('key') },
  ...['light', 'dark'].map((theme) => ({
    name: `around-singles-${theme}`,
    view: wide,
    theme,
    act: async (page) => {
      await opened(page)
      await page.keyboard.press('f')
      await page.waitForTimeout(700)
    },
  })),
  {
    name: 'around-table-usual-light',
    view: usual,
    theme: 'light',
    act: async (page) => {
      await all(page)
      await page.getByTestId('lanes-table').click()
      await page.getByTestId('lanes-cell').nth(3).waitFor()
      await page.waitForTimeout(300)
    },
  },
  {
    name: 'around-bottom-usual-dark',
    view: usual,
    theme: 'dark',
    act: async (page) => {
      await opened(page)
      await page.keyboard.press('T')
      await page.getByTestId('inspector-dock').click()
      await page.waitForTimeout(300)
    },
  },
]
