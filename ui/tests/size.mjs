// What the window loads first, compressed, against its budget: `npm run size`, after a build.
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const BUDGET_KIB = 180
const html = readFileSync('dist/index.html', 'utf8')
const first = readdirSync('dist/assets').filter((name) => /\.(js|css)$/.test(name) && html.includes(name))
const kib = first.reduce((sum, name) => sum + gzipSync(readFileSync(`dist/assets/${name}`), { level: 9 }).length, 0) / 1024
console.log(`first load: ${kib.toFixed(1)} of ${BUDGET_KIB} KiB gzipped (${first.join(', ')})`)
if (first.length === 0 || kib > BUDGET_KIB) process.exitCode = 1
