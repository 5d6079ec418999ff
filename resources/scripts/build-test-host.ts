/**
 * A test build of the gateway, with the points at which a test can make it die: a process of it starts in a fifth of the
 * time that the sources take, and some tests start two hundred.
 */
import { join } from 'node:path';
import { build } from 'vite';
import { root } from './run.ts';

/** Native addons, and packages that read their own files when they run. */
const EXTERNAL = ['better-sqlite3', '@node-rs/argon2', '@scalar/fastify-api-reference', 'pdfmake', 'pg-native'];

/** Builds it, beside nothing that is packed. @returns the file to run; see `test/support/gateway-process-host.ts` */
export async function buildTestHost(): Promise<string> {
  const outDir = join(root, 'node_modules/.cache/test-host');
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    define: { __FAULT_POINTS__: 'true' },
    ssr: { noExternal: true, external: EXTERNAL },
    build: {
      ssr: true,
      outDir,
      target: 'node24',
      minify: false,
      rolldownOptions: {
        external: EXTERNAL,
        input: {
          'gateway-process-host': 'test/support/gateway-process-host.ts',
          'sqlite-worker': 'gateway/db/sqlite-worker.ts',
          'export-worker': 'gateway/reports/export/export-worker.ts',
          'tokenizer-worker': 'gateway/proxy/tokenizer-worker.ts',
          'transfer-worker': 'gateway/backups/transfer-worker.ts',
        },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  return join(outDir, 'gateway-process-host.js');
}
