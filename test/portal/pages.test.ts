import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { buildIfStale } from '../../resources/scripts/build.ts';
import { spendTokens } from '../accounts/account-kit.ts';
import { violationsOf } from '../support/accessible.ts';
import { startBrowser } from '../support/browser.ts';
import { portal } from './portal-kit.ts';

const SCREENS = [
  { path: '/', en: 'tokens left', pt: 'tokens restantes' },
  { path: '/statement', en: 'Save as CSV', pt: 'Salvar em CSV' },
  { path: '/request', en: 'How many tokens?', pt: 'Quantos tokens?' },
  { path: '/requests', en: 'My requests', pt: 'Minhas solicitações' },
  { path: '/requests/%231001', en: 'What happened', pt: 'O que aconteceu' },
  { path: '/support?objection=suspension', en: 'Your message', pt: 'Sua mensagem' },
  { path: '/keys', en: 'My keys', pt: 'Minhas chaves' },
  { path: '/settings', en: 'When to warn me', pt: 'Quando avisar' },
  { path: '/nowhere/at.all', en: 'There is no such page', pt: 'Esta página não existe' },
];

async function assertAccessible(page: Page, name: string): Promise<void> {
  assert.deepEqual(await violationsOf(page), [], name);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${name} scrolls sideways by ${overflow}`);
}

test('every screen shows itself in both languages, light and dark, on a phone and a desktop, to everybody', async (t) => {
  await buildIfStale();
  const browser = await startBrowser(t);
  if (!browser) return;
  const { url, person, ask, context, api } = await portal(t, { clock: { now: Date.now } });
  const ana = await person('ana@example.com', { name: 'Ana', credits: 250_000 });
  await spendTokens(context, { userId: ana.id, tokens: 820_000 });
  const id = await ask(ana, 500_000, '<img src=x onerror="document.title=1">');
  await api(`/api/admin/requests/${id}/ask`, { body: { message: 'For which project?' } });
  for (const look of [
    { locale: 'en', dark: false, width: 390 },
    { locale: 'pt-BR', dark: true, width: 1280 },
  ] as const) {
    const page = await browser.open(look);
    await page.goto(`${url}/portal/settings`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await assertAccessible(page, `signing in, ${look.locale}`);
    const key = page.getByLabel(look.locale === 'en' ? 'Personal key' : 'Chave pessoal');
    await key.fill(ana.key);
    await page.getByRole('button', { name: look.locale === 'en' ? 'Sign in' : 'Entrar' }).click();
    // Going elsewhere at once would break the call off.
    await key.waitFor({ state: 'detached' });
    for (const { path, en, pt } of SCREENS) {
      await page.goto(`${url}/portal${path}`);
      await page
        .getByText(look.locale === 'en' ? en : pt)
        .first()
        .waitFor();
      await assertAccessible(page, `${path}, ${look.locale}`);
      assert.equal(await page.evaluate(() => document.documentElement.lang), look.locale);
    }
    assert.notEqual(await page.title(), '1', 'what users write is text');
  }
});

test('the page allows nothing from elsewhere, and its files are found at any depth', async (t) => {
  await buildIfStale();
  const { url } = await portal(t);
  for (const path of ['/portal/', '/portal/requests/1001', '/portal/a/b/c']) {
    const answer = await fetch(url + path);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/);
    const policy = answer.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/);
    assert.doesNotMatch(policy, /unsafe|https?:/);
    const html = await answer.text();
    assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
    const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
    assert.ok(addresses.length >= 3);
    for (const address of addresses) {
      assert.match(address, /^\/portal\/assets\//);
      assert.equal((await fetch(url + address)).status, 200, address);
    }
  }
  assert.equal((await fetch(`${url}/portal/index.html`)).status, 404);
  assert.equal((await fetch(`${url}/portal/assets/../../package.json`)).status !== 200, true);
  const there = await fetch(`${url}/portal`, { redirect: 'manual' });
  assert.deepEqual([there.status, there.headers.get('location')], [302, '/portal/']);
});

test('a limit that was set, the hour at which a suspension ends, and where an answer will stand are shown', async (t) => {
  await buildIfStale();
  const browser = await startBrowser(t);
  if (!browser) return;
  const { url, person, api } = await portal(t, { clock: { now: Date.now } });
  const ana = await person('ana@example.com', { monthlyLimit: 1_000_000 });
  const body = { kind: 'limit_change', amount: 3_000_000, message: 'I moved to research' };
  const { id, number } = (await ana.call('/api/support/contact', { body })).body;
  await api(`/api/admin/requests/${id}/approve`, { body: { amount: 2_000_000 } });
  const until = new Date(Date.now() + 86_400_000);
  until.setUTCHours(18, 0, 0, 0);
  const page = await browser.open({ locale: 'en', timezoneId: 'UTC' });
  await page.goto(`${url}/portal/requests/${number}`);
  await page.getByLabel('Personal key').fill(ana.key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Your monthly limit is now 2,000,000 tokens').waitFor();
  await page.goto(`${url}/portal/support`);
  await page.getByText('An administrator reads it. The answer will stand here, under Requests.').waitFor();
  await page.getByLabel('Your message').fill('Why?');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('The answer stands here within 24 hours, under Requests.').waitFor();
  const suspended = await api(`/api/admin/users/${ana.id}/suspend`, {
    body: { reason: 'test', until: until.toISOString() },
  });
  assert.equal(suspended.status, 200, JSON.stringify(suspended.body));
  await page.goto(`${url}/portal/`);
  await page.getByText(/Your access is suspended until \d+ \w+, 18:00/).waitFor();
});
