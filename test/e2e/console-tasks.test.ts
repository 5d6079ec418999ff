/** What administrators come for, done in a real browser as they would do it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Page, Route } from 'playwright-core';
import { spendTokens } from '../accounts/account-kit.ts';
import { testClock } from '../support/clock.ts';
import { type ConsoleKit, openConsole } from '../support/console.ts';

test('five requests are approved with the keyboard alone, and each is granted once', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const ids = await kit.users(['Ana Lima', 'Bob Reis', 'Cai Zhou', 'Dora Paz', 'Eva Luz']);
  for (const id of ids) await kit.ask(id, 500_000);
  const { page } = await kit.signIn('approver');

  // Within a second, as hands do it.
  await Promise.all([page.keyboard.press('g'), page.keyboard.press('r')]);
  const queue = page.getByRole('region', { name: 'Requests' });
  await queue.getByRole('button').nth(4).waitFor();
  await page.keyboard.press('j');
  for (let left = 5; left > 0; left--) {
    await page.getByRole('button', { name: /^Approve 500\sK tokens/ }).waitFor();
    const open = queue.locator('[aria-current=true]');
    const name = await open.innerText();
    await page.keyboard.press('a');
    if (left > 1)
      await queue
        .locator('[aria-current=true]')
        .filter({ hasNotText: name.split('\n')[0] ?? '' })
        .waitFor();
  }
  await page.getByText('is approved').first().waitFor();
  await assert.doesNotReject(async () => {
    for (;;) {
      const { body } = await kit.api('/api/admin/requests?status=open');
      if (body.total === 0) return;
    }
  });
  for (const id of ids) {
    const { body } = await kit.api(`/api/admin/users/${id}`);
    assert.equal(body.credits, 500_000);
  }
});

test('a session that ends in the middle of an edit keeps what was typed', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana] = await kit.users(['Ana Lima']);
  const { page, endSessions, enterPassword } = await kit.signIn('admin', `/users?user=${ana}`);
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Grant or take credits' }).click();
  await page.getByRole('textbox', { name: 'Tokens' }).fill('12345');
  await page.getByLabel('Reason').fill('A long month.');

  await endSessions();
  await page.getByRole('button', { name: 'Grant 12.3 K tokens' }).click();
  await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
  const address = page.url();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  // Whatever asks meanwhile is told at once, and nobody else: the gateway hears of the sign-in alone.
  await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
  await page.keyboard.press('Control+r');
  await enterPassword();
  await page.getByRole('heading', { name: 'Your session has ended' }).waitFor({ state: 'hidden' });
  assert.equal(asked[0], '/api/auth/login', asked.join());
  assert.equal(page.url(), address);
  assert.equal(await page.getByLabel('Reason').inputValue(), 'A long month.');
  await page.getByRole('button', { name: 'Grant 12.3 K tokens' }).click();
  await page.getByText('+12,345 tokens for Ana Lima. Credits now: 12,345.').waitFor();
  assert.equal((await kit.api(`/api/admin/users/${ana}`)).body.credits, 12_345);

  // Taken back by an entry of its own: the ledger and the audit log keep both.
  const undo = page.getByRole('alert').getByRole('button', { name: 'Undo' });
  const isCut = await undo.evaluate((button) =>
    [...button.querySelectorAll('*')].some(
      ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth && clientWidth > 0,
    ),
  );
  assert.equal(isCut, false, 'its word is whole beside a long sentence');
  await undo.click();
  await page.getByText('−12,345 tokens for Ana Lima. Credits now: 0.').waitFor();
  await page.getByRole('tab', { name: 'Ledger' }).click();
  await page.getByText('−12,345', { exact: true }).waitFor();
  await page.getByText('+12,345', { exact: true }).waitFor();
  assert.equal((await kit.api(`/api/admin/users/${ana}`)).body.credits, 0);
  const { items } = (await kit.api(`/api/admin/audit?target=${ana}&action=user.tokens_moved`)).body;
  assert.deepEqual(
    items.map(({ details }: { details: { amount: number } }) => details.amount),
    [-12_345, 12_345],
  );
});

test('sixty users move to another plan after a look at each before and after, and nothing moves without it', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  await kit.users(Array.from({ length: 60 }, (_, index) => `Person ${index}`));
  const { page } = await kit.signIn('admin', '/users');
  await page.getByText('60 users').waitFor();
  await stayWhileMoreComes(page);

  const bar = page.getByRole('region', { name: 'What to do' });
  const boxes = page.locator('tbody input[type=checkbox]');
  await boxes.nth(2).click();
  await boxes.nth(6).click({ modifiers: ['Shift'] });
  await bar.getByText('5 selected').waitFor();
  await bar.getByRole('button', { name: /^Select all 60/ }).click();
  await bar.getByText('60 selected').waitFor();
  await bar.getByRole('button', { name: 'Actions' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Plan', { exact: true }).click();
  await page.getByRole('option', { name: 'Pro' }).click();
  await dialog.getByLabel('Reason').fill('The pilot is over.');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByText('60 of 60 users change.').waitFor();
  assert.equal((await kit.api('/api/admin/users?plan=pro')).body.total, 0, 'a preview changes nothing');
  await dialog.getByRole('button', { name: 'Change the plan of 60 users' }).click();
  await page.getByText('60 users are on the plan Pro.').waitFor();
  assert.equal((await kit.api('/api/admin/users?plan=pro')).body.total, 60);
  const [undone] = await Promise.all([
    page.waitForResponse(/users\/bulk\/undo$/),
    page.getByRole('alert').getByRole('button', { name: 'Undo' }).click(),
  ]);
  assert.equal(undone.status(), 200);
  await page.getByText('Taken back for 60 users.').waitFor();
  assert.equal((await kit.api('/api/admin/users?plan=pro')).body.total, 0, 'each has the plan from before');

  // Only one has credits that can be taken: the others are told by name, each with the reason.
  await page.goto(`${kit.url}/admin/users?search=Person%201&sort=name`);
  await page.getByText('11 users').waitFor();
  await kit.api(`/api/admin/users/${await idOf(kit, 'Person 1')}/tokens`, { body: { amount: 100, reason: 'test' } });
  await page.getByLabel('All', { exact: true }).check();
  await bar.getByRole('button', { name: 'Actions' }).click();
  await dialog.getByLabel('What to do').click();
  await page.getByRole('option', { name: 'Grant or take credits' }).click();
  await dialog.getByRole('textbox', { name: 'Tokens' }).fill('-50');
  await dialog.getByLabel('Reason').fill('Too much.');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByText('1 of 11 users changes.').waitFor();
  assert.equal(await dialog.getByRole('listitem').count(), 10, 'told before it is done, too');
  await dialog.getByRole('button', { name: 'Change the credits of 1 user' }).click();
  const told = page.getByRole('dialog', { name: '10 users were not changed' });
  await told.waitFor();
  assert.equal(await told.getByRole('listitem').count(), 10);
  await told
    .getByRole('listitem')
    .filter({ hasText: /^Person 10: ./ })
    .waitFor();
  await page.getByText('−50 tokens for Person 1.').waitFor();
});

async function idOf(kit: ConsoleKit, name: string): Promise<string> {
  const { items } = (await kit.api(`/api/admin/users?search=${encodeURIComponent(name)}&sort=name`)).body;
  return items.find((user: { name: string }) => user.name === name).id;
}

/** The rows that are there stay where they are while more are fetched, and while others are. */
async function stayWhileMoreComes(page: Page): Promise<void> {
  const places = () =>
    page.locator('tbody tr').evaluateAll((rows) => rows.slice(0, 50).map((row) => row.getBoundingClientRect().top));
  const before = await places();
  assert.equal(before.length, 50);
  const held = Promise.withResolvers<Route>();
  await page.route(/admin\/users\?.*cursor/, (route) => held.resolve(route), { times: 1 });
  // Not by a click of the mouse: that would scroll.
  await page.getByRole('button', { name: 'Show more' }).evaluate((button: HTMLElement) => button.click());
  const route = await held.promise;
  const wait = page.locator('.mantine-Button-loader').first();
  assert.equal(
    await wait.evaluate((loader) => getComputedStyle(loader).animationDelay),
    '0.3s',
    'nothing spins at once',
  );
  assert.deepEqual(await places(), before);
  await route.continue();
  await page.locator('tbody tr').nth(59).waitFor();
  assert.deepEqual(await places(), before);

  const sorted = Promise.withResolvers<Route>();
  await page.route(/admin\/users\?.*sort=-used/, (held) => sorted.resolve(held), { times: 1 });
  await page.getByRole('button', { name: 'Used', exact: true }).click();
  const answer = await sorted.promise;
  assert.equal(await page.locator('tbody tr').count(), 60, 'the old rows stay until the new ones are there');
  await answer.continue();
  await page.locator('tbody tr').nth(59).waitFor({ state: 'detached' });
  assert.equal((await places())[0], before[0]);
}

