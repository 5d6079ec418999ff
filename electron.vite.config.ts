import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import { thirdPartyNotices } from './resources/tooling/third-party-notices.ts';

const tooling = (name: string) => fileURLToPath(new URL(`resources/tooling/${name}`, import.meta.url));

/** Native addons, and packages that read their own files when they run. Everything else of the gateway is bundled. */
const EXTERNAL = ['better-sqlite3', '@node-rs/argon2', '@scalar/fastify-api-reference', 'pdfmake'];

/**
 * What packages load for features that are not used here, by who loads it: proxied WebSockets, lists of static files,
 * YAML beside the JSON of OpenAPI, and Fastify's own compilers of schemas. Together a third of the gateway's code.
 */
const UNUSED_PARTS: Readonly<Record<string, string>> = {
  ws: '/@fastify/http-proxy/',
  glob: '/@fastify/static/',
  yaml: '/@fastify/swagger/',
  '@fastify/ajv-compiler': '/fastify/',
  '@fastify/fast-json-stringify-compiler': '/fastify/',
};

const withoutUnusedParts: Plugin = {
  name: 'without-unused-parts',
  enforce: 'pre',
  resolveId(source, importer = '') {
    const user = UNUSED_PARTS[source];
    if (user === undefined || !importer.replaceAll('\\', '/').includes(`node_modules${user}`)) return null;
    return tooling('unused-part.js');
  },
};

/**
 * Writes all other characters as escapes. V8 keeps the source of a module in memory, with two bytes for every character
 * as soon as one of them needs two. Comments are gone by then, so what is left stands in strings and patterns.
 */
const asciiOutput: Plugin = {
  name: 'ascii-output',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      chunk.code = chunk.code.replace(/(\\?)([^\0-\x7f])/g, (_match, backslash: string, character: string) => {
        if (backslash) this.error(`${chunk.fileName} has a backslash before ${character}, which cannot be escaped.`);
        return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
      });
    }
  },
};

/**
 * A module of a package that makes a `require` of its own gets the one of its chunk instead: electron-vite declares one
 * at the top of every chunk that uses one, and two in one chunk are a syntax error.
 */
const ownRequire: Plugin = {
  name: 'own-require',
  transform(code) {
    const declaration = /^(?:const|let|var) require = createRequire\([^)]*\);$/m;
    return declaration.test(code) ? { code: code.replace(declaration, ''), map: null } : null;
  },
};

/** Main is built first, the renderer last: it writes what all of them have gathered. */
const notices = thirdPartyNotices([...EXTERNAL, 'electron']);

export default defineConfig({
  main: {
    plugins: [withoutUnusedParts, ownRequire, asciiOutput, notices.collect],
    resolve: {
      alias: [{ find: /^undici$/, replacement: tooling('undici-dispatchers.js') }],
    },
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        external: EXTERNAL,
        input: {
          index: 'electron/main/index.ts',
          'gateway-process': 'electron/main/gateway/gateway-process.ts',
          cli: 'gateway/cli.ts',
          'sqlite-worker': 'gateway/db/sqlite-worker.ts',
          'export-worker': 'gateway/reports/export/export-worker.ts',
          'tokenizer-worker': 'gateway/proxy/tokenizer-worker.ts',
          'transfer-worker': 'gateway/backups/transfer-worker.ts',
        },
        output: {
          // Flat, because threads are found as `./<name>.js` beside the module that starts them.
          entryFileNames: '[name].js',
          chunkFileNames: '[name]-[hash].js',
          // Names stay, so that stack traces can be read.
          minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
        },
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
    plugins: [react(), notices.emit],
    build: {
      // Also for browsers, when the gateway serves the console itself.
      target: 'es2022',
      minify: true,
      rolldownOptions: {
        input: {
          index: resolve('renderer/index.html'),
          portal: resolve('renderer/portal.html'),
          approver: resolve('renderer/approver.html'),
        },
      },
    },
  },
});
