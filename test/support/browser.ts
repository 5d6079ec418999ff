/** A real Chromium for tests of pages: one that npm brings (Linux on x64), else one of this machine. */
import { accessSync, constants, existsSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

export const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Where browsers are usually installed. */
const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** For whatever is waited for in a page. What takes longer hangs, however much else the machine has to do. */
const PATIENCE_MS = 120_000;

export interface PageOptions {
  /** Of the page, in CSS pixels. */
  width?: number;
  height?: number;
  dark?: boolean;
  /** The first language of the browser. */
  locale?: 'en' | 'pt-BR';
  timezoneId?: string;
  /** Whether an answer with an error status is a fault, too: the test provokes none. */
  quiet?: boolean;
  /** What the page takes for the present, where the gateway's clock stands still: behind it, tokens are renewed all the time. */
  readonly now?: number;
}

export interface TestBrowser {
  /**
   * Opens a page in a profile of its own: no cookies, no storage. An error of its scripts, and every request that leaves
   * this machine, fails the test at its end.
   */
  open(options?: PageOptions): Promise<Page>;
}

/**
 * Starts a browser that is closed at the test's end. Where none can run the test is skipped, and says why.
 *
 * @returns null when the test was skipped: return at once
 */
export async function startBrowser(t: TestContext): Promise<TestBrowser | null> {
  const executablePath = await findBrowser();
  if (executablePath === null) {
    t.skip('No browser can run here: set CHROMIUM_PATH to a Chrome or Chromium.');
    return null;
  }
  const browser = await chromium.launch({
    executablePath,
    args: BROWSER_FLAGS,
    headless: true,
    timeout: PATIENCE_MS,
  });
  t.after(() => browser.close());
  return { open: (options = {}) => openPage(t, browser, options) };
}

async function openPage(t: TestContext, browser: Browser, options: PageOptions): Promise<Page> {
  const { width = 1280, height = 900, dark = false, locale = 'en', timezoneId = 'UTC' } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    locale,
    timezoneId,
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  if (options.now !== undefined) await context.clock.setFixedTime(options.now);
  const page = await context.newPage();
  const faults = watch(page, context, options.quiet ?? false);
  t.after(() => {
    if (faults.length > 0) throw new Error(`The page has faults:\n${faults.join('\n')}`);
  });
  return page;
}

/** Gathers what must not happen in any page of ours. */
function watch(page: Page, context: BrowserContext, quiet: boolean): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() !== 'error' || (!quiet && /Failed to load resource/.test(message.text()))) return;
    faults.push(`${message.text()} ${message.location().url}`);
  });
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && !/^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname)) {
      faults.push(`A request left this machine: ${url.origin}`);
    }
  });
  return faults;
}

/** Named by CHROMIUM_PATH, else installed on this machine, else the one that npm brings, which runs on Linux with x64 only. */
export async function findBrowser(): Promise<string | null> {
  const named = process.env.CHROMIUM_PATH ?? process.env.CHROME_PATH;
  if (named !== undefined && isExecutable(named)) return named;
  const installed = INSTALLED.find(isExecutable);
  if (installed !== undefined) return installed;
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const { default: bundled } = await import('@sparticuz/chromium');
  const path = await bundled.executablePath().catch(() => null);
  return path !== null && isExecutable(path) ? path : null;
}

function isExecutable(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
