/** What users see of a list while it is on its way, when it cannot come, and when it has nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildIfStale } from '../../resources/scripts/build.ts';
import { assertAccessible } from '../support/accessible.ts';
import { startBrowser } from '../support/browser.ts';
import { portal } from './portal-kit.ts';

const LISTS = [
  { path: '/statement', api: /api\/me\/ledger/, nothing: 'Nothing has moved yet.' },
  { path: '/requests', api: /api\/me\/requests/, nothing: 'You have not asked for anything yet.' },
  // Somebody signs in by it here.
  { path: '/keys', api: /api\/me\/keys/, nothing: 'script' },
];

async function enter(t: Parameters<typeof portal>[0]) {
  await buildIfStale();
  const browser = await startBrowser(t);
  if (!browser) return null;
  const made = await portal(t, { clock: { now: Date.now } });
  const ana = await made.person('ana@example.com', { name: 'Ana' });
  const page = await browser.open({ locale: 'en' });
  await page.goto(`${made.url}/portal/`);
  const key = page.getByLabel('Personal key');
  await key.fill(ana.key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await key.waitFor({ state: 'detached' });
  return { ...made, ana, page };
}

test('each list of the portal waits, is cut off, tries again and says when it has nothing', async (t) => {
  const opened = await enter(t);
  if (!opened) return;
  const { url, page } = opened;
  for (const { path, api, nothing } of LISTS) {
    const cut = Promise.withResolvers<void>();
    await page.route(api, (route) => cut.promise.then(() => route.abort()));
    await page.goto(`${url}/portal${path}`);
    await page.locator('[aria-busy=true]').waitFor();
    assert.equal(await page.getByText(nothing).count(), 0, 'nothing is said before it is known');
    cut.resolve();
    const failure = page.getByRole('alert');
    await failure.waitFor();
    await page.unroute(api);
    await failure.getByRole('button', { name: 'Try again' }).click();
    await page.getByText(nothing).first().waitFor();
    await failure.waitFor({ state: 'detached' });
  }
});

test('the days of the statement stand in the address, and none of its rows leads back to all days', async (t) => {
  const opened = await enter(t);
  if (!opened) return;
  const { url, page, ana, api } = opened;
  await api(`/api/admin/users/${ana.id}/tokens`, { body: { amount: 5_000, reason: 'Thanks' } });
  await page.goto(`${url}/portal/statement?from=2020-01-01&to=2020-01-31`);
  await page.getByText('Nothing moved in these days.').waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'From' }).inputValue(), '1 Jan 2020');
  assert.equal(await page.getByText('Nothing has moved yet.').count(), 0);
  await page.reload();
  await page.getByText('Nothing moved in these days.').waitFor();
  await page.getByRole('button', { name: 'Show all days' }).click();
  await page.getByText('Thanks').waitFor();
  assert.equal(new URL(page.url()).search, '');
  await page.getByRole('textbox', { name: 'To' }).fill('31 Jan 2020');
  await page.getByText('Nothing moved in these days.').waitFor();
  assert.equal(new URL(page.url()).search, '?to=2020-01-31');

  await page.getByRole('button', { name: 'Calendar: From' }).click();
  const calendar = page.getByRole('dialog', { name: 'Calendar: From' });
  await calendar.getByRole('button', { name: 'Previous month' }).waitFor();
  await assertAccessible(page);
  await calendar.locator('td button').first().click();
  await calendar.waitFor({ state: 'hidden' });
  assert.match(new URL(page.url()).search, /from=\d{4}-\d{2}-\d{2}/);
});
