/**
 * `npm run screenshots [-- <name>…]`: console and portal on a living demo team, on an empty gateway and on a failing one, and
 * the page of offline approvals, into `test/screenshots/`, to be looked at: in six looks, or with `--all` in every theme, language and width; with
 * `--look=pt-BR-390` in those that are called so.
 * `npm run screenshots -- --readme` makes the README's pictures.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { APPROVER_STATES, walkApprover } from './approver-screens.ts';
import { CODE_SCREENS, SIGN_IN_CODE_SCREENS } from './code-screens.ts';
import { EMPTY_SCREENS, FAILING_SCREENS, SCREENS, type Screen, SIGN_IN_SCREENS } from './console-screens.ts';
import { PORTAL_SCREENS, type PortalScreen, SIGNED_OUT_SCREENS } from './portal-screens.ts';
import { root } from './run.ts';
import { EMAIL, type Locale, onGateway, PASSWORD, portalKeys, startBrowser } from './screenshot-gateway.ts';

const FOLDER = join(root, 'test/screenshots');
const README_FOLDER = join(root, 'resources/screenshots');
/** Of a picture in the README: it is fetched by everybody who looks. */
const MOST_BYTES = 200_000;

interface Look {
  readonly theme: 'light' | 'dark';
  readonly locale: Locale;
  readonly width: number;
  readonly height: number;
}

const THEMES = ['light', 'dark'] as const;
const LOCALES = ['en', 'pt-BR'] as const;
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
] as const;
const ALL_LOOKS: readonly Look[] = LOCALES.flatMap((locale) =>
  SIZES.flatMap((size) => THEMES.map((theme) => ({ theme, locale, ...size }))),
);
/** Six of the twelve, in which every theme meets every language and every width. */
const LOOKS = ALL_LOOKS.filter(
  ({ theme, locale, width }) => (theme === 'light') === ((locale === 'en') === width > 1024),
);

const nameOf = ({ theme, locale, width }: Look) => `${theme}-${locale}-${width}`;

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

/** For what a picture waits for, on a machine that has much to do. */
const PATIENCE_MS = 45_000;

async function openPage(browser: Browser, { theme, locale, width, height }: Look): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height },
    locale,
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('pageerror', (error) => console.error(error));
  return page;
}

type Take = (page: Page, screen: Screen) => Promise<void>;

async function takeEach(page: Page, address: string, screens: readonly Screen[], take: Take): Promise<void> {
  for (const screen of screens) {
    try {
      await page.goto(`${address}${screen.path}`);
      await settled(page);
      await screen.prepare?.(page);
      await settled(page);
      await take(page, screen);
    } catch (error) {
      process.exitCode = 1;
      console.error(`${screen.name}: ${error}`);
    }
  }
}

/** Of a page on which nothing comes or goes any more. */
const QUIET_MS = 250;

/** Something is shown, nothing is asked for any more, and nothing moves. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.body.innerText.trim() !== '' && !document.querySelector('[aria-busy="true"]'),
  );
  await page.evaluate(async (quietMs) => {
    await document.fonts.ready;
    await new Promise<void>((resolve) => {
      let timer = setTimeout(resolve, quietMs);
      new MutationObserver(() => {
        clearTimeout(timer);
        timer = setTimeout(resolve, quietMs);
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
  }, QUIET_MS);
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
}

async function signIn(page: Page, base: string): Promise<void> {
  await page.goto(`${base}/admin/`);
  await page.locator('input[type=email]').fill(EMAIL);
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.locator('button[type=submit]').click();
  await page.getByRole('navigation').first().waitFor();
}

async function takeConsole(browser: Browser, base: string, how: Look, screens: readonly Screen[], take: Take) {
  if (screens.length === 0) return;
  const page = await openPage(browser, how);
  await signIn(page, base);
  await page.locator('[role=status][data-state=live]').waitFor();
  await takeEach(page, `${base}/admin`, screens, take);
  await page.context().close();
}

/** As above, while every question but who is signed in gets a failure. */
async function takeFailing(browser: Browser, base: string, how: Look, screens: readonly Screen[], take: Take) {
  if (screens.length === 0) return;
  const page = await openPage(browser, how);
  await signIn(page, base);
  const json = { error: { code: 'database_unavailable', message: 'The database does not answer.' } };
  await page.route('**/api/admin/**', (route) => route.fulfill({ status: 503, json }));
  await takeEach(page, `${base}/admin`, screens, take);
  await page.context().close();
}

async function takePortal(browser: Browser, base: string, how: Look, screens: readonly PortalScreen[], take: Take) {
  if (screens.length === 0) return;
  const keyOf = await portalKeys(base, how.locale);
  for (const who of new Set(screens.map((screen) => screen.who))) {
    const page = await openPage(browser, how);
    const key = await keyOf(who);
    await page.goto(`${base}/portal/`);
    await page.locator('input[type=password]').fill(key);
    await page.locator('main button[type=submit]').click();
    await page.locator('header nav').waitFor();
    const theirs = screens.filter((screen) => screen.who === who);
    await takeEach(page, `${base}/portal`, theirs, take);
    await page.context().close();
  }
}

