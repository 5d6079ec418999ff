/** Every list opens the same from a link, after a reload and on going back: filters, order, pages and the open drawer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { newId } from '../../gateway/db/ids.ts';
import { spendTokens } from '../accounts/account-kit.ts';
import { type ConsoleKit, openConsole } from '../support/console.ts';

interface Linked {
  readonly path: string;
  /** What the filters leave. */
  readonly shows: string | RegExp;
  /** What they leave out. */
  readonly hides: string | RegExp;
  /** What the drawer that is open says. */
  readonly opens?: string | RegExp;
}

/** Two of everything, so that a filter has something to leave out. */
async function twoOfEverything(kit: ConsoleKit): Promise<{ ana: string; bob: string; ticket: string; use: string }> {
  const [ana = '', bob = ''] = await kit.users(['Ana Lima', 'Bob Reis']);
  const { context, api } = kit;
  const { db, clock } = context;
  await kit.ask(ana, 100_000);
  await kit.ask(bob, 300_000);
  await api(`/api/admin/users/${ana}/tokens`, { body: { amount: 10, reason: 'A gift' } });
  const { items: tickets } = (await api(`/api/admin/requests?user=${ana}`)).body;
  const use = await spendTokens(context, { userId: ana, tokens: 777, model: 'gpt-4o' });
  await spendTokens(context, { userId: bob, tokens: 9, model: 'other' });
  const at = clock.now();
  const alert = { period: null, details: { share: 81 }, createdAt: at };
  await db.insert(db.tables.alerts).values([
    { ...alert, id: newId('alr', at), kind: 'warning', userId: ana, dedupeKey: 'a' },
    { ...alert, id: newId('alr', at), kind: 'blocked', userId: bob, dedupeKey: 'b' },
  ]);
  await refuse(kit, { id: 'ref_1', code: 'rate_limited', userId: ana });
  await refuse(kit, { id: 'ref_2', code: 'invalid_key', userId: bob });
  const order = { kind: 'verify', params: {}, operatorId: null, slot: null } as const;
  await context.jobs.start(order, async () => ({}));
  await context.jobs.idle();
  await context.jobs.start(order, () => Promise.reject(new Error('The disk is gone.')));
  await context.jobs.idle();
  for (const id of [ana, bob]) {
    await api(`/api/admin/users/${id}/message`, { body: { subject: 'Hello', body: 'You.' } });
  }
  for (const name of ['Sales', 'Law']) await api('/api/admin/departments', { body: { name } });
  for (const name of ['alpha', 'beta']) await api('/api/admin/keys', { body: { name } });
  for (const id of ['north', 'south']) {
    const body = { id, name: `To the ${id}`, baseUrl: 'http://127.0.0.1:9/v1', models: [`${id}-model`] };
    await api('/api/admin/upstreams', { body });
  }
  return { ana, bob, ticket: tickets[0].id, use };
}

async function refuse(
  { context: { db, clock } }: ConsoleKit,
  row: { id: string; code: string; userId: string | null; minutesAgo?: number },
): Promise<void> {
  const { minutesAgo = 0, ...rest } = row;
  const minute = Math.floor(clock.now() / 60_000) * 60_000 - minutesAgo * 60_000;
  const about = { statusCode: 429, model: 'gpt-4o', endpoint: '/v1/chat/completions', ipAddress: '192.0.2.1' };
  await db.insert(db.tables.refusals).values({
    ...rest,
    ...about,
    keyId: 'key_1',
    message: `Refused as ${row.id}.`,
    requests: 1,
    minute,
    createdAt: minute,
    lastAt: minute,
  });
}

async function assertShown(page: Page, { path, shows, hides, opens }: Linked, search: string): Promise<void> {
  await page.getByText(shows).first().waitFor();
  if (opens !== undefined) await page.getByText(opens).first().waitFor();
  await page.waitForFunction(() => !document.querySelector('main [aria-busy="true"]'));
  assert.equal(await page.getByText(hides).count(), 0, `${path} hides ${hides}`);
  assert.equal(new URL(page.url()).search, search, path);
}

