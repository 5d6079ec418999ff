/** `npm run build`: main, preload, renderer and the headless gateway into out/; with `--if-stale` only where sources are newer. */
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, runNode, toolPath } from './run.ts';

const SOURCES = ['electron/**', 'gateway/**', 'renderer/**', 'electron.vite.config.ts', 'package-lock.json'];
/** Written last: main is built first, then preload, then the renderer. */
const LAST_OUTPUT = 'out/renderer/index.html';

/** Builds everything. Prints one line; the bundler's own lines only when it fails. */
export async function build(): Promise<void> {
  const started = performance.now();
  const { ok, output } = await runNode([toolPath('electron-vite', 'electron-vite'), 'build', '--logLevel=warn']);
  if (!ok) {
    console.error(output);
    throw new Error('The build failed; the lines above say why.');
  }
  console.log(`Built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** Builds when a source is newer than what was built, or nothing was. */
export async function buildIfStale(): Promise<void> {
  const output = join(root, LAST_OUTPUT);
  const builtAt = existsSync(output) ? statSync(output).mtimeMs : 0;
  const isNewer = (path: string) => statSync(join(root, path)).mtimeMs > builtAt;
  if (globSync(SOURCES, { cwd: root }).some(isNewer)) await build();
}

if (import.meta.main) await (process.argv.includes('--if-stale') ? buildIfStale() : build());
