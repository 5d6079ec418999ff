/** `npm run dev -- [flags]`: the gateway from its sources, restarted on change, and the console with live reload beside it. */
import { spawn } from 'node:child_process';
import { createServer } from 'vite';
import config from '../../electron.vite.config.ts';
import { root } from './run.ts';

const GATEWAY = 'http://127.0.0.1:5000';

const gateway = spawn(process.execPath, ['--watch', 'gateway/cli.ts', 'serve', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
gateway.on('exit', (code) => process.exit(code ?? 1));

const forward = { target: GATEWAY, changeOrigin: true };
const pages = await createServer({
  ...config.renderer,
  configFile: false,
  base: '/admin/',
  server: { host: '127.0.0.1', proxy: { '/api': forward, '/health': forward } },
});
await pages.listen();
pages.printUrls();
