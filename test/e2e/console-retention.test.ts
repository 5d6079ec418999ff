/** How long requests are kept: asked before fewer are, and told wherever older ones are missing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '../../gateway/db/ids.ts';
import { createRetentionSchedule } from '../../gateway/retention/schedule.ts';
import { spendTokens } from '../accounts/account-kit.ts';
import { violationsOf } from '../support/accessible.ts';
import { testClock } from '../support/clock.ts';
import { openConsole } from '../support/console.ts';

const DAY_MS = 86_400_000;

test('fewer days are kept only after a question that says what goes, and the list of requests says from when it is whole', async (t) => {
  const now = Date.now();
  const clock = testClock(now - 100 * DAY_MS);
  const kit = await openConsole(t, { clock });
  if (!kit) return;
  const { api, context } = kit;
  const [ana = ''] = await kit.users(['Ana Lima']);
  for (let left = 0; left < 3; left++) await spendTokens(context, { userId: ana, tokens: 10 });
  for (const days of [9, 5, 3, 1]) {
    clock.set(now - days * DAY_MS);
    await spendTokens(context, { userId: ana, tokens: 10, model: 'young' });
  }
  clock.set(now);
  const kept = async () => {
    const { body } = await api('/api/admin/settings');
    return body.items.find(({ key }: { key: string }) => key === 'usageRetentionDays').value;
  };
  const { page } = await kit.signIn('admin', '/settings?section=data');
  const field = page.getByRole('textbox', { name: 'Days to keep single requests' });
  const save = page.getByRole('button', { name: 'Save', exact: true });
  await page
    .getByRole('radiogroup', { name: 'Days to keep single requests' })
    .getByText('A number', { exact: true })
    .click();
  await field.fill('40');
  await save.click();
  const question = page.getByRole('dialog', { name: 'Delete old requests?' });
  await question.getByText(/^3 requests from before/).waitFor();
  for (const [colorScheme, width] of [
    ['dark', 390],
    ['light', 1280],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 844 });
    assert.deepEqual(await violationsOf(page), []);
  }
  await question.getByRole('button', { name: 'Cancel' }).click();
  await question.waitFor({ state: 'detached' });
  assert.equal(await kept(), null, 'nothing is stored without a yes');
  assert.equal(await field.inputValue(), '40', 'what was typed stays');
  await save.click();
  await question.getByRole('button', { name: 'Keep fewer days' }).click();
  await page.getByRole('status').filter({ hasText: 'not saved' }).waitFor({ state: 'detached' });
  await question.waitFor({ state: 'detached' });
  assert.equal(await kept(), 40);

  await field.fill('90');
  await save.click();
  await page.getByRole('status').filter({ hasText: 'not saved' }).waitFor({ state: 'detached' });
  assert.equal(await question.count(), 0, 'to keep more is no question');
  assert.equal(await kept(), 90);

  // The next morning, or the one after: by the clock of the zone.
  clock.set(Math.ceil((now + DAY_MS) / DAY_MS) * DAY_MS + 5 * 3_600_000);
  assert.equal(await createRetentionSchedule(context).look(), true);
  await context.jobs.idle();
  const id = newId('req', now - 99 * DAY_MS);
  await page.goto(`${kit.url}/admin/activity?part=usage&open=${id}`);
  await page
    .getByRole('dialog')
    .getByText('Requests of that time are no longer kept one by one. Their sums are in the reports.')
    .waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('note').filter({ hasText: 'are no longer kept one by one, as the settings ask' }).waitFor();
  await page.getByText('young').first().waitFor();
  assert.deepEqual(await violationsOf(page), []);
  await page.goto(`${kit.url}/admin/activity?part=jobs`);
  await page.getByText('Deletion of old requests').first().waitFor();
  await page.goto(`${kit.url}/admin/activity?part=audit`);
  await page.getByText('Old requests deleted').first().waitFor();
});
