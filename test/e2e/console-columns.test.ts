/** What a list shows of its rows, what they come to, and the file that has the same. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { newId } from '../../gateway/db/ids.ts';
import { spendTokens } from '../accounts/account-kit.ts';
import { openConsole } from '../support/console.ts';

async function choose(page: Page, column: string): Promise<void> {
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('menuitemcheckbox', { name: column }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
}

async function takeCsv(page: Page): Promise<string[]> {
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Export as CSV' }).click(),
  ]);
  return readFileSync(await file.path(), 'utf8').split('\n');
}

test('the columns of every wide list can be chosen, stay chosen, and are those of its file', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const { db, clock, jobs } = kit.context;
  const [ana = ''] = await kit.users(['Ana Lima']);
  await spendTokens(kit.context, { userId: ana, tokens: 777 });
  await jobs.start({ kind: 'verify', params: {}, operatorId: null, slot: null }, async () => ({}));
  await jobs.idle();
  await kit.api(`/api/admin/users/${ana}/message`, { body: { subject: 'Hello', body: 'You.' } });
  const minute = Math.floor(clock.now() / 60_000) * 60_000;
  await db.insert(db.tables.refusals).values({
    id: 'ref_1',
    code: 'rate_limited',
    userId: ana,
    keyId: 'key_1',
    statusCode: 429,
    model: 'gpt-4o',
    endpoint: '/v1/chat/completions',
    ipAddress: '192.0.2.1',
    message: 'Too many.',
    requests: 1,
    minute,
    createdAt: minute,
    lastAt: minute,
  });
  const { page } = await kit.signIn('admin');
  for (const [path, column, kept, inFile] of [
    ['/activity?part=usage', 'Cost', 'Outcome', /Cost/],
    ['/activity?part=refusals', 'What was told', 'Requests', /Reason/],
    ['/activity?part=jobs', 'Problem', 'State', /Problem/],
    ['/activity?part=outbox', 'State', 'To', /Status|Attempts/],
    ['/activity?part=audit', 'Reason', 'Who', /Reason/],
    ['/reports?groupBy=user', 'Errors', 'Requests', /Errors/],
  ] as const) {
    const header = (name: string) => page.getByRole('columnheader', { name, exact: true });
    await page.goto(`${kit.url}/admin${path}`);
    await header(column).waitFor();
    if (inFile) assert.match((await takeCsv(page))[0] ?? '', inFile, path);
    await choose(page, column);
    await header(column).waitFor({ state: 'detached' });
    await page.reload();
    await header(kept).waitFor();
    assert.equal(await header(column).count(), 0, `${path} hides ${column}`);
    if (inFile) assert.doesNotMatch((await takeCsv(page))[0] ?? '', inFile, path);
    await choose(page, column);
    await header(column).waitFor();
  }
});

test('where there is little room columns give way, unless somebody has chosen them; a file has them all', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  await kit.users(['Ana Lima']);
  const { page } = await kit.signIn('admin', '/users', { width: 720 });
  const header = (name: string) => page.getByRole('columnheader', { name, exact: true });
  await header('Name').waitFor();
  await header('Credits').waitFor({ state: 'detached' });
  assert.deepEqual([await header('Credits').count(), await header('Used').count()], [0, 0]);
  assert.match((await takeCsv(page))[0] ?? '', /Used,Credits/);
  await choose(page, 'Credits');
  await header('Credits').waitFor();
  await page.reload();
  await header('Credits').waitFor();
  assert.equal(await header('Used').count(), 0, 'the other was not chosen');
  await page.setViewportSize({ width: 1280, height: 900 });
  await header('Used').waitFor();
  await choose(page, 'Credits');
  await header('Credits').waitFor({ state: 'detached' });
  await page.setViewportSize({ width: 720, height: 900 });
  await header('Used').waitFor({ state: 'detached' });
  assert.equal(await header('Credits').count(), 0, 'what was left out stays out');
});

test('above requests and alerts stands what they come to, and both leave as files with the filters of the screen', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana = '', bob = ''] = await kit.users(['Ana Lima', 'Bob Reis']);
  await kit.ask(ana, 100_000);
  await kit.ask(bob, 300_000);
  const { db, clock } = kit.context;
  const at = clock.now();
  const alert = { period: null, details: { share: 81 }, createdAt: at };
  await db.insert(db.tables.alerts).values([
    { ...alert, id: newId('alr', at), kind: 'warning', userId: ana, dedupeKey: 'a' },
    { ...alert, id: newId('alr', at), kind: 'blocked', userId: bob, dedupeKey: 'b' },
  ]);
  const { page } = await kit.signIn('admin', '/requests');
  await page
    .getByRole('status')
    .getByText(/^2 requests · 400\sK tokens asked for/)
    .waitFor();
  await page.goto(`${kit.url}/admin/requests?search=ana`);
  await page
    .getByRole('status')
    .getByText(/^1 request · 100\sK tokens asked for/)
    .waitFor();
  const requests = await takeCsv(page);
  assert.match(requests[1] ?? '', /#1001,Ana Lima,.*,100000,/);
  assert.match(requests[2] ?? '', /^Total,.*,100000,/);
  assert.doesNotMatch(requests.join('\n'), /Bob/);

  await page.goto(`${kit.url}/admin/alerts`);
  await page.getByRole('status').getByText('2 alerts').waitFor();
  await page.goto(`${kit.url}/admin/alerts?kind=warning`);
  await page.getByRole('status').getByText('1 alert', { exact: true }).waitFor();
  const alerts = await takeCsv(page);
  assert.match(alerts[1] ?? '', /Near the limit,Ana Lima,/);
  assert.doesNotMatch(alerts.join('\n'), /Bob/);
});
