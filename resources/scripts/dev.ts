/** `npm run dev -- [flags]`: the gateway from its sources, restarted on change, and the console with live reload beside it. */
import { spawn } from 'node:child_process';
import { createServer } from 'vite';
import config from '../../electron.vite.config.ts';
import { root } from './run.ts';

const PORT = '5000';
const GATEWAY = `http://127.0.0.1:${PORT}`;

const args = ['--watch', 'gateway/cli.ts', 'serve', '--port', PORT, ...process.argv.slice(2)];
const gateway = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
gateway.on('exit', (code) => process.exit(code ?? 1));

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
