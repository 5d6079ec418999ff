/** Everybody can use the console: no violation that axe knows of, on any screen, in either theme. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { spendTokens } from '../accounts/account-kit.ts';
import { openConsole } from './console-kit.ts';

const ROUTES = ['/', '/users', '/requests', '/alerts', '/reports'];

for (const dark of [false, true]) {
  test(`no screen has a violation in the ${dark ? 'dark' : 'light'} theme, and nothing scrolls sideways on a phone`, async (t) => {
    const kit = await openConsole(t);
    if (!kit) return;
    const [ana] = await kit.users(['Ana Lima', 'Bob Reis']);
    assert.ok(ana);
    await spendTokens(kit.context, { userId: ana, tokens: 850_000 });
    const { page } = await kit.signIn('owner', '/', { dark, width: 1280 });
    for (const route of [...ROUTES, `/users?user=${ana}`]) {
      // Within the page, so that the session stays in its memory.
      await page.evaluate((to) => window.history.pushState({}, '', `/admin${to}`), route);
      await page.reload();
      await page.locator('[data-state=live]').waitFor();
      await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${route}: ${id} at ${target}`));
      assert.deepEqual(found, []);
      await page.setViewportSize({ width: 390, height: 844 });
      await page.waitForFunction(() => document.documentElement.scrollWidth <= window.innerWidth);
      await page.setViewportSize({ width: 1280, height: 900 });
    }
  });
}
