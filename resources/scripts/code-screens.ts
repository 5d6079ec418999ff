/** States of one-time and recovery codes. The gateway is spoken for, so that nobody of the demo team needs a code then. */
import type { Page } from 'playwright-core';
import type { Screen } from './console-screens.ts';

const ACCOUNT = '/settings?section=account';
const CODES = Array.from('abcdefghjk', (letter) => `${letter}7pm-2xqd-9r4t-hw${letter}c`);

const panel = (page: Page) => page.getByTestId('one-time-codes');

/** Somebody who has codes on, and so many recovery codes left. */
async function withCodes(page: Page, left: number): Promise<void> {
  const change = ({ operator, ...me }: { operator: object }) => ({
    ...me,
    operator: { ...operator, totp: true },
    recoveryCodesLeft: left,
  });
  await page.route(
    '**/api/auth/me',
    async (route) => route.fulfill({ json: change(await (await route.fetch()).json()) }),
    { times: 1 },
  );
  await page.reload();
  await panel(page).getByRole('button').nth(1).waitFor();
}

/** Signs in as somebody who is asked for a code. */
async function askedForCode(page: Page): Promise<void> {
  const error = { code: 'totp_required', message: 'Enter the code of your authenticator app.', field: 'totp' };
  await page.route('**/api/auth/login', (route) => route.fulfill({ status: 401, json: { error } }), { times: 1 });
  await page.locator('input[type=email]').fill('somebody@example.com');
  await page.locator('input[type=password]').fill('a long password');
  await page.locator('button[type=submit]').click();
  await page.locator('input[data-path=totp]').waitFor();
}

/** Signed in. */
export const CODE_SCREENS: readonly Screen[] = [
  { name: 'recovery-codes-left', path: ACCOUNT, prepare: (page) => withCodes(page, 9) },
  { name: 'recovery-codes-few', path: ACCOUNT, prepare: (page) => withCodes(page, 2) },
  {
    name: 'recovery-codes-renew',
    path: ACCOUNT,
    async prepare(page) {
      await withCodes(page, 9);
      await panel(page).getByRole('button').first().click();
      await panel(page).locator('input[data-path=code]').waitFor();
    },
  },
  {
    name: 'recovery-codes',
    path: ACCOUNT,
    async prepare(page) {
      await panel(page).getByRole('button').click();
      await panel(page).locator('input[data-path=code]').fill('123456');
      await panel(page).locator('input[data-path=password]').fill('a long password');
      const answer = { json: { recoveryCodes: CODES } };
      await page.route('**/api/auth/totp/confirm', (route) => route.fulfill(answer), { times: 1 });
      await panel(page).locator('button[type=submit]').click();
      await page.getByTestId('recovery-codes').waitFor();
    },
  },
];

/** Before anybody has signed in. */
export const SIGN_IN_CODE_SCREENS: readonly Screen[] = [
  { name: 'sign-in-code', path: '/', prepare: askedForCode },
  {
    name: 'sign-in-recovery-code',
    path: '/',
    async prepare(page) {
      await askedForCode(page);
      await page.locator('form button[type=button]').last().click();
    },
  },
];
