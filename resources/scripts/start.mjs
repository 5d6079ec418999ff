/**
 * `npm start -- [flags]`: builds what is stale, then runs the gateway's command line in this process. Plain JavaScript,
 * because the TypeScript reader would stay in the gateway's memory.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const LOOK_EVERY_MS = 500;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The shell between npm and this process dies of a signal without passing it on: its end counts as that signal. */
function stopWithNpm() {
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS);
  timer.unref();
}

/**
 * glibc gives every thread a heap of its own and keeps what it once took: 8 MB of an idle gateway. How many there may be
 * can only be said before a process starts, so this one starts over.
 */
function startWithFewHeaps() {
  if (process.platform !== 'linux' || process.env.MALLOC_ARENA_MAX !== undefined || !process.execve) return;
  process.removeAllListeners('warning');
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    ...process.env,
    MALLOC_ARENA_MAX: '2',
  });
}

startWithFewHeaps();
if (process.env.npm_lifecycle_event === 'start') stopWithNpm();
const { status } = spawnSync(process.execPath, [here('build.ts'), '--if-stale'], { stdio: 'inherit' });
if (status === 0) {
  const cli = here('../../out/main/cli.js');
  process.env.SOLARIS_COMMAND = 'npm start --';
  process.argv = [process.execPath, cli, ...process.argv.slice(2)];
  await import(pathToFileURL(cli).href);
} else {
  process.exitCode = status ?? 1;
}
