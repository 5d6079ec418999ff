import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { buildIfStale } from '../../resources/scripts/build.ts';
import { type Failing, type FormCase, helpOfPage, walkForm } from '../e2e/form-walk.ts';
import { startBrowser } from '../support/browser.ts';
import { portal } from './portal-kit.ts';

const LONG = 'x'.repeat(4_001);
const CHOICES = { question: 0, limit: 1, custom: 4 } as const;
const choose = (value: keyof typeof CHOICES) => (page: Page) =>
  page.locator('fieldset label').nth(CHOICES[value]).click();

/** What is told of answers that are of no field, in English. */
const FAILURES: readonly Failing[] = [
  { status: 403, says: ['You may not do this. Ask your administrator.'] },
  { status: 404, says: ['It is not there any more. Go back and look again.'] },
  { status: 409, says: ['It has changed meanwhile. Look at the new state, then try again.'] },
  { status: 429, says: ['Too many tries at once. Try again in 7 s.'] },
  { status: 500, says: ['The gateway could not do it. Try again in a moment', 'test_code'] },
  { status: 0, says: ['No connection. Check your network and try again.'] },
];

const CASES: readonly FormCase[] = [
  {
    name: 'request for credits',
    path: '/request',
    open: choose('custom'),
    bad: { amount: '12', justification: ' ' },
    good: { amount: '250000', justification: 'Release week' },
    refused: { amount: 'amount', justification: 'justification' },
  },
  {
    name: 'wish for another limit',
    path: '/support',
    open: choose('limit'),
    bad: { amount: 'many', message: LONG },
    good: { amount: '250000', message: 'I moved to research.' },
    refused: { amount: 'amount', message: 'message' },
  },
  {
    name: 'question',
    path: '/support',
    open: choose('question'),
    bad: { message: '', requestId: 'req_1' },
    good: { message: 'Why was I stopped?', requestId: '' },
    refused: { message: 'message', requestId: 'requestId' },
  },
  {
    name: 'answer',
    path: '/requests/%231001',
    bad: { message: ' ' },
    good: { message: 'For the release.' },
    refused: { message: 'message' },
  },
  {
    name: 'new key',
    path: '/keys',
    bad: { name: ' ' },
    good: { name: 'Laptop' },
    refused: { name: 'name' },
  },
  {
    name: 'name of a key',
    path: '/keys',
    open: (page) => page.locator('li button').first().click(),
    bad: { name: LONG },
    good: { name: 'Laptop' },
    refused: { name: 'name' },
  },
  {
    name: 'thresholds',
    path: '/settings',
    bad: { thresholds: '20', second: '120' },
    good: { thresholds: '60', second: '80' },
    refused: { thresholds: 'thresholds', 'thresholds.1': 'thresholds' },
  },
];

const KEY: FormCase = {
  name: 'entry by key',
  path: '/',
  bad: { key: ' ' },
  good: { key: 'pk-sol-unknown' },
  refused: { key: 'key' },
  ownWords: true,
};

test('every form of the portal says at each field what it does not take, in both languages, and keeps what was typed', async (t) => {
  await buildIfStale();
  const browser = await startBrowser(t);
  if (!browser) return;
  const { url, person, ask, api } = await portal(t, { clock: { now: Date.now } });
  const ana = await person('ana@example.com', { name: 'Ana' });
  await api(`/api/admin/requests/${await ask(ana)}/ask`, { body: { message: 'For which project?' } });

  const walkAll = async (locale: 'en' | 'pt-BR') => {
    const page = await browser.open({ locale, width: 390 });
    await page.addInitScript(helpOfPage);
    const visit = async (path: string) => void (await page.goto(`${url}/portal${path}`));
    const failures = locale === 'en' ? FAILURES : [];
    const walk = { page, words: '', visit, isBrief: locale === 'pt-BR', failures };
    const said: Record<string, Record<string, string>> = { [KEY.name]: await walkForm(walk, KEY) };
    const key = page.locator('[data-path=key]');
    await key.fill(ana.key);
    await page.locator('button[type=submit]').click();
    await key.waitFor({ state: 'detached' });
    for (const form of CASES) said[form.name] = await walkForm(walk, { ...form, ownWords: true });
    return said;
  };
  const [english, portuguese] = await Promise.all([walkAll('en'), walkAll('pt-BR')]);
  for (const [form, fields] of Object.entries(english)) {
    for (const [field, words] of Object.entries(fields)) {
      assert.notEqual(portuguese[form]?.[field], words, `${form}: ${field} speaks one language only`);
    }
  }
});

test('what is corrected is no longer told to be wrong, and a day with an error moves no other', async (t) => {
  await buildIfStale();
  const browser = await startBrowser(t);
  if (!browser) return;
  const { url, person } = await portal(t, { clock: { now: Date.now } });
  const ana = await person('ana@example.com', { name: 'Ana' });
  const page = await browser.open({ locale: 'en', width: 390 });
  await page.goto(`${url}/portal/request`);
  await page.locator('[data-path=key]').fill(ana.key);
  await page.locator('button[type=submit]').click();
  await choose('custom')(page);
  const amount = page.locator('[data-path=amount]');
  await amount.fill('12');
  await page.locator('button[type=submit]').click();
  await page.locator('[data-path=amount][aria-invalid=true]').waitFor();
  await amount.fill('250000');
  await page.locator('[data-path=amount][aria-invalid=false]').waitFor();

  await page.goto(`${url}/portal/statement`);
  const days = page.locator('input[type=text]');
  await days.nth(1).fill('yesterday');
  await page.keyboard.press('Tab');
  await page.locator('input[aria-invalid=true]').waitFor();
  const [from, until] = [await days.nth(0).boundingBox(), await days.nth(1).boundingBox()];
  assert.equal(from?.y, until?.y);
});
