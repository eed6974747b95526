// A build's budget for what the window loads first, compressed. A build over it fails before anything is written, so
// that no stale success is left behind. Fonts, and what is loaded later, are not counted.
import { gzipSync } from 'node:zlib'
import type { Plugin, Rolldown } from 'vite'

const BUDGET_KIB = 180

export function firstLoadBudget(): Plugin {
  return {
    name: 'first-load-budget',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const files = firstFiles(bundle)
      const kib = files.reduce((sum, name) => sum + gzippedBytes(bundle[name]), 0) / 1024
      const told = `first load: ${kib.toFixed(1)} of ${BUDGET_KIB} KiB gzipped (${files.join(', ')})`
      if (kib === 0 || kib > BUDGET_KIB) this.error(told)
      this.info(told)
    },
  }
}

/** The page's own script, what it imports at once, and their styles. */
function firstFiles(bundle: Rolldown.OutputBundle): string[] {
  const files = new Set<string>()
  const take = (name: string): void => {
    const output = bundle[name]
    if (files.has(name) || output?.type !== 'chunk') return
    files.add(name)
    output.viteMetadata?.importedCss.forEach((css) => files.add(css))
    output.imports.forEach(take)
  }
  for (const output of Object.values(bundle)) if (output.type === 'chunk' && output.isEntry) take(output.fileName)
  return [...files]
}

function gzippedBytes(output: Rolldown.OutputBundle[string] | undefined): number {
  if (!output) return 0
  return gzipSync(output.type === 'chunk' ? output.code : output.source, { level: 9 }).length
}