async function takeSignedOut(browser: Browser, base: string, how: Look, screens: readonly Screen[], take: Take) {
  for (const screen of screens) {
    const page = await openPage(browser, how);
    await takeEach(page, `${base}${screen.name.startsWith('portal') ? '/portal' : '/admin'}`, [screen], take);
    await page.context().close();
  }
}

/** The states of one page follow from each other: those before a wanted one are walked through, too. */
async function takeApprover(browser: Browser, how: Look, names: readonly string[], take: Take) {
  if (!APPROVER_STATES.some((name) => names.length === 0 || names.includes(name))) return;
  const page = await openPage(browser, how);
  try {
    await walkApprover(page, async (name) => {
      if (names.length > 0 && !names.includes(name)) return;
      await settled(page);
      await take(page, { name, path: '' });
    });
  } catch (error) {
    process.exitCode = 1;
    console.error(`approver: ${error}`);
  }
  await page.context().close();
}

/** Of a picture that shows everything, however far it would have to be scrolled. */
const MOST_HEIGHT = 3000;

/** Takes all of the page or of what is open above it, and tells what scrolls sideways. */
async function takeWhole(page: Page, { name }: Screen, how: Look): Promise<void> {
  const { locale, width, height } = how;
  const { tall, wide } = await page.evaluate(() => {
    const scrolled = [...document.querySelectorAll('[role=dialog], [role=dialog] *')].filter(
      (one) => one.scrollHeight > one.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(one).overflowY),
    );
    const hidden = scrolled.map((one) => one.scrollHeight - one.clientHeight);
    const page = document.documentElement;
    const isOver = document.querySelector('[role=dialog]') !== null;
    const beneath = isOver ? 0 : page.scrollHeight - window.innerHeight;
    return { tall: Math.max(0, beneath, ...hidden), wide: page.scrollWidth - window.innerWidth };
  });
  if (wide > 0) console.error(`${name} scrolls sideways by ${wide} at ${width} in ${locale}`);
  await page.setViewportSize({ width, height: Math.min(height + tall, MOST_HEIGHT) });
  await settled(page);
  await page.screenshot({ path: join(FOLDER, `${name}-${nameOf(how)}.png`) });
  await page.setViewportSize({ width, height });
}

async function takeAll(names: readonly string[], looks: readonly Look[]): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const wanted = <T extends Screen>(screens: readonly T[]): readonly T[] =>
    screens.filter(({ name }) => names.length === 0 || names.includes(name));
  const browser = await startBrowser();
  try {
    for (const locale of LOCALES) {
      const these = looks.filter((how) => how.locale === locale);
      if (these.length === 0) continue;
      const each = async (work: (how: Look, take: Take) => Promise<void>) => {
        for (const how of these) await work(how, (page, screen) => takeWhole(page, screen, how));
      };
      await onGateway('demo', locale, async (base) => {
        await each((how, take) => takeConsole(browser, base, how, wanted([...SCREENS, ...CODE_SCREENS]), take));
        // What people do in the portal is seen in the console.
        await each((how, take) => takePortal(browser, base, how, wanted(PORTAL_SCREENS), take));
        await each((how, take) => takeFailing(browser, base, how, wanted(FAILING_SCREENS), take));
      });
      await onGateway('nobody', locale, async (base) => {
        const before = wanted([...SIGN_IN_SCREENS, ...SIGN_IN_CODE_SCREENS, ...SIGNED_OUT_SCREENS]);
        await each((how, take) => takeSignedOut(browser, base, how, before, take));
        await each((how, take) => takeConsole(browser, base, how, wanted(EMPTY_SCREENS), take));
      });
      await each((how, take) => takeApprover(browser, how, names, take));
    }
  } finally {
    await browser.close();
  }
}

async function takeForReadme(): Promise<void> {
  mkdirSync(README_FOLDER, { recursive: true });
  const browser = await startBrowser();
  try {
    for (const locale of LOCALES) {
      await onGateway('demo', locale, async (base) => {
        for (const { screen, look: how } of PICTURES.filter((one) => one.look.locale === locale)) {
          const chosen = SCREENS.filter(({ name }) => name === screen);
          await takeConsole(browser, base, how, chosen, (page) => takeSmall(page, screen));
        }
      });
    }
  } finally {
    await browser.close();
  }
}

async function takeSmall(page: Page, screen: string): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const { data } = await client.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
  const picture = Buffer.from(data, 'base64');
  if (picture.length > MOST_BYTES) throw new Error(`The picture ${screen} has ${picture.length} bytes.`);
  writeFileSync(join(README_FOLDER, `${screen}.webp`), picture);
}

const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith('--'));
const part = words.find((word) => word.startsWith('--look='))?.slice('--look='.length) ?? '';
const looks = (words.includes('--all') ? ALL_LOOKS : LOOKS).filter((how) => nameOf(how).includes(part));
await (words.includes('--readme') ? takeForReadme() : takeAll(names, looks));
