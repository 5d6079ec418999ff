import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../support/accessible.ts';
import { openConsole } from '../support/console.ts';

test('an administrator changes a plan, says why, sees it applied, and takes it back', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { api, url, serviceKey } = console;
  const { page } = await console.signIn('admin', '/plans');
  await page.getByRole('button', { name: 'Trial' }).click();
  const drawer = page.getByRole('dialog');
  const limit = drawer.getByRole('textbox', { name: 'Monthly limit' });
  await limit.waitFor();
  assert.equal(await drawer.getByRole('button', { name: 'Save' }).isDisabled(), true, 'nothing is changed yet');
  await limit.fill('5');
  await drawer.getByRole('button', { name: 'Save' }).click();
  // Without a reason nothing is sent.
  await drawer.getByText('Say why, in a few words.').waitFor();
  assert.equal((await api('/api/admin/plans/trial')).body.monthlyLimit, 100_000);
  // What was typed is not lost by a slip.
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Keep editing' }).click();
  assert.equal(await limit.inputValue(), '5 tokens');
  await drawer.getByRole('textbox', { name: 'Reason' }).fill('the trial is too long');
  await drawer.getByRole('button', { name: 'Save' }).click();
  // What can be taken back stays for seconds only, but not under the pointer.
  await page.getByText('Plan “Trial” was saved.').hover();
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  await api('/api/admin/users', { body: { email: 'ana@example.com', plan: 'trial' } });
  const chat = () =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${serviceKey}`,
        'x-user-email': 'ana@example.com',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ model: 'solaris-echo', messages: [{ role: 'user', content: 'hi' }] }),
    });
  assert.equal((await chat()).status, 429);
  const [entry] = (await api('/api/admin/audit?action=plan.changed')).body.items;
  assert.deepEqual(entry.details.monthlyLimit, { from: 100_000, to: 5 });
  assert.equal(JSON.stringify(entry).includes('the trial is too long'), true);

  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('100\u00a0K').waitFor();
  assert.equal((await chat()).status, 200);
});

test('an administrator sets what a model costs beside tokens and by the tier, and leaves the rest as listed', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { api } = console;
  const { page } = await console.signIn('admin', '/plans?part=models&open=%2B');
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Model or pattern').fill('gpt-5');
  const typed = (name: string) => drawer.getByRole('textbox', { name, exact: true });
  await drawer.getByRole('switch', { name: 'A price of its own' }).click();
  await typed('Input').fill('1.25');
  await typed('Output').fill('10');
  assert.equal(await typed('Web searches').count(), 0, 'nobody is asked for fees who sets none');
  await drawer.getByRole('switch', { name: 'Fees and tiers of its own' }).click();
  await typed('Web searches').fill('4.5');
  await typed('Requests').fill('0');
  await typed('Priority').fill('1.75');
  await assertAccessible(page);
  await drawer.getByRole('button', { name: 'Save' }).click();
  await drawer.waitFor({ state: 'detached' });
  const tokens = { inputMicroUsd: 1_250_000, outputMicroUsd: 10_000_000 };
  const fees = { feesMicroUsd: { webSearches: 4_500_000, requests: 0 }, tierFactors: { priority: 1.75 } };
  const saved = async () => (await api('/api/admin/models/gpt-5')).body.price;
  assert.deepEqual(await saved(), { ...tokens, ...fees });

  await page.getByRole('cell', { name: 'gpt-5', exact: true }).click();
  await typed('Web searches').waitFor();
  assert.deepEqual(
    [
      await typed('Web searches').inputValue(),
      await typed('File searches').inputValue(),
      await typed('Flex').inputValue(),
    ],
    ['US$ 4.5', '', ''],
  );
  await drawer.getByRole('switch', { name: 'Fees and tiers of its own' }).click();
  await drawer.getByRole('button', { name: 'Save' }).click();
  await drawer.waitFor({ state: 'detached' });
  assert.deepEqual(await saved(), tokens);
});

test('a viewer may look at plans, departments and prices, and is offered no change', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  for (const dark of [false, true]) {
    const { page } = await console.signIn('viewer', '/plans', { dark });
    await page.getByRole('heading', { name: 'Enterprise' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'New plan' }).count(), 0);
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Basic' }).click();
    await page.getByRole('dialog').getByLabel('Name').waitFor();
    assert.equal(await page.getByRole('dialog').getByRole('button', { name: 'Save' }).count(), 0);
    await assertAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Departments & team' }).click();
    await page.getByText('The whole team').waitFor();
    await assertAccessible(page);
    await page.getByRole('tab', { name: 'Models & prices' }).click();
    await page.getByRole('cell', { name: 'solaris-echo' }).waitFor();
    await assertAccessible(page);
  }
});
