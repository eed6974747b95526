import { expect, test, vi } from 'vitest'
import { memoryMasks } from '../backend/memory-masks'
import { Masking } from './masking.svelte'

function masking(saysYes = true): { masking: Masking; redraw: ReturnType<typeof vi.fn<() => void>> } {
  const redraw = vi.fn<() => void>()
  return {
    masking: new Masking(
      memoryMasks(() => saysYes),
      redraw,
    ),
    redraw,
  }
}

test('what changed under the window draws it anew once the settings are closed, and a look does not', async () => {
  const { masking: one, redraw } = masking()
  await one.load()
  expect(one.isOn).toBe(false)
  one.settled()
  expect(redraw).not.toHaveBeenCalled()
  expect(await one.add('path', '$.card')).toBe(true)
  expect(one.isOn).toBe(true)
  expect(redraw).not.toHaveBeenCalled()
  one.settled()
  expect(redraw).toHaveBeenCalledOnce()
})

test('what is no rule is told with its place and changes nothing', async () => {
  const { masking: one, redraw } = masking()
  expect(await one.add('pattern', ' card( ')).toBe(false)
  expect(one.wrong).toEqual({ text: 'card(', start: 4, end: 5, message: 'unclosed group' })
  await one.add('name', 'card')
  expect(one.wrong).toBeNull()
  expect(await one.add('name', 'card')).toBe(false)
  expect(one.fault?.message).toBe('there is such a rule')
  expect(one.told?.rules).toHaveLength(1)
  one.settled()
  expect(redraw).toHaveBeenCalledOnce()
})

test('who says no in the dialog sees no more than before', async () => {
  const { masking: one } = masking(false)
  await one.add('name', 'card')
  await one.unmask({ what: 'session' })
  await one.unmask({ what: 'remove', kind: 'name', text: 'card' })
  expect([one.isOn, one.isLifted, one.told?.rules.length]).toEqual([true, false, 1])
})

test('true values are shown and hidden again', async () => {
  const { masking: one } = masking()
  await one.add('name', 'card')
  await one.unmask({ what: 'session' })
  expect([one.isOn, one.isLifted]).toEqual([false, true])
  await one.again()
  expect([one.isOn, one.isLifted]).toEqual([true, false])
  await one.unmask({ what: 'switchOff', kind: 'name', text: 'card' })
  expect(one.isOn).toBe(false)
  await one.switchOn({ kind: 'name', text: 'card', isOn: false })
  expect(one.isOn).toBe(true)
})
