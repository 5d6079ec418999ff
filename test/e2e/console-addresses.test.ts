/** Addresses that were mistyped or are of another day, and the name that each gives its window. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openConsole } from '../support/console.ts';

test('what an address says and its screen does not know is left out: the screen shows as without it', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  await kit.users(['Ana Lima']);
  const { page } = await kit.signIn('owner');
  for (const [path, bare] of [
    ['/?compare=zzz', '/'],
    ['/users?sort=zzz&status=zzz', '/users'],
    ['/requests?view=zzz', '/requests'],
    ['/alerts?status=zzz', '/alerts'],
    ['/reports?from=abc', '/reports'],
    ['/reports?groupBy=zzz&part=zzz', '/reports'],
    ['/plans?part=zzz', '/plans'],
    ['/activity?part=zzz', '/activity'],
    ['/settings?section=zzz', '/settings'],
    ['/setup?step=zzz', '/setup'],
    ['/users?neither=known&search=ana', '/users?search=ana'],
  ] as const) {
    await page.goto(`${kit.url}/admin${path}`);
    await page.waitForURL(`${kit.url}/admin${bare}`);
    await page.waitForFunction(() => !document.querySelector('main [aria-busy="true"]'));
    await page.waitForFunction(() => (document.querySelector('main')?.innerText.trim().length ?? 0) > 40);
    const text = await page.locator('main').innerText();
    assert.doesNotMatch(text, /does not see this|zzz|went wrong|Try again|steps\./, path);
  }
});

test('the window is called by what is open, the screen and the product', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana = ''] = await kit.users(['Ana Lima']);
  const { page } = await kit.signIn('owner');
  const called = (title: string) => page.waitForFunction((wanted) => document.title === wanted, title);
  await called('Overview · IA Solaris');
  for (const [path, title] of [
    ['/users', 'Users · IA Solaris'],
    [`/users?user=${ana}`, 'Ana Lima · Users · IA Solaris'],
    [`/users?user=${ana}&view=page`, 'Ana Lima · Users · IA Solaris'],
    ['/plans?open=basic', 'Basic · Plans & models · IA Solaris'],
    ['/settings', 'Settings · IA Solaris'],
  ] as const) {
    await page.goto(`${kit.url}/admin${path}`);
    await called(title);
  }
  await page.goto(`${kit.url}/admin/users?user=${ana}`);
  await called('Ana Lima · Users · IA Solaris');
  await page.keyboard.press('Escape');
  await called('Users · IA Solaris');
});
