// The page's architecture as a test: who may import whom, where Tauri and Intl are named, how long a file may be, and
// that no visible text stands outside the message catalogue.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { parse } from 'svelte/compiler'
import { expect, test } from 'vitest'

const SRC = join(import.meta.dirname, '../src')
const LONGEST_FILE = 400

/** Folder -> folders that it may import. Messages are a folder like any other. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  backend: ['base'],
  widgets: ['base'],
  state: ['base', 'backend'],
  views: ['base', 'widgets', 'state', 'paraglide'],
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(ts|svelte)$/.test(path) && !path.startsWith('paraglide') && path !== join('backend', 'bindings.ts'))
  .map((path) => ({ path, text: readFileSync(join(SRC, path), 'utf8') }))

const importsOf = (text: string): string[] => [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((match) => match[1] ?? '')

function faults(of: (file: { path: string; text: string }) => string[]): string[] {
  return files.flatMap((file) => of(file).map((fault) => `${file.path}: ${fault}`))
}

test('folders import only what the table allows, and no screen imports another', () => {
  const found = faults(({ path, text }) => {
    const [folder = '', screen = ''] = path.split('/')
    const allowed = MAY_IMPORT[folder]
    if (!allowed) return []
    return importsOf(text)
      .filter((target) => target.startsWith('.'))
      .flatMap((target) => {
        const [toFolder = '', toScreen = ''] = relative(SRC, normalize(join(SRC, dirname(path), target))).split('/')
        if (toFolder === folder) return folder === 'views' && toScreen !== screen ? [`imports the screen ${toScreen}`] : []
        return allowed.includes(toFolder) ? [] : [`imports ${toFolder}`]
      })
  })
  expect(found).toEqual([])
})

test('base is plain TypeScript', () => {
  expect(
    faults(({ path, text }) => (path.startsWith('base') ? importsOf(text).filter((t) => !t.startsWith('.') && t !== 'vitest') : [])),
  ).toEqual([])
})

test('only the backend names Tauri', () => {
  expect(
    faults(({ path, text }) => (path.startsWith('backend') ? [] : importsOf(text).filter((t) => t.startsWith('@tauri-apps')))),
  ).toEqual([])
})

test('no text becomes markup or code', () => {
  expect(
    faults(({ text }) => text.match(/\{@html|\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(/g) ?? []),
  ).toEqual([])
})

test('colours are tokens', () => {
  const styles = (text: string): string => [...text.matchAll(/<style>([\s\S]*?)<\/style>/g)].map((style) => style[1]).join('\n')
  expect(
    faults(({ path, text }) =>
      path.endsWith('.svelte') ? (styles(text).match(/#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch)\(/gi) ?? []) : [],
    ),
  ).toEqual([])
})

test('Intl is always told the locale', () => {
  expect(faults(({ text }) => text.match(/Intl\.\w+\(\s*(?:\)|undefined)|toLocale\w*String\(\s*(?:\)|undefined)/g) ?? [])).toEqual([])
})

test('files stay short', () => {
  expect(faults(({ text }) => (text.split('\n').length > LONGEST_FILE ? [`${text.split('\n').length} lines`] : []))).toEqual([])
})

test('visible text comes from the catalogue', () => {
  expect(faults(({ path, text }) => (path.endsWith('.svelte') ? visibleTexts(text) : []))).toEqual([])
})

const SPOKEN_ATTRIBUTES = ['title', 'aria-label', 'placeholder', 'alt', 'aria-description', 'label', 'text']

/** Texts and spoken attributes with words in them that stand in the markup itself. */
function visibleTexts(source: string): string[] {
  const found: string[] = []
  const hasWords = (text: string): boolean => /\p{L}{2,}/u.test(text)
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk)
    if (typeof node !== 'object' || node === null) return
    const { type, data, name, value } = node as { type?: string; data?: string; name?: string; value?: unknown }
    if (type === 'StyleDirective' || type === 'ClassDirective') return
    if (type === 'Text' && hasWords(data ?? '')) found.push((data ?? '').trim())
    if (type === 'Attribute') {
      if (SPOKEN_ATTRIBUTES.includes(name ?? '')) walk(value)
      return
    }
    for (const [key, child] of Object.entries(node)) if (!['expression', 'metadata', 'loc'].includes(key)) walk(child)
  }
  walk(parse(source, { modern: true }).fragment)
  return found
}

test('every text of the catalogue is said somewhere', () => {
  const catalogue = join(import.meta.dirname, '../messages')
  const names = readdirSync(catalogue, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('en.json'))
    .flatMap((path) => Object.keys(JSON.parse(readFileSync(join(catalogue, path), 'utf8')) as Record<string, unknown>))
    .filter((name) => !name.startsWith('$'))
  const said = new Set(files.flatMap(({ text }) => [...text.matchAll(/\bm\.(\w+)/g)].map((match) => match[1])))
  expect(names.length).toBeGreaterThan(1_000)
  expect(names.filter((name) => !said.has(name))).toEqual([])
})
