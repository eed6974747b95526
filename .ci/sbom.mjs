// The parts of the program, as CycloneDX 1.6: what is linked into the binary on Linux, by Cargo's own resolution, and what the
// pages are built from, by the lock file. Nothing is fetched; the same sources give the same list.
//
//   node .ci/sbom.mjs [FILE]     by default target/sbom.cdx.json
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PRODUCT = 'kinescope'
const PLATFORM = 'x86_64-unknown-linux-gnu'
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const file = process.argv[2] ?? join(root, 'target/sbom.cdx.json')

const licence = (text) => (text ? { licenses: [{ expression: text.replaceAll(/\s*\/\s*/g, ' OR ') }] } : {})

function crates() {
  const asked = ['metadata', '--format-version', '1', '--locked', '--filter-platform', PLATFORM]
  const told = JSON.parse(execFileSync('cargo', asked, { cwd: root, maxBuffer: 1 << 28, encoding: 'utf8' }))
  const packages = new Map(told.packages.map((one) => [one.id, one]))
  const nodes = new Map(told.resolve.nodes.map((one) => [one.id, one]))
  const sums = checksums()
  const first = told.packages.find((one) => one.name === PRODUCT && one.source === null)
  const linked = new Set([first.id])
  for (const id of linked) {
    // what builds and tests take in is in no binary
    for (const { pkg, dep_kinds: kinds } of nodes.get(id).deps) if (kinds.some(({ kind }) => kind === null)) linked.add(pkg)
  }
  const purl = (one) => `pkg:cargo/${one.name}@${one.version}`
  const ordered = [...linked].map((id) => packages.get(id)).sort((a, b) => (purl(a) < purl(b) ? -1 : 1))
  const components = ordered.map((one) => ({
    type: 'library',
    'bom-ref': purl(one),
    name: one.name,
    version: one.version,
    ...licence(one.license),
    ...(one.source === null ? {} : { purl: purl(one) }),
    ...(sums.has(`${one.name} ${one.version}`) ? { hashes: [{ alg: 'SHA-256', content: sums.get(`${one.name} ${one.version}`) }] } : {}),
  }))
  const dependencies = ordered.map((one) => ({
    ref: purl(one),
    dependsOn: nodes
      .get(one.id)
      .deps.filter(({ pkg }) => linked.has(pkg))
      .map(({ pkg }) => purl(packages.get(pkg)))
      .sort(),
  }))
  return { product: first, components, dependencies }
}

/** Of the crates' archives, by "name version". */
function checksums() {
  const lock = readFileSync(join(root, 'Cargo.lock'), 'utf8')
  const found = lock.matchAll(/name = "([^"]+)"\nversion = "([^"]+)"\nsource = "[^"]+"\nchecksum = "([0-9a-f]+)"/g)
  return new Map([...found].map(([, name, version, sum]) => [`${name} ${version}`, sum]))
}

function npm() {
  const { packages } = JSON.parse(readFileSync(join(root, 'ui/package-lock.json'), 'utf8'))
  return Object.entries(packages)
    .filter(([path, one]) => path !== '' && !one.dev && !one.optional && !one.devOptional)
    .map(([path, one]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
      const purl = `pkg:npm/${name.replace('@', '%40')}@${one.version}`
      const [, sum] = /^sha512-(.+)$/.exec(one.integrity ?? '') ?? []
      const hashes = sum ? [{ alg: 'SHA-512', content: Buffer.from(sum, 'base64').toString('hex') }] : undefined
      return { type: 'library', 'bom-ref': purl, name, version: one.version, ...licence(one.license), purl, ...(hashes ? { hashes } : {}) }
    })
}

const { product, components, dependencies } = crates()
const body = {
  metadata: {
    component: { type: 'application', 'bom-ref': `pkg:generic/${PRODUCT}@${product.version}`, name: PRODUCT, version: product.version, ...licence(product.license) },
  },
  components: [...components.filter(({ name }) => name !== PRODUCT), ...npm()],
  dependencies,
}
// the same for the same contents, as reproducible builds want it
const hex = createHash('sha256').update(JSON.stringify(body)).digest('hex')
const serial = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
const bom = { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: `urn:uuid:${serial}`, version: 1, ...body }
mkdirSync(dirname(file), { recursive: true })
writeFileSync(file, `${JSON.stringify(bom, null, 1)}\n`)
console.log(`${file}: ${components.length - 1} crates, ${bom.components.length - components.length + 1} npm packages`)
