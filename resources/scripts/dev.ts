/** `npm run dev -- [flags]`: the gateway from its sources, restarted on change, and the console with live reload beside it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'vite';
import config from '../../electron.vite.config.ts';
import { root } from './run.ts';

const PORT = '5000';
const GATEWAY = `http://127.0.0.1:${PORT}`;

let running: ChildProcess | null = null;
let isStale = false;

// Not Node's own --watch: it speaks to the threads of the gateway over the gateway's own channel.
function start(): void {
  isStale = false;
  const args = ['gateway/cli.ts', 'serve', '--port', PORT, ...process.argv.slice(2)];
  running = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
  running.on('exit', () => {
    running = null;
    if (isStale) start();
    else console.log('The gateway has ended. It starts again when a source changes.');
  });
}

watch(join(root, 'gateway'), { recursive: true }, () => {
  if (!running) start();
  else if (!isStale) {
    isStale = true;
    running.kill();
  }
});
start();

// The gateway answers pages of its own origin only.
const forward = { target: GATEWAY, changeOrigin: true, headers: { origin: GATEWAY } };
const pages = await createServer({
  ...config.renderer,
  configFile: false,
  base: '/admin/',
  server: { host: '127.0.0.1', proxy: { '/api': forward, '/health': forward } },
});
await pages.listen();
pages.printUrls();
