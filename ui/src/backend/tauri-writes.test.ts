import { expect, test } from 'vitest'
import { memoryBackend } from './memory'
import { tauriPublishing } from './tauri-publishing'
import { tauriReplays } from './tauri-writes'

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

test('every function asks the command of its own name, with every argument that it was given', async () => {
  const asked: { command: string; args: unknown[] }[] = []
  const writes = tauriReplays(async <T>(command: string, args?: Record<string, unknown>) => {
    asked.push({ command, args: Object.values(args ?? {}) })
    return null as T
  })
  for (const [name, call] of Object.entries(writes) as [string, (...args: unknown[]) => Promise<unknown>][]) {
    const given = Array.from({ length: call.length }, (_, i) => `${name} ${i}`)
    await call(...given)
    expect(asked.at(-1)).toEqual({ command: snakeCase(name), args: given })
  }
  expect(asked.length).toBeGreaterThan(10)
})

test('the made-up backend answers the same functions', () => {
  const served = { ...tauriPublishing(), ...tauriReplays(async <T>() => null as T) }
  expect(Object.keys(memoryBackend({ records: 0 }).replays ?? {}).sort()).toEqual(Object.keys(served).sort())
})