test('whoever burns tokens is found and cut, with the reason in the record', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [quiet, loud] = await kit.users(['Quiet Person', 'Loud Person']);
  assert.ok(quiet && loud);
  await spendTokens(kit.context, { userId: quiet, tokens: 1_000 });
  await spendTokens(kit.context, { userId: loud, tokens: 970_000 });
  const { page } = await kit.signIn('admin', '/');
  await page.getByRole('navigation').getByRole('link', { name: 'Users' }).click();
  await page.getByText('Near the limit').click();
  await page.getByText('1 user', { exact: true }).waitFor();
  await page.getByRole('cell', { name: /^Loud Person loud/ }).click();
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Block' }).click();
  await page.getByLabel('Reason').fill('A script ran wild.');
  await page.getByRole('button', { name: 'Block' }).click();
  await page.getByText('Loud Person is blocked.').waitFor();
  assert.equal((await kit.api(`/api/admin/users/${loud}`)).body.status, 'blocked');
  const { body } = await kit.api(`/api/admin/audit?target=${loud}&action=user.blocked`);
  assert.match(JSON.stringify(body.items[0]), /A script ran wild\./);
});

test('last month is exported as it is seen', async (t) => {
  const clock = testClock('2026-10-03T09:00:00Z');
  const kit = await openConsole(t, { clock });
  if (!kit) return;
  const [ana, bob] = await kit.users(['Ana Lima', 'Bob Reis']);
  assert.ok(ana && bob);
  await spendTokens(kit.context, { userId: ana, tokens: 300 });
  clock.set('2026-10-31T23:59:00Z');
  await spendTokens(kit.context, { userId: ana, tokens: 477 });
  clock.set('2026-11-01T00:00:00Z');
  await spendTokens(kit.context, { userId: ana, tokens: 9_999 });
  await spendTokens(kit.context, { userId: bob, tokens: 5 });
  clock.set('2026-11-12T10:00:00Z');
  const { page } = await kit.signIn('viewer', '/reports');
  await page.getByRole('link', { name: 'Bob Reis' }).waitFor();
  await page.getByText('Last month', { exact: true }).click();
  await page.getByRole('link', { name: 'Bob Reis' }).waitFor({ state: 'hidden' });
  assert.equal(await page.getByRole('textbox', { name: 'From', exact: true }).inputValue(), '1 Oct 2026');
  assert.equal(await page.getByRole('textbox', { name: 'To', exact: true }).inputValue(), '31 Oct 2026');
  assert.match(page.url(), /from=2026-10-01&to=2026-10-31/, 'the address can be shared');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menu').getByText('1 row', { exact: true }).waitFor();
  const waiting = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Export as CSV' }).click();
  const text = readFileSync(await (await waiting).path(), 'utf8');
  assert.match(text, /Ana Lima,2,0,.*777/);
  assert.match(text, /^Total,2,.*777/m);
  assert.doesNotMatch(text, /Bob|9999/, 'nothing of this month is in it');

  // A column that is not seen is not in the file, and stays hidden on this device.
  await page.goto(`${kit.url}/admin/users`);
  await page.getByRole('columnheader', { name: 'Credits' }).waitFor();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Credits' }).click();
  await page.getByRole('columnheader', { name: 'Credits' }).waitFor({ state: 'hidden' });
  await page.reload();
  await page.getByRole('columnheader', { name: 'Plan' }).waitFor();
  assert.equal(await page.getByRole('columnheader', { name: 'Credits' }).count(), 0);
  await page.getByRole('button', { name: 'Export' }).click();
  const users = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Export as CSV' }).click();
  const [head = ''] = readFileSync(await (await users).path(), 'utf8').split('\n');
  assert.match(head, /Used/);
  assert.doesNotMatch(head, /Credits|Held/);
});

