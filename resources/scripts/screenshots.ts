/**
 * `npm run screenshots [-- <name>…]`: the console on a living demo team, every screen in both themes and languages, wide
 * and narrow, into `test/screenshots/`. To be looked at.
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { BROWSER_FLAGS, findBrowser } from '../../test/support/browser.ts';
import { buildIfStale } from './build.ts';
import { root } from './run.ts';

const FOLDER = join(root, 'test/screenshots');
const EMAIL = 'owner@example.com';
const PASSWORD = 'correct horse battery';

/** Name of the picture, address below `/admin`, and what to do before it is taken. */
const SCREENS: readonly { name: string; path: string; prepare?(page: Page): Promise<void> }[] = [
  { name: 'overview', path: '/', prepare: (page) => page.locator('.recharts-bar').first().waitFor() },
  { name: 'users', path: '/users' },
  {
    name: 'user',
    path: '/users',
    async prepare(page) {
      await page.locator('tbody tr').first().click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'requests', path: '/requests' },
  { name: 'alerts', path: '/alerts' },
  { name: 'reports', path: '/reports' },
  { name: 'plans', path: '/plans' },
  { name: 'plan', path: '/plans?open=basic', prepare: (page) => page.getByRole('dialog').waitFor() },
  { name: 'departments', path: '/plans?part=departments' },
  { name: 'models', path: '/plans?part=models' },
  {
    name: 'model',
    path: '/plans?part=models',
    async prepare(page) {
      await page.locator('tbody tr').first().click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'audit', path: '/activity' },
  { name: 'requests-list', path: '/activity?part=usage' },
  {
    name: 'request',
    path: '/activity?part=usage',
    async prepare(page) {
      await page.locator('tbody tr').first().click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'settings', path: '/settings' },
  { name: 'policy', path: '/settings?section=policy' },
  { name: 'upstreams', path: '/settings?section=upstreams' },
  { name: 'keys', path: '/settings?section=keys' },
  { name: 'new-key', path: '/settings?section=keys&open=%2B', prepare: (page) => page.getByRole('dialog').waitFor() },
  { name: 'mail', path: '/settings?section=mail' },
  { name: 'operators', path: '/settings?section=operators' },
  { name: 'account', path: '/settings?section=account' },
  { name: 'about', path: '/settings?section=about' },
];
const LOOKS = [
  { theme: 'light', locale: 'en', width: 1440, height: 900 },
  { theme: 'dark', locale: 'pt-BR', width: 1440, height: 900 },
  { theme: 'light', locale: 'pt-BR', width: 390, height: 844 },
] as const;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const browserPath = await findBrowser();
  if (browserPath === null) throw new Error('No browser can run here: set CHROMIUM_PATH to a Chrome or Chromium.');
  await buildIfStale();
  const port = await freePort();
  const gateway = spawn(process.execPath, [join(root, 'out/main/cli.js'), 'serve', '--demo', '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ADMIN_EMAIL: EMAIL, ADMIN_PASSWORD: PASSWORD },
  });
  const browser = await chromium.launch({ executablePath: browserPath, args: [...BROWSER_FLAGS] });
  mkdirSync(FOLDER, { recursive: true });
  try {
    const base = `http://127.0.0.1:${port}`;
    while (!(await fetch(`${base}/health`).catch(() => null))?.ok)
      await new Promise((resolve) => setTimeout(resolve, 200));
    for (const { theme, locale, width, height } of LOOKS) {
      const context = await browser.newContext({ viewport: { width, height }, locale, colorScheme: theme });
      const page = await context.newPage();
      page.on('console', (message) => message.type() === 'error' && console.error(`${message.text()}`));
      page.on('pageerror', (error) => console.error(error));
      await page.goto(`${base}/admin/`);
      await page.locator('input[type=email]').fill(EMAIL);
      await page.locator('input[type=password]').fill(PASSWORD);
      await page.locator('button[type=submit]').click();
      await page.getByRole('navigation').waitFor();
      for (const { name, path, prepare } of SCREENS) {
        if (wanted.length > 0 && !wanted.includes(name)) continue;
        await page.goto(`${base}/admin${path}`);
        await page.locator('[role=status][data-state=live]').waitFor();
        await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
        await prepare?.(page);
        await page.evaluate(() => document.fonts.ready);
        await page.screenshot({ path: join(FOLDER, `${name}-${theme}-${locale}-${width}.png`) });
      }
      await context.close();
    }
  } finally {
    await browser.close();
    gateway.kill('SIGTERM');
  }
}

await main();
