// What may be called, streams that are made and removed, for shoot.mjs.
export const placeShots = ({ usual, narrow }) =>
  ['light', 'dark'].flatMap((theme) =>
    [usual, narrow].flatMap((view) => {
      const name = `${view === usual ? 'usual' : 'narrow'}-${theme}`
      return [
        {
          name: `permissions-${name}`,
          view,
          theme,
          act: async (page) => {
            await page.getByTestId('activity-connections').click()
            await page.getByTestId('ask-permissions').click()
            await page.getByTestId('permissions').waitFor()
            await page.getByTestId('permissions').scrollIntoViewIfNeeded()
          },
        },
        {
          name: `stream-new-${name}`,
          view,
          theme,
          act: async (page) => {
            await page.getByTestId('activity-streams').click()
            await page.getByTestId('stream-new').click()
            await page.getByTestId('new-stream-go').click()
          },
        },
        {
          name: `stream-delete-${name}`,
          view,
          theme,
          act: async (page) => {
            await page.getByTestId('activity-streams').click()
            await page.getByTestId('stream-row').nth(1).click()
            await page.getByTestId('stream-delete').click()
            await page.getByTestId('delete-stream-typed').fill('order-ev')
          },
        },
      ]
    }),
  )