test('two operators at once: what one does the other sees, and nobody does it twice', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana] = await kit.users(['Ana Lima']);
  assert.ok(ana);
  await kit.ask(ana, 100_000);
  const [first, second] = [await kit.signIn('approver', '/requests'), await kit.signIn('approver', '/requests')];
  for (const { page } of [first, second]) {
    await page.getByRole('button', { name: /Ana Lima/ }).click();
    await page.getByRole('button', { name: /^Approve 100\sK/ }).waitFor();
  }
  await first.page.getByRole('button', { name: /^Approve 100\sK/ }).click();
  await first.page.getByText('is approved').waitFor();
  await second.page.getByRole('button', { name: /^Approve 100\sK/ }).waitFor({ state: 'hidden' });
  assert.equal((await kit.api(`/api/admin/users/${ana}`)).body.credits, 100_000);
});

test('what a role may not do is not offered', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana] = await kit.users(['Ana Lima']);
  const { page } = await kit.signIn('viewer', `/users?user=${ana}`);
  await page.getByRole('heading', { name: /^Ana Lima/ }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Actions' }).count(), 0);

  const { headers } = await kit.enter(ana ?? '');
  const body = { kind: 'limit_change', amount: 3_000_000, message: 'I moved to research.' };
  assert.equal((await kit.api('/api/support/contact', { headers, body })).status, 201);
  const approver = await kit.signIn('approver', '/requests');
  await approver.page.getByRole('button', { name: /Ana Lima/ }).click();
  await approver.page.getByText('Only an administrator may grant another limit.').waitFor();
  await approver.page.getByRole('button', { name: /^Reject/ }).waitFor();
  assert.equal(await approver.page.getByRole('button', { name: /Set the limit to|Another amount/ }).count(), 0);
  const admin = await kit.signIn('admin', '/requests');
  await admin.page.getByRole('button', { name: /Ana Lima/ }).click();
  await admin.page.getByRole('button', { name: /^Set the limit to 3/ }).waitFor();
});

test('a lost gateway shows within seconds, and its return too', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const { page } = await kit.signIn('viewer', '/users');
  await page.context().setOffline(true);
  // Being offline refuses new connections only; this ends the open one.
  kit.gateway.app.server.closeAllConnections();
  await page.locator('[data-state=lost]').waitFor();
  await page.getByText(/^· updated (now|\d+ seconds? ago)$/).waitFor();
  await page.context().setOffline(false);
  await page.locator('[data-state=live]').waitFor();
});
