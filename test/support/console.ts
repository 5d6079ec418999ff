/** The console of a real gateway in a real browser, for tests of its screens. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import type { Role } from '../../gateway/db/json-columns.ts';
import { createOperator } from '../../gateway/operators/service.ts';
import { type PageOptions, startBrowser } from './browser.ts';
import { type BuildOptions, type Built, build } from './build.ts';
import { paleFieldsOf } from './field-edges.ts';

const PASSWORD = 'correct horse battery';
/** Nobody is led to the set-up. */
const SET_UP = { SETUP_FINISHED: 'true' };

export interface TestConsole extends Built {
  /** Signs somebody of the role in, on a page of their own, and opens `path`, such as `/plans?open=basic`. */
  signIn(role: Role, path: string, options?: PageOptions): Promise<Page>;
}

/** @returns null when the test was skipped for want of a browser */
export async function openConsole(t: TestContext, options?: BuildOptions): Promise<TestConsole | null> {
  // Before the gateway, so that it is closed before it: a page that outlives the gateway complains that it is gone.
  const browser = await startBrowser(t);
  if (!browser) return null;
  const built = await build(t, { ...options, env: { ...SET_UP, ...options?.env } });
  let people = 0;
  return {
    ...built,
    async signIn(role, path, pageOptions) {
      people++;
      const email = `${role}${people}@example.com`;
      await createOperator(
        built.context,
        { kind: 'system', id: null },
        { email, name: '', role, password: PASSWORD, locale: null },
      );
      const page = await browser.open(pageOptions);
      await page.goto(`${built.url}/admin${path}`);
      await page.locator('input[type=email]').fill(email);
      await page.locator('input[type=password]').fill(PASSWORD);
      await page.locator('button[type=submit]').click();
      await page.getByRole('navigation').first().waitFor();
      return page;
    },
  };
}

/** Asserts that axe finds nothing on the page as it stands. */
export async function assertAccessible(page: Page): Promise<void> {
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
  // Axe runs in every frame, and waits for ever in one that may run no scripts: what such frames show is tested apart.
  await page.evaluate(() => {
    for (const frame of document.querySelectorAll('iframe[sandbox]')) {
      frame.removeAttribute('sandbox');
      frame.setAttribute('srcdoc', '');
    }
  });
  assert.deepEqual(await violationsOf(page), []);
}

/**
 * What axe finds on the page as it stands, but for frames: the rule, and where it is broken. What is clicked has 24 px.
 * Also fields that one does not see.
 */
export async function violationsOf(page: Page): Promise<string[]> {
  // What is no violation is not gathered, and no second page is opened to gather it: that takes most of the time.
  const axe = new AxeBuilder({ page })
    .options({ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })
    .setLegacyMode();
  const { violations } = await axe.exclude('iframe').analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join('\n  ')}`);
  return [...found, ...(await paleFieldsOf(page))];
}

/** The key that was just made, and what is meant for LibreChat's `.env`: both are covered until each is asked for. */
export async function shownSecret(page: Page): Promise<string> {
  const secrets = page.getByTestId('secret');
  assert.match((await secrets.first().textContent()) ?? '', /^sk-sol-\u2022+.{4}$/, 'the key is covered');
  await secrets.nth(1).waitFor();
  assert.match((await secrets.last().textContent()) ?? '', /^SOLARIS_KEY=sk-sol-\u2022+.{4}$/m, 'in the file as well');
  const reveal = page.getByRole('button', { name: 'Show what is hidden' });
  await reveal.first().click();
  await reveal.click();
  const secret = (await secrets.first().textContent()) ?? '';
  assert.match(secret, /^sk-sol-[\w-]{20,}$/);
  await page.getByText(`SOLARIS_KEY=${secret}`).waitFor();
  return secret;
}
