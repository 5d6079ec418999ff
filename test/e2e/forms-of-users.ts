/** The forms of users and of their requests, with what they refuse before and after the gateway. */
import type { Page } from 'playwright-core';
import type { en } from '../../renderer/console/i18n/en/catalogue.ts';
import { button, LONG, TOO_MANY } from './form-case-kit.ts';
import type { FormCase } from './form-walk.ts';

/** @param users words of the page's own language */
export function userForms({ users }: Pick<typeof en, 'users'>, ids: { user: string; ticket: string }): FormCase[] {
  const choose = (label: string) => async (page: Page) => {
    await button(users.actions)(page);
    await page.getByRole('menuitem', { name: label, exact: true }).click();
  };
  const move = (name: keyof typeof users.moves) => choose(users.moves[name]);
  const ofUser = `/users?user=${ids.user}`;
  const decide = (key: string) => async (page: Page) => {
    await page.getByText('The month is long.').first().waitFor();
    await page.keyboard.press(key);
  };
  return [
    {
      name: 'tokens of a user',
      path: ofUser,
      open: move('tokens'),
      bad: { amount: '0', reason: ' ' },
      good: { amount: '10', reason: 'x' },
      refused: { amount: 'amount', kind: 'kind', reason: 'reason' },
    },
    {
      name: 'limit of a user',
      path: ofUser,
      open: move('limit'),
      bad: { limit: TOO_MANY, reason: LONG },
      good: { limit: '10', reason: 'x' },
      refused: { monthlyLimit: 'limit', reason: 'reason' },
    },
    {
      name: 'plan of a user',
      path: ofUser,
      open: move('plan'),
      bad: { reason: '' },
      good: { reason: 'x' },
      refused: { plan: 'plan', department: 'department', reason: 'reason' },
    },
    {
      name: 'name and address of a user',
      path: ofUser,
      open: move('edit'),
      bad: { name: LONG, email: ' ', reason: LONG },
      good: { name: 'Ana', email: 'ana.lima@example.com', reason: '' },
      refused: { name: 'name', email: 'email', reason: 'reason' },
    },
    {
      name: 'suspension',
      path: ofUser,
      open: move('suspend'),
      bad: { until: '2020-01-01', reason: '' },
      good: { until: '', reason: 'x' },
      refused: { until: 'until', reason: 'reason' },
    },
    {
      name: 'deletion of a user',
      path: ofUser,
      open: move('delete'),
      bad: { reason: '' },
      good: { reason: 'x' },
      refused: { reason: 'reason' },
      removes: true,
    },
    {
      name: 'letter to a user',
      path: ofUser,
      open: choose(users.write.open),
      bad: { subject: 'x'.repeat(151), body: ' ' },
      good: { subject: 'Hello', body: 'Hello.' },
      refused: { subject: 'subject', body: 'body' },
    },
    {
      name: 'many users',
      path: '/users',
      async open(page) {
        await page.locator('tbody input[type=checkbox]').first().click();
        const bar = page.getByRole('region', { name: users.bulk.what });
        await bar.getByRole('button', { name: users.actions }).click();
      },
      bad: { plan: null, reason: ' ' },
      good: { plan: { pick: 0 }, reason: 'x' },
      refused: { 'action.plan': 'plan', reason: 'reason' },
    },
    {
      name: 'import of users',
      path: '/users',
      open: button(users.import.open),
      bad: { csv: ' ' },
      good: { csv: 'email\nana@example.com\n' },
      refused: { csv: 'csv' },
    },
    {
      name: 'saved view',
      path: '/users?plan=pro',
      open: button(users.saved.keep),
      bad: { name: 'x'.repeat(61) },
      good: { name: 'Pro' },
      refused: { name: 'name' },
    },
    {
      name: 'approval of another amount',
      path: `/requests?request=${ids.ticket}`,
      open: decide('e'),
      bad: { amount: '', text: 'x'.repeat(2_001), method: '', paid: '9000000000' },
      good: { amount: '10', text: '', method: 'PIX', paid: '5' },
      refused: { amount: 'amount', note: 'text', 'payment.method': 'method', 'payment.amount': 'paid' },
    },
    {
      name: 'rejection',
      path: `/requests?request=${ids.ticket}`,
      open: decide('r'),
      bad: { text: LONG },
      good: { text: 'No.' },
      refused: { reason: 'text' },
    },
    {
      name: 'question back',
      path: `/requests?request=${ids.ticket}`,
      open: decide('b'),
      bad: { text: ' ' },
      good: { text: 'What for?' },
      refused: { message: 'text' },
    },
  ];
}
