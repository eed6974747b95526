// Makes src/paraglide of the message catalogues. English is compiled in, a message a module, so that each screen loads
// what it says. Another language is one module, loaded when it is chosen: paraglide itself would put every language into
// every message. Nothing is written where nothing changed.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileProject, writeOutput } from '@inlang/paraglide-js'
import { loadProjectFromDirectory } from '@inlang/sdk'

const UI = import.meta.dirname
const PROJECT = join(UI, 'project.inlang')
const OUT = join(UI, 'src/paraglide')
const MADE_OF = join(OUT, 'made-of.txt')
const BASE = 'en'

const settings = () => JSON.parse(fs.readFileSync(join(PROJECT, 'settings.json'), 'utf8'))
const otherLanguages = () => settings().locales.filter((locale) => locale !== BASE)

/** Every file that the result follows from. */
export function sources() {
  const catalogues = fs.readdirSync(join(UI, 'messages'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.json'))
  return [
    ...catalogues.sort().map((path) => join(UI, 'messages', path)),
    join(PROJECT, 'settings.json'),
    join(UI, 'package-lock.json'),
    fileURLToPath(import.meta.url),
  ]
}

export async function compileMessages() {
  const hash = createHash('sha256')
  for (const path of sources()) hash.update(fs.readFileSync(path)).update('\0')
  const madeOf = hash.digest('hex')
  if (fs.existsSync(MADE_OF) && fs.readFileSync(MADE_OF, 'utf8') === madeOf) return
  const output = await compiled()
  await writeOutput({ directory: OUT, output: { ...output, 'made-of.txt': madeOf }, cleanDirectory: true, fs: fs.promises })
}

async function compiled() {
  const project = await loadProjectFromDirectory({ path: PROJECT, fs })
  const make = (options) =>
    compileProject({
      project,
      projectPath: PROJECT,
      compilerOptions: { project: PROJECT, outdir: OUT, strategy: ['baseLocale'], ...options },
    })
  const modules = await make({ outputStructure: 'message-modules', emitTsDeclarations: true })
  const languages = await make({ outputStructure: 'locale-modules' })
  const faults = await project.errors.get()
  await project.close()
  if (faults.length > 0) throw new Error(faults.map(String).join('\n'))
  for (const path of Object.keys(modules)) {
    if (/^messages\/(?!_index).*\.js$/.test(path)) modules[path] = inEnglish(basename(path, '.js'), modules[path])
  }
  for (const locale of otherLanguages()) {
    // a text that a language lacks is said in English; tests/messages.test.ts finds it
    modules[`languages/${locale}.js`] = languages[`messages/${locale}.js`].replace(/^export \{ \w+ \} from .*$/gm, '')
  }
  return { ...modules, 'catalogue.js': catalogue(), 'catalogue.d.ts': catalogueTypes() }
}

/** A message's module with its English only, and the way to what the chosen language says instead. */
function inEnglish(name, code) {
  const [next] = otherLanguages()
  const found = new RegExp(`const ${BASE}_${name} = ([\\s\\S]*?)\\n\\n(?:/\\*\\*[^\\n]*\\*/\\n)?const ${next}_${name} = `).exec(code)
  if (!found) throw new Error(`paraglide no longer writes messages as this expects: ${name}`)
  const registry = code.includes('registry.') ? `import * as registry from '../registry.js'\n` : ''
  // a name with capitals is another name in the file, and its own at the door
  const alias = /^export \{ \S+ as "\S+" \}/m.exec(code)?.[0]
  return `/* eslint-disable */
${registry}import { said } from '../catalogue.js'
const ${BASE}_${name} = ${found[1]}
${alias ? '' : 'export '}const ${name} = (inputs = {}) => said('${name}', inputs) ?? ${BASE}_${name}(inputs)
${alias ?? ''}
`
}

const catalogue = () => `/* eslint-disable */
let chosen = null
export const said = (name, inputs) => chosen?.[name]?.(inputs)
export const take = (catalogue) => { chosen = catalogue }
export const load = {
${otherLanguages()
  .map((locale) => `  ${locale}: () => import('./languages/${locale}.js'),`)
  .join('\n')}
}
`

const catalogueTypes = () => `export type Catalogue = object
export declare function said(name: string, inputs: object): string | undefined
/** What is said from now on; null is English. */
export declare function take(catalogue: Catalogue | null): void
export declare const load: Readonly<Record<${otherLanguages()
  .map((locale) => `'${locale}'`)
  .join(' | ')}, () => Promise<Catalogue>>>
`

if (process.argv[1] === fileURLToPath(import.meta.url)) await compileMessages()
