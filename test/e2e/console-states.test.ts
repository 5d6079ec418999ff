/** What people see while a list is on its way, when it cannot come, and when it has nothing. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Route } from 'playwright-core';
import { openConsole } from '../support/console.ts';

interface List {
  readonly path: string;
  readonly api: RegExp;
  /** What is said when there is nothing at all; of lists that are never empty, something that they show. */
  readonly nothing: string;
  /** A filter that nothing matches. */
  readonly filter: string;
  /** Where it is made. */
  readonly file: string;
}

const ofUser = (tab: string, file: string, api: RegExp, nothing: string, only: string): List => ({
  path: `/users?user={ana}&tab=${tab}`,
  file: `users/${file}`,
  api,
  nothing,
  filter: `only=${only}`,
});
const inActivity = (part: string, api: RegExp, nothing: string, filter: string): List => ({
  path: `/activity?part=${part}`,
  file: `activity/${part}-part.tsx`,
  api,
  nothing,
  filter,
});
const report = (groupBy: string): List => ({
  path: `/reports?groupBy=${groupBy}`,
  file: 'reports/use-part.tsx',
  api: /reports\/usage\?/,
  nothing: 'No use in this time',
  filter: 'model=none',
});
const NOTHING_HAS_THIS = 'search=nothing-has-this';

const LISTS: readonly List[] = [
  {
    path: '/users',
    file: 'users/users-screen.tsx',
    api: /api\/admin\/users\?/,
    nothing: 'Ana Lima',
    filter: NOTHING_HAS_THIS,
  },
  ofUser('usage', 'user-usage.tsx', /users\/usr_\w+\/usage/, 'No requests yet', 'interrupted'),
  ofUser('ledger', 'user-ledger.tsx', /users\/usr_\w+\/ledger/, 'Nothing in the ledger yet', 'purchase'),
  ofUser('requests', 'user-tickets.tsx', /api\/admin\/requests\?.*user=/, 'Nothing was asked for yet', 'rejected'),
  ofUser('alerts', 'user-alerts.tsx', /api\/admin\/alerts\?.*user=/, 'No alerts so far', 'anomaly'),
  ofUser('keys', 'user-keys-history.tsx', /api\/admin\/keys\?/, 'No personal keys', 'revoked'),
  ofUser('audit', 'user-keys-history.tsx', /api\/admin\/audit\?/, 'User created', 'key'),
  {
    path: '/requests',
    file: 'requests/requests-screen.tsx',
    api: /api\/admin\/requests\?.*sort=dueAt/,
    nothing: 'Nobody waits',
    filter: 'search=nobody',
  },
  {
    path: '/alerts',
    file: 'alerts/alerts-screen.tsx',
    api: /api\/admin\/alerts\?/,
    nothing: 'No open alerts',
    filter: 'kind=anomaly',
  },
  ...['user', 'department', 'model', 'upstream', 'day', 'month'].map(report),
  {
    path: '/plans',
    file: 'plans/plans-part.tsx',
    api: /api\/admin\/plans(\?|$)/,
    nothing: 'Enterprise',
    filter: NOTHING_HAS_THIS,
  },
  {
    path: '/plans?part=departments',
    file: 'plans/departments-part.tsx',
    api: /api\/admin\/departments(\?|$)/,
    nothing: 'No departments yet',
    filter: NOTHING_HAS_THIS,
  },
  {
    path: '/plans?part=models',
    file: 'plans/models-part.tsx',
    api: /api\/admin\/model-terms/,
    nothing: 'solaris-echo',
    filter: NOTHING_HAS_THIS,
  },
  inActivity('audit', /api\/admin\/audit\?/, 'User created', NOTHING_HAS_THIS),
  inActivity('usage', /api\/admin\/usage\?/, 'No requests yet', 'model=none'),
  inActivity('refusals', /api\/admin\/refusals\?/, 'Nothing was refused', 'code=none'),
  inActivity('jobs', /api\/admin\/jobs\?/, 'Nothing has run yet', 'jobStatus=failed'),
  inActivity('outbox', /api\/admin\/outbox\?/, 'ana@example.com', NOTHING_HAS_THIS),
  {
    path: '/settings?section=upstreams',
    file: 'settings/upstreams-section.tsx',
    api: /api\/admin\/upstreams\?/,
    nothing: 'No upstream yet',
    filter: NOTHING_HAS_THIS,
  },
  {
    path: '/settings?section=keys',
    file: 'settings/keys-section.tsx',
    api: /api\/admin\/keys(\?|$)/,
    nothing: 'Service key',
    filter: NOTHING_HAS_THIS,
  },
  {
    path: '/settings?section=operators',
    file: 'settings/operators-section.tsx',
    api: /api\/admin\/operators(\?|$)/,
    nothing: 'owner1@example.com',
    filter: NOTHING_HAS_THIS,
  },
  {
    path: '/settings?section=operators',
    file: 'settings/approver-keys-panel.tsx',
    api: /api\/admin\/packets\/keys/,
    nothing: 'No key is enrolled',
    filter: 'approverKeys=nothing-has-this',
  },
  {
    path: '/settings?section=account',
    file: 'settings/tokens-panel.tsx',
    api: /api\/admin\/tokens/,
    nothing: 'Last used',
    filter: NOTHING_HAS_THIS,
  },
  {
    path: '/settings?section=account',
    file: 'settings/sessions-panel.tsx',
    api: /api\/auth\/sessions/,
    nothing: 'Chrom',
    filter: 'sessions=nothing-has-this',
  },
  {
    path: '/settings?section=backups',
    file: 'settings/backups-section.tsx',
    api: /api\/admin\/backups(\?|$)/,
    nothing: 'No backup yet',
    filter: NOTHING_HAS_THIS,
  },
];

