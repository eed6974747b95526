// How the window's page is built: one Svelte app, English messages compiled in, everything served from the binary.
// It knows nothing of Tauri beyond the fixed development port.
import { paraglideVitePlugin } from '@inlang/paraglide-js'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { firstLoadBudget } from './first-load'

export const messages = () =>
  paraglideVitePlugin({
    project: './project.inlang',
    outdir: './src/paraglide',
    strategy: ['globalVariable', 'baseLocale'],
    emitTsDeclarations: true,
  })

export default defineConfig({
  plugins: [messages(), svelte(), firstLoadBudget()],
  clearScreen: false,
  server: { host: '127.0.0.1', port: 1420, strictPort: true },
  build: { outDir: 'dist', emptyOutDir: true, assetsInlineLimit: 0, reportCompressedSize: false, modulePreload: { polyfill: false } },
})
