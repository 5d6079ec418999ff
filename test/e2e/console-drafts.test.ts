/** Nothing typed is lost: not when the page is loaded again, not when a dialog closes; and no secret is ever kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { openConsole } from '../support/console.ts';

const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const BACK = 'What you had typed here is back.';

test('a form that is loaded again holds what was typed, without secrets, until it is sent or discarded', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const { page } = await kit.signIn('owner', '/settings?section=upstreams&open=%2B');
  await field(page, 'Name').fill('Spare provider');
  await page.getByLabel('API key').fill('sk-never-kept');
  await page.reload();
  await page.getByText(BACK).waitFor();
  assert.equal(await field(page, 'Name').inputValue(), 'Spare provider');
  assert.equal(await page.getByLabel('API key').inputValue(), '');
  const kept = await page.evaluate(() => JSON.stringify([window.localStorage, window.sessionStorage]));
  assert.match(kept, /Spare provider/);
  assert.doesNotMatch(kept, /sk-never-kept/);
  await page.getByRole('status').getByRole('button', { name: 'Discard' }).click();
  assert.equal(await field(page, 'Name').inputValue(), '');
  await page.reload();
  await field(page, 'Name').waitFor();
  assert.equal(await page.getByText(BACK).count(), 0);

  await page.goto(`${kit.url}/admin/settings?section=general`);
  await page.getByRole('combobox', { name: 'Time zone of the month', exact: true }).fill('America/Sao_Paulo');
  await page.reload();
  await page.getByText('1 change, not saved').waitFor();
  assert.equal(
    await page.getByRole('combobox', { name: 'Time zone of the month', exact: true }).inputValue(),
    'America/Sao_Paulo',
  );
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  await page.reload();
  await page.getByRole('combobox', { name: 'Time zone of the month', exact: true }).waitFor();
  assert.equal(await page.getByText('1 change, not saved').count(), 0);
});

test('a dialog that is opened again holds what was typed; somebody else does not see it, and what was sent is gone', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana] = await kit.users(['Ana Lima']);
  const { page } = await kit.signIn('admin', `/users?user=${ana}`);
  const open = async () => {
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Grant or take credits' }).click();
    await page.getByRole('textbox', { name: 'Tokens' }).waitFor();
  };
  await open();
  await page.getByRole('textbox', { name: 'Tokens' }).fill('12345');
  await page.getByLabel('Reason').fill('A long month.');
  await page.reload();
  await open();
  await page.getByText(BACK).waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'Tokens' }).inputValue(), '12,345');
  assert.equal(await page.getByLabel('Reason').inputValue(), 'A long month.');
  await page.getByRole('button', { name: 'Grant 12.3 K tokens' }).click();
  await page.getByText('+12,345 tokens for Ana Lima. Credits now: 12,345.').waitFor();
  await open();
  assert.equal(await page.getByLabel('Reason').inputValue(), '');
  await page.getByLabel('Reason').fill('Not for others.');

  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Your menu' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.locator('input[type=email]').waitFor();
  assert.doesNotMatch(
    await page.evaluate(() => window.localStorage.getItem('solaris.drafts') ?? ''),
    /Not for others/,
    'whoever signs out leaves nothing',
  );
});

test('the limit of the first plan in the set-up and the name of a view are back after a reload', async (t) => {
  const kit = await openConsole(t, { env: { SETUP_FINISHED: 'false' } });
  if (!kit) return;
  await kit.users(['Ana Lima']);
  const { page } = await kit.signIn('owner', '/setup?step=plan');
  const form = page.locator('form').filter({ hasText: 'Tokens a month' });
  const limit = form.getByRole('textbox');
  const save = form.getByRole('button', { name: 'Save' });
  await form.getByText('A number').click();
  await limit.fill('250000');
  await page.reload();
  await form.getByText(BACK).waitFor();
  assert.match(await limit.inputValue(), /^250,000\b/);
  await save.click();
  await page.getByText('Saved.').waitFor();
  assert.equal((await kit.api('/api/admin/plans/basic')).body.monthlyLimit, 250_000);
  await page.reload();
  await limit.waitFor();
  assert.equal(await page.getByText(BACK).count(), 0);
  assert.equal(await save.isDisabled(), true, 'what was saved is no draft');

  await page.goto(`${kit.url}/admin/users?search=ana`);
  const keep = page.getByRole('button', { name: 'Keep this view' });
  const name = field(page, 'Name of the view');
  await keep.click();
  await name.fill('All Anas');
  await page.reload();
  await keep.click();
  await page.getByText(BACK).waitFor();
  assert.equal(await name.inputValue(), 'All Anas');
  await page.route(/admin\/views$/, (route) => route.abort(), { times: 1 });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click();
  // Behind its chip.
  await page.getByRole('radio', { name: 'All Anas' }).waitFor({ state: 'attached' });
});
