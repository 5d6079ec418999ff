/** What people see while a list is on its way, when it cannot come, and when it has nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Route } from 'playwright-core';
import { openConsole } from '../support/console.ts';

interface List {
  readonly path: string;
  readonly api: RegExp;
  /** What is said when there is nothing at all. */
  readonly nothing: string;
  /** A filter that nothing matches. */
  readonly filter: string | null;
}

const LISTS: readonly List[] = [
  { path: '/users', api: /admin\/users\?/, nothing: 'No users yet', filter: 'search=nobody-has-this' },
  {
    path: '/requests',
    api: /admin\/requests\?.*sort=dueAt/,
    nothing: 'Nobody waits',
    filter: 'search=nobody-has-this',
  },
  { path: '/alerts', api: /admin\/alerts\?/, nothing: 'No open alerts', filter: 'kind=anomaly' },
  { path: '/reports', api: /reports\/usage\?/, nothing: 'No use in this time', filter: null },
  { path: '/activity?part=usage', api: /admin\/usage\?/, nothing: 'No requests yet', filter: 'model=none' },
  { path: '/activity?part=refusals', api: /admin\/refusals\?/, nothing: 'Nothing was refused', filter: 'code=none' },
  { path: '/activity?part=jobs', api: /admin\/jobs\?/, nothing: 'Nothing has run yet', filter: 'jobStatus=failed' },
  { path: '/activity?part=outbox', api: /admin\/outbox\?/, nothing: 'No mails yet', filter: 'search=none' },
];

const failed =
  (status: number, headers: Record<string, string> = {}) =>
  (route: Route) =>
    route.fulfill({
      status,
      headers,
      contentType: 'application/json',
      body: JSON.stringify({ error: { code: 'test_code', message: 'A sentence of the gateway.' } }),
    });

test('each list waits, fails, is empty and is filtered to nothing, each time with the next step', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const page = await console.signIn('admin', '/');
  for (const { path, api, nothing, filter } of LISTS) {
    const held = Promise.withResolvers<Route>();
    await page.route(api, (route) => held.resolve(route), { times: 1 });
    await page.goto(`${console.url}/admin${path}`);
    await page.locator('main [aria-busy=true] .mantine-Skeleton-root').first().waitFor();
    await failed(404)(await held.promise);
    const failure = page.getByRole('alert');
    await failure.getByText('It is not there any more.').waitFor();
    await failure.getByRole('button', { name: 'Try again' }).click();
    await page.getByText(nothing).waitFor();
    if (filter === null) continue;
    await page.goto(`${console.url}/admin${path}${path.includes('?') ? '&' : '?'}${filter}`);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByText(nothing).waitFor();
  }
});

test('whatever the gateway answers is told in words with a next step, and what works again shows again', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const page = await console.signIn('admin', '/');
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
  const page = await console.signIn('admin', `/users?user=${id}`);
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
