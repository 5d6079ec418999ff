/** What is changed is seen at once; what fails is seen to fail, told why, and tried again without happening twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page, Route } from 'playwright-core';
import { newId } from '../../gateway/db/ids.ts';
import { createGateway } from '../../gateway/gateway.ts';
import { violationsOf } from '../support/accessible.ts';
import { openConsole } from '../support/console.ts';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

/** Holds the next call that matches until the test says what becomes of it. @returns waits until it is held */
async function holdNext(page: Page, api: RegExp): Promise<() => Promise<Route>> {
  const held = Promise.withResolvers<Route>();
  await page.route(api, (route) => held.resolve(route), { times: 1 });
  return () => held.promise;
}

/** Lets the next call that matches arrive, and loses its answer. */
const loseAnswer = (page: Page, api: RegExp) =>
  page.route(
    api,
    async (route) => {
      await route.fetch();
      await route.abort();
    },
    { times: 1 },
  );

const refuse = (route: Route, status: number) =>
  route.fulfill({
    status,
    contentType: 'application/json',
    body: JSON.stringify({ error: { code: 'test_code', message: 'A sentence of the gateway.' } }),
  });

async function blockInDialog(page: Page) {
  await button(page, 'Actions').click();
  await page.getByRole('menuitem', { name: 'Block' }).click();
  await page.getByLabel('Reason').fill('A script ran wild.');
  await page.getByRole('dialog', { name: 'Block' }).getByRole('button', { name: 'Block' }).click();
}

test('the gateway is killed in the middle of an approval: the row goes back, and trying again grants once', async (t) => {
  const kit = await openConsole(t, { engine: 'sqlite' });
  if (!kit) return;
  const [ana = '', bob = ''] = await kit.users(['Ana Lima', 'Bob Reis']);
  await kit.ask(ana, 500_000);
  const { page } = await kit.signIn('approver', '/requests');
  const row = page.getByRole('region', { name: 'Requests' }).getByRole('button', { name: /Ana Lima/ });
  await row.click();
  const held = await holdNext(page, /requests\/[^/]+\/approve/);
  await page.getByRole('button', { name: /^Approve 500\sK/ }).click();
  await row.getByText('Approved').waitFor();
  const call = await held();
  await kit.ask(bob, 100_000);
  await page.getByText('1 new').waitFor();
  assert.match(await row.innerText(), /Approved/, 'news do not bring back the old state');
  await page.getByText('Saving …').waitFor();

  await kit.gateway.stop();
  await call.continue();
  const toast = page.getByRole('alert').filter({ hasText: 'The gateway does not answer.' });
  await toast.getByRole('button', { name: 'Try again' }).waitFor();
  await row.getByText('High').waitFor();
  assert.doesNotMatch(await row.innerText(), /Approved/);
  await page.getByText('Saving …').waitFor({ state: 'detached' });
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 390],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 844 });
    assert.deepEqual(await violationsOf(page), []);
    await page.waitForFunction(() => document.documentElement.scrollWidth <= window.innerWidth);
  }
  await page.setViewportSize({ width: 1280, height: 844 });

  const port = Number(new URL(kit.url).port);
  const again = await createGateway({ dataDir: kit.dataDir, flags: { port }, env: { SETUP_FINISHED: 'true' } });
  t.after(() => again.stop());
  await again.start();
  await toast.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('is approved').waitFor();
  assert.equal(await toast.count(), 0);
  assert.equal((await kit.api(`/api/admin/users/${ana}`)).body.credits, 500_000);
});

test('credits whose answer was lost are granted once, whether it is tried again in the toast or in the form', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana = ''] = await kit.users(['Ana Lima']);
  const { page } = await kit.signIn('admin', `/users?user=${ana}`);
  const dialog = page.getByRole('dialog', { name: 'Grant or take credits' });
  const submit = dialog.getByRole('button', { name: /^Grant .* tokens$/ });
  const again = page.getByRole('alert').getByRole('button', { name: 'Try again' });
  const grant = async (tokens: string) => {
    await button(page, 'Actions').click();
    await page.getByRole('menuitem', { name: 'Grant or take credits' }).click();
    await dialog.getByRole('textbox', { name: 'Tokens' }).fill(tokens);
    await dialog.getByLabel('Reason').fill('A long month.');
    await loseAnswer(page, /\/tokens$/);
    await submit.click();
    await again.waitFor();
    assert.equal(await dialog.getByLabel('Reason').inputValue(), 'A long month.', 'what was typed is not lost');
  };
  const credits = async () => (await kit.api(`/api/admin/users/${ana}`)).body.credits;

  await grant('1000');
  assert.equal(await credits(), 1_000, 'the first attempt has arrived');
  await again.click();
  await page.getByText('+1,000 tokens for Ana Lima. Credits now: 1,000.').waitFor();
  await dialog.waitFor({ state: 'hidden' });
  assert.equal(await credits(), 1_000);
  await page.reload();

  await grant('20');
  await submit.click();
  await page.getByText('+20 tokens for Ana Lima. Credits now: 1,020.').waitFor();
  assert.equal(await credits(), 1_020);
  const { items } = (await kit.api(`/api/admin/users/${ana}/ledger`)).body;
  assert.equal(items.filter(({ creditsDelta }: { creditsDelta: number }) => creditsDelta > 0).length, 2);
});

