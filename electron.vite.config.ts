import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** Native addons, and packages that read their own files when they run. Everything else of the gateway is bundled. */
const EXTERNAL = ['better-sqlite3', '@node-rs/argon2', '@scalar/fastify-api-reference'];

export default defineConfig({
  main: {
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        external: EXTERNAL,
        input: {
          index: 'electron/main/index.ts',
          cli: 'gateway/cli.ts',
          'sqlite-worker': 'gateway/db/sqlite-worker.ts',
          'tokenizer-worker': 'gateway/proxy/tokenizer-worker.ts',
        },
        // Flat, because threads are found as `./<name>.js` beside the module that starts them.
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: 'electron/preload/index.ts' },
        // A sandboxed preload cannot load an ES module.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react()],
    build: {
      // Also for browsers, when the gateway serves the console itself.
      target: 'es2022',
      minify: true,
      rolldownOptions: { input: { index: 'renderer/index.html' } },
    },
  },
});
