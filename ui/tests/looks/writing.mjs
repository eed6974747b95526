// The pictures of publishing and replays, for shoot.mjs.

/** Publishing and replays: each state once in each theme, and the fullest ones narrow. */
export function writingShots({ wide, usual, narrow }) {
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
    ...both('publish-packed', async (page) => {
      await publish('order-test')(page)
      await page.getByTestId('payload-encoding').selectOption('gzip')
      await page.getByTestId('repeat').fill('60')
      await page.getByTestId('every').fill('500')
      await page.getByTestId('ask-grant').click()
      await page.getByTestId('encoded').waitFor()
    }),
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
    ...both('publish-cut-off', async (page) => {
      await publish(null)(page)
      await page.getByTestId('publish-tab-history').click()
      await page.getByTestId('history-row').nth(2).click()
      await page.getByTestId('ask-grant').click()
      await page.getByTestId('history-go-on').waitFor()
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
    ...both('wizard-local-function', async (page) => {
      await wizard('source')(page)
      await page.getByTestId('step-target').click()
      await page.getByTestId('into-localLambda').click()
    }),
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
