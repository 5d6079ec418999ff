/** `npm run desktop -- [flags]`: builds what is stale, then runs the desktop app. Electron fetches its binary on first use. */
import { buildIfStale } from './build.ts';
import { runNode, toolPath } from './run.ts';

await buildIfStale();
const { ok } = await runNode([toolPath('electron', 'electron'), '.', ...process.argv.slice(2)], { show: true });
process.exitCode = ok ? 0 : 1;
