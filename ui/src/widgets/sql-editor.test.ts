// Where words of the views are offered in a statement.
import { CompletionContext } from '@codemirror/autocomplete'
import { SQLite } from '@codemirror/lang-sql'
import { EditorState } from '@codemirror/state'
import { expect, test } from 'vitest'
import { completionOf } from './sql-editor'

/** Whether words are offered at the bar. */
async function offered(marked: string): Promise<boolean> {
  const at = marked.indexOf('|')
  const state = EditorState.create({ doc: marked.replace('|', ''), extensions: [SQLite.language] })
  const source = completionOf(() => [{ text: 'sequence', kind: 'column', note: '' }])
  return (await source(new CompletionContext(state, at, false))) !== null
}

test('words are offered outside of texts and remarks only', async () => {
  expect(await offered('SELECT se|')).toBe(true)
  expect(await offered("SELECT 'se|")).toBe(false)
  expect(await offered("SELECT 'it''s se|quence'")).toBe(false)
  expect(await offered('SELECT "se|')).toBe(false)
  expect(await offered('SELECT 1 -- se|')).toBe(false)
  expect(await offered('SELECT /* se| */ 1')).toBe(false)
})

test('an apostrophe in a remark, and two dashes in a text, say nothing about what follows', async () => {
  expect(await offered("-- the stream's records\nSELECT se|")).toBe(true)
  expect(await offered("/* don't */ SELECT se|")).toBe(true)
  expect(await offered("SELECT 'a--b', se|")).toBe(true)
  expect(await offered("SELECT 'it''s', se|")).toBe(true)
})
