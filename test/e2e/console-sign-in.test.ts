/** Signing in to the console, with and without one-time codes: what each field does not take, and whatever else may fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { en } from '../../renderer/console/i18n/en/catalogue.ts';
import { ptBr } from '../../renderer/console/i18n/pt-br/catalogue.ts';
import { addOperator, PASSWORD, totpCode } from '../operators/people.ts';
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
    await said('totp', 'Enter the six digits that the app shows now.');
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
