/** What settings say of a value that they do not take, and how those with many values are found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spendTokens } from '../accounts/account-kit.ts';
import { openConsole } from '../support/console.ts';

test('a setting says in a sentence how its value must be formed, and its day is typed as the language writes it', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const { page } = await kit.signIn('owner', '/settings?section=general');
  const field = (path: string) => page.locator(`input[data-path="${path}"]`);
  for (const [path, typed] of [
    ['timeZone', 'Mars'],
    ['currency', 'reais'],
    ['publicUrl', 'example.com'],
    ['exchangeRateDate', '31/12'],
  ] as const) {
    await field(path).fill(typed);
    await page.keyboard.press('Tab');
  }
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  for (const words of [
    'No time zone is called that.',
    'a currency’s three letters',
    'Enter the address from http://',
  ]) {
    await page.getByText(words).waitFor();
  }
  assert.equal(await field('exchangeRateDate').getAttribute('aria-invalid'), 'true');
  assert.doesNotMatch(await page.locator('main').innerText(), /not accepted/);
  await field('exchangeRateDate').fill('20 Nov 2026');
  await field('publicUrl').fill('');
  await field('timeZone').fill('sao paulo');
  await page.getByRole('option', { name: 'America/Sao_Paulo' }).click();
  await field('currency').fill('euro');
  await page.getByRole('option', { name: /^EUR/ }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('changes, not saved').waitFor({ state: 'detached' });
  const { currency, exchangeRateDate, timeZone } = kit.context.settings.current();
  assert.deepEqual([currency, exchangeRateDate, timeZone], ['EUR', '2026-11-20', 'America/Sao_Paulo']);
});

test('a quota near its limit has another colour than one that is far from it', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana = '', bob = ''] = await kit.users(['Ana Lima', 'Bob Reis']);
  await spendTokens(kit.context, { userId: ana, tokens: 850_000 });
  await spendTokens(kit.context, { userId: bob, tokens: 100_000 });
  const { page } = await kit.signIn('viewer', '/users');
  const ground = (level: string) =>
    page
      .locator(`[data-level=${level}] > :first-child`)
      .first()
      .evaluate((used) => getComputedStyle(used).backgroundColor);
  assert.notEqual(await ground('warning'), await ground('good'));
});
