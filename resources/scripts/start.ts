/** `npm start -- [flags]`: builds what is stale, then serves gateway and console in this process. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfStale } from './build.ts';
import { root } from './run.ts';

await buildIfStale();
const cli = join(root, 'out/main/cli.js');
process.argv = [process.execPath, cli, ...process.argv.slice(2)];
await import(pathToFileURL(cli).href);
