/** `npm start -- [flags]`: builds what is stale, then runs the gateway's command line in this process. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfStale } from './build.ts';
import { root } from './run.ts';

const LOOK_EVERY_MS = 500;

/** The shell between npm and this process dies of a signal without passing it on: its end counts as that signal. */
function stopWithNpm(): void {
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS);
  timer.unref();
}

if (process.env.npm_lifecycle_event === 'start') stopWithNpm();
await buildIfStale();
const cli = join(root, 'out/main/cli.js');
process.argv = [process.execPath, cli, ...process.argv.slice(2)];
await import(pathToFileURL(cli).href);
