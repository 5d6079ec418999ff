/** Entering the portal by mail: what the form does not take, links that are bad or used, and networks that fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashKey } from '../../gateway/keys/key-hash.ts';
import { buildIfStale } from '../../resources/scripts/build.ts';
import { helpOfPage, walkForm } from '../e2e/form-walk.ts';
import { startBrowser } from '../support/browser.ts';
import { portal } from './portal-kit.ts';

const PUBLIC = { PUBLIC_URL: 'https://ia.example.com', SMTP_HOST: '127.0.0.1', FROM_EMAIL: 'ia@example.com' };

test('the form of the mailed link says what is no address, and what fails, and keeps the address', async (t) => {
  await buildIfStale();
  const browser = await startBrowser(t);
  if (!browser) return;
  const { url } = await portal(t, { env: PUBLIC });
  for (const bad of [' ', 'nobody', 'ana@example', `${'x'.repeat(320)}@example.com`]) {
    const page = await browser.open({ width: 390 });
    await page.addInitScript(helpOfPage);
    const visit = async (path: string) => void (await page.goto(`${url}/portal${path}`));
    const walk = { page, words: '', visit, failures: [] };
    await walkForm(walk, {
      name: `address ${bad.slice(0, 12)}`,
      path: '/',
      bad: { email: bad },
      good: { email: 'ana@example.com' },
      refused: { email: 'email' },
      ownWords: true,
    });
  }
});

test('a link that is used or forged says so; a network that fails does not make a good link a bad one', async (t) => {
  await buildIfStale();
  const browser = await startBrowser(t);
  if (!browser) return;
  const { url, user, context } = await portal(t, { env: PUBLIC, clock: { now: Date.now } });
  const ana = await user('ana@example.com');
  const page = await browser.open({ width: 390 });
  const secret = 'as-it-would-be-mailed';
  const now = Date.now();
  const { portalLinks } = context.db.tables;
  const times = { createdAt: now, expiresAt: now + 900_000 };
  await context.db.insert(portalLinks).values({ hash: hashKey(secret), userId: ana.id, target: '/keys', ...times });

  await page.route('**/api/portal/link/peek', (route) => route.abort());
  await page.goto(`${url}/portal/enter#${secret}`);
  const alert = page.getByRole('alert');
  await alert.getByText('No connection. Check your network and try again.').waitFor();
  assert.equal(await page.getByText('This link does not work any more').count(), 0);
  await page.unroute('**/api/portal/link/peek');
  await alert.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('You sign in as ana@example.com.').waitFor();

  const calls: string[] = [];
  await page.route('**/api/portal/enter', async (route) => {
    calls.push(route.request().url());
    await route.fulfill({ status: 500, json: { error: { code: 'internal_error', message: 'It broke.' } } });
  });
  const go = page.getByRole('button', { name: 'Continue' });
  await go.click();
  await alert.getByText('The gateway could not do it.').waitFor();
  assert.equal(calls.length, 1);
  await page.unroute('**/api/portal/enter');
  await go.click();
  await page.getByRole('heading', { name: 'My keys' }).waitFor();

  const other = await browser.open({ width: 390, locale: 'pt-BR' });
  for (const link of [secret, 'forged']) {
    await other.goto(`${url}/portal/enter#${link}`);
    await other.getByRole('heading', { name: 'Este link não vale mais' }).waitFor();
    await other.goto('about:blank');
  }
});

test('a page that begins without a network says so and goes on when it is back', async (t) => {
  await buildIfStale();
  const browser = await startBrowser(t);
  if (!browser) return;
  const { url } = await portal(t);
  const page = await browser.open({ width: 390 });
  for (const path of ['**/api/portal/refresh', '**/api/portal']) {
    await page.route(path, (route) => route.abort());
    await page.goto(`${url}/portal/`);
    const alert = page.getByRole('alert');
    await alert.getByText('No connection.').waitFor();
    assert.equal(await page.locator('form').count(), 0, 'nobody is asked to sign in for that');
    await page.unroute(path);
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.locator('[data-path=key]').waitFor();
  }
});

test('a session that ends in the middle of a request keeps what was typed, for whoever it is of', async (t) => {
  await buildIfStale();
  const browser = await startBrowser(t);
  if (!browser) return;
  const { url, person, context, api } = await portal(t, { clock: { now: Date.now } });
  const ana = await person('ana@example.com', { name: 'Ana' });
  const bob = await person('bob@example.com', { name: 'Bob' });
  const page = await browser.open({ width: 390 });
  const enter = async (key: string) => {
    await page.locator('[data-path=key]').fill(key);
    await page.locator('button[type=submit]').click();
  };
  const why = page.locator('[data-path=justification]');
  await page.goto(`${url}/portal/request`);
  await enter(ana.key);
  await page.locator('fieldset label').nth(4).click();
  await page.locator('[data-path=amount]').fill('250000');
  await why.fill('Release week');
  await context.db.delete(context.db.tables.portalSessions);
  await page.getByRole('button', { name: 'Send request' }).click();
  await page.getByRole('alert').getByText('Your session has ended.').waitFor();
  await enter(ana.key);
  await page.getByText('What you had typed here is back.').waitFor();
  assert.deepEqual(
    [await page.locator('[data-path=amount]').inputValue(), await why.inputValue()],
    ['250000', 'Release week'],
  );

  await context.db.delete(context.db.tables.portalSessions);
  await page.reload();
  await enter(bob.key);
  await why.waitFor();
  assert.equal(await why.inputValue(), '', 'nobody else sees it');
  await context.db.delete(context.db.tables.portalSessions);
  await page.reload();
  await enter(ana.key);
  await page.getByRole('button', { name: 'Send request' }).dblclick();
  await page.getByRole('heading', { name: /is sent$/ }).waitFor();
  assert.equal((await api('/api/admin/requests')).body.total, 1);
  await page.goto(`${url}/portal/request`);
  await why.waitFor();
  assert.equal(await why.inputValue(), '', 'what was sent is no draft');
});
