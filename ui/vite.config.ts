// How the window's page is built: one Svelte app, English messages compiled in and other languages beside it,
// everything served from the binary.
// It knows nothing of Tauri beyond the fixed development port.
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin } from 'vite'
import { compileMessages, sources } from './compile-messages.mjs'
import { firstLoadBudget } from './first-load'

/** The messages are compiled before a build, and again whenever a catalogue changes while the page is developed. */
const messages = (): Plugin => ({
  name: 'messages',
  async buildStart() {
    for (const path of sources()) this.addWatchFile(path)
    await compileMessages()
  },
  async watchChange(path) {
    if (sources().includes(path)) await compileMessages()
  },
})

export default defineConfig({
  plugins: [messages(), svelte(), firstLoadBudget()],
  clearScreen: false,
  server: { host: '127.0.0.1', port: 1420, strictPort: true },
  build: { outDir: 'dist', emptyOutDir: true, assetsInlineLimit: 0, reportCompressedSize: false, modulePreload: { polyfill: false } },
})
