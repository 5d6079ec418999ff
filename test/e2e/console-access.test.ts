/** Everybody can use the console: no violation that axe knows of, on any screen, in any drawer or dialog, in either theme. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { spendTokens } from '../accounts/account-kit.ts';
import { openConsole } from './console-kit.ts';

/** Screens whose own tests do not look at them in both themes. */
const ROUTES = ['/', '/users', '/requests', '/alerts', '/reports', '/activity'];

/** What opens over a screen, and how. */
const OVER: readonly { path: string; open(page: Page): Promise<unknown> }[] = [
  { path: '/', open: (page) => page.keyboard.press('Control+k') },
  { path: '/', open: (page) => page.keyboard.press('?') },
  { path: '/users', open: (page) => page.getByRole('button', { name: 'Import' }).click() },
  {
    path: '/users',
    async open(page) {
      await page.getByLabel('All', { exact: true }).check();
      await page.getByRole('region', { name: 'What to do' }).getByRole('button', { name: 'Actions' }).click();
    },
  },
  ...['Grant or take credits', 'Change the limit', 'Change the plan', 'Edit', 'Suspend', 'Delete'].map((name) => ({
    path: '/users?user=',
    async open(page: Page) {
      await page.getByRole('button', { name: 'Actions' }).click();
      await page.getByRole('menuitem', { name, exact: true }).click();
      await page.getByRole('dialog', { name }).waitFor();
    },
  })),
];

for (const dark of [false, true]) {
  test(`nothing has a violation in the ${dark ? 'dark' : 'light'} theme, and nothing scrolls sideways on a phone`, async (t) => {
    const kit = await openConsole(t);
    if (!kit) return;
    const [ana] = await kit.users(['Ana Lima', 'Bob Reis']);
    assert.ok(ana);
    await spendTokens(kit.context, { userId: ana, tokens: 850_000 });
    const { page } = await kit.signIn('owner', '/', { dark, width: 1280 });
    const visit = async (path: string) => {
      await page.goto(`${kit.url}/admin${path === '/users?user=' ? `${path}${ana}` : path}`);
      await page.locator('[data-state=live]').waitFor();
      await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
    };
    const found: string[] = [];
    const lookFor = async (where: string) => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      found.push(...violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${where}: ${id} at ${target}`)));
    };
    for (const path of [...ROUTES, '/users?user=']) {
      await visit(path);
      await lookFor(path);
      await page.setViewportSize({ width: 390, height: 844 });
      await page.waitForFunction(() => document.documentElement.scrollWidth <= window.innerWidth);
      await page.setViewportSize({ width: 1280, height: 900 });
    }
    for (const [index, { path, open }] of OVER.entries()) {
      await visit(path);
      await open(page);
      await page.getByRole('dialog').last().waitFor();
      await lookFor(`${path}, opened ${index}`);
    }
    assert.deepEqual(found, []);
  });
}