test('every list opens the same from a link, after a reload and on going back', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const { ana, ticket, use } = await twoOfEverything(kit);
  await kit.signIn('viewer');
  const { page } = await kit.signIn('owner');
  const lists: Linked[] = [
    { path: `/users?status=active&search=ana&sort=-name&user=${ana}&tab=keys`, shows: 'Ana Lima', hides: 'Bob Reis' },
    {
      path: `/users?user=${ana}&tab=ledger&only=debit`,
      shows: 'Debit',
      hides: 'A gift',
      opens: /777/,
    },
    {
      path: `/requests?view=all&search=ana&request=${ticket}`,
      shows: '#1001',
      hides: '#1002',
      opens: 'The month is long.',
    },
    { path: '/alerts?status=all&kind=warning', shows: /^Ana Lima has used/, hides: /^Bob Reis has/ },
    { path: '/reports?groupBy=user&model=gpt-4o', shows: 'Ana Lima', hides: 'Bob Reis' },
    { path: '/plans?search=enter&open=enterprise', shows: 'Enterprise', hides: 'Basic' },
    { path: '/plans?part=departments&search=sal', shows: 'Sales', hides: 'Law' },
    { path: '/plans?part=models&search=north', shows: 'north-model', hides: 'south-model' },
    {
      path: '/activity?part=audit&action=department',
      shows: 'Department created',
      hides: 'User created',
    },
    {
      path: `/activity?part=usage&model=gpt-4o&user=${ana}&open=${use}`,
      shows: 'Ana Lima',
      hides: 'Bob Reis',
      opens: use,
    },
    { path: '/activity?part=refusals&code=rate_limited&open=ref_1', shows: 'Refused as ref_1.', hides: /as ref_2/ },
    { path: '/activity?part=jobs&jobStatus=failed', shows: 'failed', hides: /^done$/ },
    {
      path: '/activity?part=outbox&search=ana.lima%40example.com',
      shows: 'ana.lima@example.com',
      hides: 'bob.reis@example.com',
    },
    { path: '/settings?section=upstreams&search=north', shows: 'To the north', hides: 'To the south' },
    { path: '/settings?section=keys&search=alpha', shows: 'alpha', hides: 'beta' },
    { path: '/settings?section=operators&search=owner', shows: 'owner2@example.com', hides: 'viewer1@example.com' },
  ];
  for (const list of lists) {
    await page.goto(`${kit.url}/admin${list.path}`);
    await page.getByText(list.shows).first().waitFor();
    // As the console itself writes it.
    const { search } = new URL(page.url());
    for (const [name, value] of new URLSearchParams(list.path.slice(list.path.indexOf('?')))) {
      assert.equal(new URLSearchParams(search).get(name), value, `${list.path} keeps ${name}`);
    }
    await assertShown(page, list, search);
    await page.reload();
    await assertShown(page, list, search);
    await page.goto(`${kit.url}/admin/settings?section=about`);
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    await page.goBack();
    await assertShown(page, list, search);
  }
});

test('a link to a row beyond the first page opens its drawer, and one to nothing says so', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const { context, api } = kit;
  const [ana = ''] = await kit.users(['Ana Lima']);
  const made = await api('/api/admin/keys', { body: { kind: 'personal', name: 'the first key', userId: ana } });
  const first = await spendTokens(context, { userId: ana, tokens: 777 });
  await refuse(kit, { id: 'ref_first', code: 'rate_limited', userId: ana, minutesAgo: 100 });
  for (let index = 0; index < 55; index++) {
    await spendTokens(context, { userId: ana, tokens: 1 });
    await refuse(kit, { id: `ref_${index}`, code: 'rate_limited', userId: ana, minutesAgo: index });
    await api('/api/admin/keys', { body: { kind: 'personal', name: `key ${index}`, userId: ana } });
  }
  const { items } = (await api('/api/admin/audit?sort=at&action=user.created')).body;
  const { page } = await kit.signIn('owner');
  const drawer = page.getByRole('dialog');
  for (const [path, says] of [
    [`/activity?part=usage&open=${first}`, first],
    ['/activity?part=refusals&open=ref_first', 'Refused as ref_first.'],
    [`/activity?part=audit&open=${items[0].id}`, items[0].hash],
    [`/settings?section=keys&open=${made.body.key.id}`, ''],
  ] as const) {
    await page.goto(`${kit.url}/admin${path}`);
    if (says === '') await page.locator('input[value="the first key"]').waitFor();
    else await drawer.getByText(says).first().waitFor();
    assert.equal(
      await page
        .getByRole('main')
        .getByText(says === '' ? 'the first key' : says)
        .count(),
      0,
      'not listed',
    );
  }
  for (const part of ['usage', 'refusals', 'audit', 'jobs', 'outbox']) {
    await page.goto(`${kit.url}/admin/activity?part=${part}&open=none`);
    await drawer.getByText('It is not there any more.').waitFor();
  }
});

test('the pages that are shown stand in the address, and another filter starts with the first', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana = ''] = await kit.users(['Ana Lima']);
  for (let index = 0; index < 110; index++) await spendTokens(kit.context, { userId: ana, tokens: 1, model: 'gpt-4o' });
  const { page } = await kit.signIn('admin', '/activity?part=usage');
  const rows = (count: number) =>
    page.waitForFunction((wanted) => document.querySelectorAll('main tbody tr').length === wanted, count);
  await rows(50);
  await page.getByRole('button', { name: 'Show more' }).click();
  await rows(100);
  assert.equal(new URL(page.url()).searchParams.get('pages'), '2');
  await page.reload();
  await rows(100);
  await page.getByRole('button', { name: 'Show more' }).click();
  await rows(110);
  assert.equal(await page.getByRole('button', { name: 'Show more' }).count(), 0);
  const box = page.getByRole('combobox').first();
  await box.fill('model:gpt-4o');
  await box.press('Enter');
  await rows(50);
  assert.equal(new URL(page.url()).searchParams.get('pages'), null);
  assert.equal(new URL(page.url()).searchParams.get('model'), 'gpt-4o');
});