test('a block that is refused is taken off the list again, and the way back from one that was done can be tried again too', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana = ''] = await kit.users(['Ana Lima']);
  const { page } = await kit.signIn('admin', `/users?user=${ana}`);
  const row = page.getByRole('row', { name: /Ana Lima/, includeHidden: true });
  const statusOf = async () => (await kit.api(`/api/admin/users/${ana}`)).body.status;
  const held = await holdNext(page, /users\/[^/]+\/block/);
  await blockInDialog(page);
  await row.getByText('Blocked').waitFor();
  await refuse(await held(), 500);
  await row.getByText('Active').waitFor();
  const toast = page.getByRole('alert').filter({ hasText: 'The gateway could not do it.' });
  assert.equal(await statusOf(), 'active');
  await toast.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Ana Lima is blocked.').waitFor();
  assert.equal(await statusOf(), 'blocked');

  await page.route(/users\/[^/]+\/activate/, (route) => refuse(route, 503), { times: 1 });
  await page.getByRole('alert').getByRole('button', { name: 'Undo' }).click();
  await toast.getByRole('button', { name: 'Try again' }).click();
  await row.getByText('Active').waitFor();
  await toast.waitFor({ state: 'hidden' });
  assert.equal(await statusOf(), 'active');
});

test('an upstream that is switched off shows so at once, and is on again when it could not be saved, which its form tells', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const { body } = await kit.api('/api/admin/upstreams', { body: { name: 'spare', baseUrl: 'http://127.0.0.1:9/v1' } });
  const { page } = await kit.signIn('owner', `/settings?section=upstreams&open=${body.id}`);
  const off = page.getByText(/^\W?off$/);
  const held = await holdNext(page, /upstreams\/[^/]+$/);
  await page.getByRole('switch', { name: 'Receives requests' }).press('Space');
  await button(page, 'Save').click();
  await off.waitFor();
  await (await held()).abort();
  await page.getByRole('dialog').getByText('The gateway does not answer.').waitFor();
  await off.waitFor({ state: 'hidden' });
  assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 0, 'a form has its own button');
  await button(page, 'Save').click();
  await page.getByText('Saved.').waitFor();
  await off.waitFor();
});

test('what takes less than 300 ms to save shows no sign of it', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana = ''] = await kit.users(['Ana Lima']);
  const { page } = await kit.signIn('admin', '/');
  await page.clock.install();
  await page.goto(`${kit.url}/admin/users?user=${ana}`);
  await button(page, 'Actions').waitFor();
  const held = await holdNext(page, /users\/[^/]+\/block/);
  await page.clock.pauseAt(Date.now() + 60_000);
  await blockInDialog(page);
  const call = await held();
  const saving = page.getByText('Saving …');
  let waited = 0;
  while (waited < 10_000 && (await saving.count()) === 0) {
    await page.clock.runFor(50);
    waited += 50;
  }
  assert.ok(waited >= 300 && waited < 10_000, `it showed after ${waited} ms`);
  await page.clock.resume();
  await call.continue();
  await page.getByText('Ana Lima is blocked.').waitFor();
  await saving.waitFor({ state: 'detached' });
});

test('an alert that was resolved by mistake is taken back with one click', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana = ''] = await kit.users(['Ana Lima']);
  const { db, clock } = kit.context;
  const at = clock.now();
  const id = newId('alr', at);
  const about = { kind: 'blocked', userId: ana, period: null, details: {} } as const;
  await db.insert(db.tables.alerts).values({ id, ...about, createdAt: at, dedupeKey: 'test' });
  const { page } = await kit.signIn('admin', '/alerts');
  const row = page.getByText('Ana Lima has nothing left until the quota renews.');
  await row.waitFor();
  await page.getByRole('button', { name: 'Resolve' }).click();
  const [answer] = await Promise.all([
    page.waitForResponse(/\/reopen$/),
    page.getByRole('alert').getByRole('button', { name: 'Undo' }).click(),
  ]);
  assert.equal(answer.status(), 200);
  await row.waitFor();
  await page.getByRole('button', { name: 'Resolve' }).waitFor();
  const { items } = (await kit.api(`/api/admin/audit?target=${id}`)).body;
  const acts = items.map(({ action }: { action: string }) => action);
  assert.deepEqual(acts, ['alert.reopened', 'alert.resolved'], 'both are in the record');
});
