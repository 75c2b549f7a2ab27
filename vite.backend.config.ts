import { defineConfig } from 'vite';

/** Bundles the backend for the app's demo, which runs it in a process of its own. Native modules stay outside. */
export default defineConfig({
  build: {
    ssr: 'backend/main.ts',
    outDir: 'out/backend',
    target: 'node24',
    emptyOutDir: true,
    // It is part of every package, and a third of the size starts faster.
    minify: true,
    rolldownOptions: {
      external: ['better-sqlite3', '@node-rs/argon2'],
      output: { format: 'es', entryFileNames: 'main.js', chunkFileNames: '[name].js' },
    },
  },
  // Pure JavaScript dependencies go into the bundle: one file starts faster than a thousand.
  ssr: { noExternal: true },
});
