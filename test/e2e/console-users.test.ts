import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, openConsole } from '../support/console.ts';

test('a file of users is looked at, mended where a line is wrong, and imported as a whole', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { api } = console;
  const page = await console.signIn('admin', '/users');
  await page.getByRole('button', { name: 'Import' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByText('Choose a file or paste a table.').waitFor();
  const table = dialog.getByRole('textbox', { name: 'Or paste the table' });
  await table.fill('email,plan\nana@example.com,gold\nbob@example.com,pro\n');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByText('There is no such plan.').waitFor();
  await assertAccessible(page);
  assert.equal(await dialog.getByRole('button', { name: 'Import' }).isDisabled(), true);
  assert.equal((await api('/api/admin/users')).body.total, 0);

  const file = { name: 'team.csv', mimeType: 'text/csv' };
  // As Excel of a Brazilian Windows saves it: semicolons, and a code page of its own.
  const buffer = Buffer.from('email;nome;plano\r\nana@example.com;Ana Conceição;pro\r\n', 'latin1');
  await dialog.locator('input[type=file]').setInputFiles({ ...file, buffer });
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByText('1 new, 0 changed, 0 as they are.').waitFor();
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('new team');
  await dialog.getByRole('button', { name: 'Import' }).click();
  await page.getByText('1 user imported.').waitFor();
  await page.getByRole('cell', { name: /^Ana Conceição ana/ }).waitFor();
});

test('a view is kept for the operator alone, and everything about a user is in the drawer', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { api } = console;
  const { id } = (await api('/api/admin/users', { body: { email: 'ana@example.com', plan: 'pro' } })).body;
  await api('/api/admin/users', { body: { email: 'bob@example.com' } });
  const page = await console.signIn('admin', '/users?plan=pro');
  await page.getByRole('button', { name: 'Keep this view' }).click();
  await page.getByRole('textbox', { name: 'Name of the view' }).fill('Power users');
  await page.keyboard.press('Enter');
  await page.getByText('The view “Power users” is kept.').waitFor();
  await page.getByText('Everybody', { exact: true }).click();
  await page.getByText('2 users', { exact: true }).waitFor();
  await page.getByText('Power users', { exact: true }).click();
  await page.getByText('1 user', { exact: true }).waitFor();
  const other = await console.signIn('admin', '/users');
  await other.getByText('2 users', { exact: true }).waitFor();
  assert.equal(await other.getByText('Power users', { exact: true }).count(), 0);

  await page.getByRole('cell', { name: /^ana ana@/ }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('tab').first().waitFor();
  for (const tab of await drawer.getByRole('tab').all()) {
    await tab.click();
    await drawer.getByRole('tabpanel').waitFor();
    await assertAccessible(page);
  }
  // The history is in people's words.
  await drawer.getByText('User made').waitFor();
  await drawer.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Write an e-mail' }).click();
  const letter = page.getByRole('dialog', { name: 'Write an e-mail' });
  await letter.getByRole('textbox', { name: 'Subject' }).fill('Your plan');
  await letter.getByRole('button', { name: 'Send' }).click();
  await letter.getByText('Write a few words.').waitFor();
  await letter.getByRole('textbox', { name: 'Text' }).fill('You are on pro now.');
  await letter.getByRole('button', { name: 'Send' }).click();
  await page.getByText('The e-mail to ana is in the outbox.').waitFor();
  const { items } = (await api(`/api/admin/outbox?user=${id}&kind=message`)).body;
  assert.equal(items.length, 1);
});
