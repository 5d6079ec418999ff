/** Signing in to the console, with and without one-time codes: what each field does not take, and whatever else may fail. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { notInArray } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { hashKey } from '../../gateway/keys/key-hash.ts';
import { en } from '../../renderer/console/i18n/en/catalogue.ts';
import { ptBr } from '../../renderer/console/i18n/pt-br/catalogue.ts';
import { addOperator, PASSWORD, totpCode } from '../operators/people.ts';
import { assertAccessible } from '../support/accessible.ts';
import { startBrowser } from '../support/browser.ts';
import { build } from '../support/build.ts';
import { FAILURES } from './failures.ts';
import { type FormCase, helpOfPage, walkForm } from './form-walk.ts';

const SIGN_IN: FormCase = {
  name: 'sign-in',
  path: '/',
  bad: { email: ' ', password: '' },
  good: { email: 'owner@example.com', password: 'wrong' },
  refused: { email: 'email', password: 'password' },
};

const field = (page: Page, path: string) => page.locator(`input[data-path=${path}]`);
const submit = (page: Page) => page.locator('button[type=submit]').click();

test('the sign-in says at each field what it does not take and what else fails, in both languages, and keeps what was typed', async (t) => {
  const browser = await startBrowser(t);
  if (!browser) return;
  const { url, context } = await build(t, { env: { SETUP_FINISHED: 'true' } });
  await addOperator(context, 'owner@example.com');
  const walkAll = async (locale: 'en' | 'pt-BR') => {
    const page = await browser.open({ locale });
    await page.addInitScript(helpOfPage);
    const { rules } = (locale === 'en' ? en : ptBr).refusals;
    const said = await walkForm(
      {
        page,
        words: rules.too_long.replace('{{most, number}}', '7'),
        visit: async (path) => void (await page.goto(`${url}/admin${path}`)),
        failures: locale === 'en' ? FAILURES : [],
      },
      SIGN_IN,
    );
    return { page, said };
  };
  const english = await walkAll('en');
  const portuguese = await walkAll('pt-BR');
  for (const path of Object.keys(SIGN_IN.bad)) assert.notEqual(english.said[path], portuguese.said[path], path);

  const { page } = english;
  await submit(page);
  await page.getByRole('alert').getByText('E-mail or password is wrong.').waitFor();
  assert.equal(await field(page, 'email').inputValue(), 'owner@example.com');
  for (let tried = 0; tried < 4; tried++) {
    const answer = page.waitForResponse(/auth\/login/);
    await submit(page);
    await answer;
  }
  await submit(page);
  await page
    .getByRole('alert')
    .getByText(/^Too many wrong passwords\. Try again in \d+ s\.$/)
    .waitFor();
});

test('one-time codes are asked for, refused at their field, and turned off with what proves it', async (t) => {
  const browser = await startBrowser(t);
  if (!browser) return;
  const { url, context } = await build(t, { env: { SETUP_FINISHED: 'true' }, clock: { now: Date.now } });
  const id = await addOperator(context, 'owner@example.com');
  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  const { operators } = context.db.tables;
  await context.db.update(operators).set({ totpSecret: await context.secrets.seal(secret) });
  assert.ok(id);
  const page = await browser.open();
  await page.goto(`${url}/admin/settings?section=account`);
  const said = async (path: string, words: string) => {
    await page
      .locator('.mantine-InputWrapper-root', { has: field(page, path) })
      .getByText(words)
      .waitFor();
    assert.equal(await field(page, path).evaluate((input) => input === document.activeElement), true, words);
  };
  await field(page, 'email').fill('owner@example.com');
  await field(page, 'password').fill(PASSWORD);
  await submit(page);
  await field(page, 'totp').waitFor();
  assert.equal(await field(page, 'password').inputValue(), PASSWORD, 'the code is asked for besides');
  for (const wrong of ['', '12345', 'abcdef']) {
    await field(page, 'totp').fill(wrong);
    await submit(page);
    await said('totp', 'Enter the six digits that the app shows now, or a recovery code.');
  }
  await field(page, 'totp').fill('000000');
  await submit(page);
  await said('totp', 'The code is wrong or too old. Take the next one.');
  assert.equal(await field(page, 'totp').inputValue(), '000000');
  await field(page, 'totp').fill(totpCode(secret, Date.now()));
  await submit(page);

  await page.getByRole('button', { name: 'Turn off', exact: true }).click();
  const panel = page.locator('form', { has: field(page, 'code') });
  const turnOff = panel.getByRole('button', { name: 'Turn off' });
  await turnOff.click();
  await said('password', 'Enter your present password.');
  await field(page, 'password').fill('wrong');
  await field(page, 'code').fill('000000');
  await turnOff.click();
  await said('password', 'The present password is wrong.');
  await field(page, 'password').fill(PASSWORD);
  await turnOff.click();
  await said('code', 'The code is wrong or too old. Take the next one.');
  assert.equal(await field(page, 'password').inputValue(), PASSWORD);
  const rows = await context.db.select().from(operators);
  assert.ok(
    rows.some(({ totpSecret }) => totpSecret !== null),
    'still on',
  );
  // The code that signed in is used up; the next one is good already.
  await field(page, 'code').fill(totpCode(secret, Date.now() + 30_000));
  await turnOff.click();
  await page.getByText('One-time codes are off.').waitFor();
});

test('recovery codes are shown once, let in without the phone, and are made anew when few are left', async (t) => {
  const browser = await startBrowser(t);
  if (!browser) return;
  const { url, context } = await build(t, { env: { SETUP_FINISHED: 'true' }, clock: { now: Date.now } });
  await addOperator(context, 'owner@example.com');
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const signIn = async (path: string, size: { width?: number; height?: number } = {}) => {
    const page = await browser.open(size);
    await page.goto(`${url}/admin${path}`);
    await field(page, 'email').fill('owner@example.com');
    await field(page, 'password').fill(PASSWORD);
    await submit(page);
    return page;
  };
  const shown = async (page: Page) => {
    await page.getByTestId('recovery-codes').waitFor();
    const codes = await page.getByTestId('recovery-codes').getByRole('listitem').allTextContents();
    assert.equal(new Set(codes).size, 10);
    return codes;
  };
  const keep = async (page: Page) => {
    await page.keyboard.press('Escape');
    assert.equal(await button(page, 'Done').isDisabled(), true, 'not before it is said that they are kept');
    await page.getByLabel('I have kept the codes.').check();
    await button(page, 'Done').click();
    await page.getByTestId('recovery-codes').waitFor({ state: 'detached' });
  };

  const first = await signIn('/settings?section=account');
  await button(first, 'Turn on').click();
  const uri = (await first.getByRole('link', { name: 'Open it in an app on this device' }).getAttribute('href')) ?? '';
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  await field(first, 'password').fill(PASSWORD);
  await field(first, 'code').fill(totpCode(secret, Date.now()));
  await button(first, 'Turn on').click();
  const codes = await shown(first);
  await assertAccessible(first);
  const waiting = first.waitForEvent('download');
  await button(first, 'Download').click();
  const file = await waiting;
  assert.equal(file.suggestedFilename(), 'ia-solaris-recovery-codes.txt');
  const text = readFileSync(await file.path(), 'utf8');
  assert.match(text, /^IA Solaris: recovery codes of owner@example\.com\r\n/);
  for (const code of codes) assert.ok(text.includes(`\r\n${code}\r\n`), code);
  await keep(first);
  await first.getByText('10 recovery codes are left.').waitFor();
  assert.ok(!(await first.content()).includes(codes[0] ?? ''), 'they are not to be seen again');

  const second = await signIn('/users', { width: 390, height: 844 });
  await button(second, 'No phone at hand? Use a recovery code').click();
  const typed = field(second, 'totp');
  assert.equal(await typed.evaluate((input) => input === document.activeElement), true);
  assert.equal(await typed.getAttribute('inputmode'), 'text', 'letters can be typed on a phone');
  await typed.fill('aaaa-bbbb-cccc-dddd');
  await submit(second);
  await second.getByText('The recovery code is wrong or was used before. Take another one.').waitFor();
  await assertAccessible(second);
  await typed.fill((codes[0] ?? '').toUpperCase().replaceAll('-', ' '));
  await submit(second);
  await second.getByText('You signed in with a recovery code. 9 are left.').waitFor();

  const { operatorRecoveryCodes } = context.db.tables;
  const kept = codes.slice(1, 5).map((code) => hashKey(code.replaceAll('-', '')));
  await context.db.delete(operatorRecoveryCodes).where(notInArray(operatorRecoveryCodes.hash, kept));
  const third = await signIn('/users');
  await field(third, 'totp').fill(codes[1] ?? '');
  await submit(third);
  const told = third.getByRole('alert').filter({ hasText: 'You signed in with a recovery code.' });
  await told.getByText('3 are left.').waitFor();
  await told.getByRole('button', { name: 'Make new ones' }).click();
  await told.waitFor({ state: 'detached' });
  await third.getByText('Only 3 recovery codes are left').waitFor();
  await button(third, 'Make new recovery codes').click();
  await field(third, 'password').fill(PASSWORD);
  await field(third, 'code').fill(codes[0] ?? '');
  const renew = third.locator('form', { has: field(third, 'code') }).locator('button[type=submit]');
  await renew.click();
  await third.getByText('The recovery code is wrong or was used before. Take another one.').waitFor();
  assert.equal(await field(third, 'password').inputValue(), PASSWORD);
  await field(third, 'code').fill(codes[2] ?? '');
  await renew.click();
  const made = await shown(third);
  assert.ok(!made.some((code) => codes.includes(code)));
  await keep(third);
  await third.getByText('10 recovery codes are left.').waitFor();

  const fourth = await signIn('/users');
  await field(fourth, 'totp').fill(codes[3] ?? '');
  await submit(fourth);
  await fourth.getByText('The recovery code is wrong or was used before. Take another one.').waitFor();
  await field(fourth, 'totp').fill(made[0] ?? '');
  await submit(fourth);
  await fourth.getByText('You signed in with a recovery code. 9 are left.').waitFor();
});