/** What the lists are made of. */
const FRAMES = ['ui/table/list-frame.tsx', 'activity/activity-list.tsx', 'users/user-rows.tsx'];

const failed =
  (status: number, headers: Record<string, string> = {}) =>
  (route: Route) =>
    route.fulfill({
      status,
      headers,
      contentType: 'application/json',
      body: JSON.stringify({ error: { code: 'test_code', message: 'A sentence of the gateway.' } }),
    });

test('the table of lists has every list of the console', async () => {
  const root = fileURLToPath(new URL('../../renderer/console/', import.meta.url));
  const files = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.tsx'));
  const lists: string[] = [];
  for (const name of files) {
    if (/usePages<|useInfiniteQuery|<ListFrame|<WholeList/.test(await readFile(`${root}${name}`, 'utf8')))
      lists.push(name);
  }
  const known = new Set([...LISTS.map(({ file }) => file), ...FRAMES]);
  assert.deepEqual(
    lists.filter((name) => !known.has(name)),
    [],
  );
});

test('each list waits, is not allowed, is cut off, is empty and is filtered to nothing, each with the next step', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { body: ana } = await console.api('/api/admin/users', { body: { email: 'ana@example.com', name: 'Ana Lima' } });
  const { page } = await console.signIn('owner', '/');
  for (const list of LISTS) {
    const path = list.path.replace('{ana}', ana.id);
    const { api, nothing, filter } = list;
    const shown = page.getByText(nothing, { exact: false }).first();
    const held = Promise.withResolvers<Route>();
    await page.route(api, (route) => held.resolve(route), { times: 1 });
    await page.goto(`${console.url}/admin${path}`);
    await page.locator('[aria-busy=true] .mantine-Skeleton-root').first().waitFor();
    await failed(403)(await held.promise);
    const failure = page.getByRole('alert');
    await failure.getByText('Your role does not allow this.').waitFor();
    await page.route(api, (route) => route.abort());
    await failure.getByRole('button', { name: 'Try again' }).click();
    await failure.getByText('The gateway does not answer.').waitFor();
    await page.unroute(api);
    await failure.getByRole('button', { name: 'Try again' }).click();
    await shown.waitFor();
    await page.goto(`${console.url}/admin${path}${path.includes('?') ? '&' : '?'}${filter}`);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await shown.waitFor();
  }
});

test('whatever the gateway answers is told in words with a next step, and what works again shows again', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { page } = await console.signIn('admin', '/');
  const api = /admin\/users\?/;
  let answer: (route: Route) => Promise<void> = failed(403);
  await page.route(api, (route) => answer(route));
  await page.goto(`${console.url}/admin/users`);
  const said = async (title: string, next: string) => {
    const failure = page.getByRole('alert');
    await failure.getByText(title).waitFor();
    await failure.getByText(next).waitFor();
  };
  const then = async (next: (route: Route) => Promise<void>) => {
    answer = next;
    await page.getByRole('button', { name: 'Try again' }).click();
  };
  await said('Your role does not allow this.', 'Ask an owner or administrator.');
  await then(failed(404));
  await said('It is not there any more.', 'Somebody may have removed it meanwhile.');
  await then(failed(409));
  await said('Somebody else was faster.', 'Look at the new state and try again.');
  await then(failed(429, { 'retry-after': '7' }));
  await said('Too many calls at once.', 'It goes on in 7 s.');
  await then(failed(500));
  await said('The gateway could not do it.', 'Try again; the cause is in its log.');
  await page.getByText('HTTP 500 test_code: A sentence of the gateway.').waitFor();
  await then((route) => route.abort());
  await said('The gateway does not answer.', 'Check that it runs.');
  await then((route) => route.continue());
  await page.getByText('No users yet').waitFor();
});

test('a change that fails keeps what was typed, whatever the reason', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { id } = (await console.api('/api/admin/users', { body: { email: 'ana@example.com' } })).body;
  const { page } = await console.signIn('admin', `/users?user=${id}`);
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Write an e-mail' }).click();
  const letter = page.getByRole('dialog', { name: 'Write an e-mail' });
  const text = letter.getByRole('textbox', { name: 'Text' });
  await letter.getByRole('textbox', { name: 'Subject' }).fill('Hello');
  await text.fill('A long letter.');
  const api = /users\/[^/]+\/message/;
  for (const [status, title] of FAILURES) {
    await page.route(api, status === 0 ? (route) => route.abort() : failed(status));
    await letter.getByRole('button', { name: 'Send' }).click();
    await letter.getByText(title).waitFor();
    assert.equal(await text.inputValue(), 'A long letter.');
    await page.unroute(api);
  }
  await letter.getByRole('button', { name: 'Send' }).click();
  await page.getByText('is in the outbox').waitFor();
  const { total } = (await console.api(`/api/admin/outbox?user=${id}&kind=message`)).body;
  assert.equal(total, 1);
});

const FAILURES = [
  [403, 'Your role does not allow this.'],
  [404, 'It is not there any more.'],
  [409, 'Somebody else was faster.'],
  [429, 'Too many calls at once.'],
  [500, 'The gateway could not do it.'],
  [0, 'The gateway does not answer.'],
] as const;
