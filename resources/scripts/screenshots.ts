/**
 * `npm run screenshots [-- <name>…]`: the console on a living demo team, every screen in both themes and languages, wide
 * and narrow, into `test/screenshots/`. To be looked at. `npm run screenshots -- --readme` makes the README's pictures.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { BROWSER_FLAGS, findBrowser } from '../../test/support/browser.ts';
import { freePort } from '../../test/support/ports.ts';
import { buildIfStale } from './build.ts';
import { root } from './run.ts';

const FOLDER = join(root, 'test/screenshots');
const README_FOLDER = join(root, 'resources/screenshots');
/** Of a picture in the README: it is fetched by everybody who looks. */
const MOST_BYTES = 200_000;
const EMAIL = 'owner@example.com';
const PASSWORD = 'correct horse battery';

/** Name of the picture, address below `/admin`, and what to do before it is taken. */
interface Screen {
  readonly name: string;
  readonly path: string;
  prepare?(page: Page): Promise<void>;
}

const SCREENS: readonly Screen[] = [
  { name: 'overview', path: '/', prepare: (page) => page.locator('.recharts-bar').first().waitFor() },
  { name: 'users', path: '/users' },
  {
    name: 'search',
    path: '/users?plan=pro&lastSeen=%3C7d&credits=%3E%3D0',
    async prepare(page) {
      await page.getByRole('combobox').fill('status:');
      await page.getByRole('listbox').waitFor();
    },
  },
  {
    name: 'user',
    path: '/users',
    async prepare(page) {
      await page.locator('tbody tr').nth(4).click();
      await page.locator('.recharts-bar').first().waitFor();
    },
  },
  {
    name: 'requests',
    path: '/requests',
    async prepare(page) {
      const first = page.locator('main section button').first();
      if ((await first.count()) > 0) await first.click();
      await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
    },
  },
  {
    name: 'import',
    path: '/users',
    async prepare(page) {
      await page.locator('button:has(.tabler-icon-upload)').click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'alerts', path: '/alerts' },
  { name: 'reports', path: '/reports' },
  { name: 'quality', path: '/reports?part=quality' },
  {
    name: 'targets',
    path: '/reports?part=quality&open=targets',
    prepare: (page) => page.getByRole('dialog').waitFor(),
  },
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
  { name: 'refusals', path: '/activity?part=refusals' },
  { name: 'jobs', path: '/activity?part=jobs' },
  { name: 'outbox', path: '/activity?part=outbox' },
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
  { name: 'database', path: '/settings?section=data' },
  { name: 'backups', path: '/settings?section=backups' },
  ...['data', 'upstream', 'librechat', 'administrator', 'mail', 'plan', 'finish'].map((step) => ({
    name: `setup-${step}`,
    path: `/setup?step=${step}`,
  })),
];
interface Look {
  readonly theme: 'light' | 'dark';
  readonly locale: 'en' | 'pt-BR';
  readonly width: number;
  readonly height: number;
}

const LOOKS: readonly Look[] = [
  { theme: 'light', locale: 'en', width: 1440, height: 900 },
  { theme: 'dark', locale: 'pt-BR', width: 1440, height: 900 },
  { theme: 'dark', locale: 'en', width: 1024, height: 768 },
  { theme: 'light', locale: 'pt-BR', width: 390, height: 844 },
];

/** The README's, by screen. */
const WIDE = { width: 1440, height: 900 } as const;
const PICTURES: readonly { screen: string; look: Look }[] = [
  { screen: 'overview', look: { theme: 'light', locale: 'en', ...WIDE } },
  { screen: 'users', look: { theme: 'dark', locale: 'en', ...WIDE } },
  { screen: 'user', look: { theme: 'light', locale: 'en', ...WIDE } },
  { screen: 'requests', look: { theme: 'dark', locale: 'pt-BR', ...WIDE } },
  { screen: 'reports', look: { theme: 'light', locale: 'pt-BR', ...WIDE } },
  { screen: 'models', look: { theme: 'dark', locale: 'en', ...WIDE } },
];

/** Runs `work` on a console of a demo team, in a real browser. */
async function onDemo(work: (browser: Browser, base: string) => Promise<void>): Promise<void> {
  const browserPath = await findBrowser();
  if (browserPath === null) throw new Error('No browser can run here: set CHROMIUM_PATH to a Chrome or Chromium.');
  await buildIfStale();
  const port = await freePort();
  const gateway = spawn(process.execPath, [join(root, 'out/main/cli.js'), 'serve', '--demo', '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ADMIN_EMAIL: EMAIL, ADMIN_PASSWORD: PASSWORD },
  });
  const browser = await chromium.launch({ executablePath: browserPath, args: [...BROWSER_FLAGS] });
  try {
    const base = `http://127.0.0.1:${port}`;
    while (!(await fetch(`${base}/health`).catch(() => null))?.ok)
      await new Promise((resolve) => setTimeout(resolve, 200));
    await work(browser, base);
  } finally {
    await browser.close();
    gateway.kill('SIGTERM');
  }
}

/** Signs in, and takes what `take` makes of each screen. */
async function look(
  browser: Browser,
  base: string,
  { theme, locale, width, height }: Look,
  screens: readonly Screen[],
  take: (page: Page, screen: Screen) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height }, locale, colorScheme: theme });
  const page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && console.error(`${message.text()}`));
  page.on('pageerror', (error) => console.error(error));
  await page.goto(`${base}/admin/`);
  await page.locator('input[type=email]').fill(EMAIL);
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.locator('button[type=submit]').click();
  await page.getByRole('navigation').waitFor();
  for (const screen of screens) {
    await page.goto(`${base}/admin${screen.path}`);
    await page.locator('[role=status][data-state=live]').waitFor();
    await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
    await screen.prepare?.(page);
    await page.evaluate(() => document.fonts.ready);
    await take(page, screen);
  }
  await context.close();
}

async function takeAll(wanted: readonly string[]): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const screens = SCREENS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  await onDemo(async (browser, base) => {
    for (const how of LOOKS) {
      const { theme, locale, width } = how;
      await look(browser, base, how, screens, async (page, { name }) => {
        await page.screenshot({ path: join(FOLDER, `${name}-${theme}-${locale}-${width}.png`) });
      });
    }
  });
}

async function takeForReadme(): Promise<void> {
  mkdirSync(README_FOLDER, { recursive: true });
  await onDemo(async (browser, base) => {
    for (const { screen, look: how } of PICTURES) {
      const chosen = SCREENS.filter(({ name }) => name === screen);
      await look(browser, base, how, chosen, async (page) => {
        const client = await page.context().newCDPSession(page);
        const { data } = await client.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
        const picture = Buffer.from(data, 'base64');
        if (picture.length > MOST_BYTES) throw new Error(`The picture ${screen} has ${picture.length} bytes.`);
        writeFileSync(join(README_FOLDER, `${screen}.webp`), picture);
      });
    }
  });
}

const wanted = process.argv.slice(2);
await (wanted.includes('--readme') ? takeForReadme() : takeAll(wanted));
