import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../support/accessible.ts';
import { openConsole } from '../support/console.ts';

test('a file of users is looked at, mended where a line is wrong, and imported as a whole', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { api } = console;
  const { page } = await console.signIn('admin', '/users');
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
  const { page } = await console.signIn('admin', '/users?plan=pro');
  await page.getByRole('button', { name: 'Keep this view' }).click();
  await page.getByRole('textbox', { name: 'Name of the view' }).fill('Power users');
  await page.keyboard.press('Enter');
  await page.getByText('The view “Power users” is kept.').waitFor();
  await page.getByText('Everybody', { exact: true }).click();
  await page.getByText('2 users', { exact: true }).waitFor();
  await page.getByText('Power users', { exact: true }).click();
  await page.getByText('1 user', { exact: true }).waitFor();
  const { page: other } = await console.signIn('admin', '/users');
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
  await drawer.getByText('User created').waitFor();
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

test('the drawer walks the list by arrow keys, opens as a page, gives the focus back, and needs no mouse and no letters', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  for (const name of ['Ana', 'Bob', 'Cai']) {
    await console.api('/api/admin/users', { body: { email: `${name.toLowerCase()}@example.com`, name } });
  }
  const { page } = await console.signIn('admin', '/users?sort=name', { timezoneId: 'America/Sao_Paulo' });
  await page.getByText('3 users', { exact: true }).waitFor();
  // The first stop leads past the navigation.
  await page.locator('body').press('Tab');
  await page.getByRole('link', { name: 'Skip to the content' }).press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'content');
  assert.equal(await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort'), 'ascending');

  const opener = (name: string) => page.getByRole('row').filter({ hasText: name }).getByRole('button');
  const heading = (name: string) => page.getByRole('dialog').getByRole('heading', { name: new RegExp(`^${name}`) });
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  // The focus goes along.
  await opener('Bob').and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Enter');
  await heading('Bob').waitFor();
  await page.keyboard.press('ArrowRight');
  await heading('Cai').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await heading('Bob').waitFor();
  await page.keyboard.press('ArrowLeft');
  await heading('Ana').waitFor();
  // Tabs move by the arrows themselves.
  await page.getByRole('tab', { name: 'Summary' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('tab', { name: 'Use', selected: true }).waitFor();
  await heading('Ana').waitFor();
  // Each Escape closes what is on top, and only that.
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Block' }).click();
  const question = page.getByRole('dialog', { name: 'Block', exact: true });
  await question.waitFor();
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'detached' });
  assert.equal(await heading('Ana').isVisible(), true);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await opener('Bob').and(page.locator(':focus')).waitFor();

  await page.getByRole('button', { name: 'Your menu' }).click();
  await page.getByRole('switch', { name: 'Use single-key shortcuts' }).press('Space');
  await page.keyboard.press('Escape');
  await opener('Cai').focus();
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await heading('Cai').waitFor();
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByRole('link', { name: 'Open as a page' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.getByRole('main').getByRole('heading', { name: /^Cai/ }).waitFor();
  await assertAccessible(page);
  await page.reload();
  await page.getByRole('main').getByText('User created').waitFor();

  // Moments are told by one's own clock, or by UTC.
  const when = page
    .getByRole('main')
    .getByText(/ago$|^now$/)
    .first();
  await when.hover();
  await page
    .getByRole('tooltip')
    .filter({ hasText: /GMT-3$/ })
    .waitFor();
  await page.getByRole('button', { name: 'Your menu' }).click();
  await page.getByRole('radiogroup', { name: 'Times of day' }).getByText('UTC').click();
  await page.keyboard.press('Escape');
  await when.hover();
  await page.getByRole('tooltip').filter({ hasText: /UTC$/ }).waitFor();

  // The theme follows the system, in every window, until one is chosen, in every window.
  const second = await page.context().newPage();
  await second.goto(page.url());
  await second.getByRole('main').getByText('User created').waitFor();
  const themes = async (expected: string) => {
    for (const one of [page, second])
      await one.locator(`html[data-mantine-color-scheme=${expected}]`).waitFor({ state: 'attached' });
  };
  for (const scheme of ['dark', 'light'] as const) {
    for (const one of [page, second]) await one.emulateMedia({ colorScheme: scheme });
    await themes(scheme);
  }
  await page.getByRole('button', { name: 'Your menu' }).click();
  await page.getByRole('radiogroup', { name: 'Theme' }).getByText('Dark').click();
  await themes('dark');

  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'To the list of users' }).click();
  await page.getByText('3 users', { exact: true }).waitFor();

  // Who is new is announced, and does not push aside what one looks at.
  await console.api('/api/admin/users', { body: { email: 'abe@example.com', name: 'Abe' } });
  const fresh = page.getByRole('status').getByRole('button', { name: '1 new' });
  await fresh.waitFor();
  assert.equal(await page.locator('tbody tr').count(), 3);
  assert.equal(await page.getByText('Abe', { exact: true }).count(), 0);
  await fresh.click();
  await page.getByText('Abe', { exact: true }).waitFor();
  assert.equal(await page.locator('tbody tr').count(), 4);
});

test('a view that is shared shows at once in another open console, opens the same there, and goes as it came', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { api } = console;
  await api('/api/admin/users', { body: { email: 'ana@example.com', plan: 'pro' } });
  await api('/api/admin/users', { body: { email: 'bob@example.com' } });
  const { page: other } = await console.signIn('viewer', '/users');
  await other.getByText('2 users', { exact: true }).waitFor();
  const { page } = await console.signIn('admin', '/users?plan=pro');
  await page.getByRole('button', { name: 'Keep this view' }).click();
  await page.getByRole('textbox', { name: 'Name of the view' }).fill('Power users');
  await page.getByRole('switch', { name: 'For everybody who signs in' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('The view “Power users” is kept.').waitFor();

  await other.getByTitle('Everybody who signs in has it, from admin2@example.com').waitFor();
  await other.getByText('Power users', { exact: true }).click();
  await other.getByText('1 user', { exact: true }).waitFor();
  assert.equal(new URL(other.url()).search, new URL(page.url()).search, 'one link for both');
  await assertAccessible(other);
  await other.goto(page.url());
  await other.getByText('1 user', { exact: true }).waitFor();
  const chosen = other.getByRole('radio', { name: 'Power users', checked: true });
  // The chip covers it: the link says which view it is.
  await chosen.waitFor({ state: 'attached' });
  assert.equal(await other.getByRole('button', { name: /the view “Power users”/ }).count(), 0, 'not theirs to change');
  await other.goto(`${console.url}/admin/users?plan=free`);
  await other.getByRole('button', { name: 'Keep this view' }).click();
  await other.getByRole('textbox', { name: 'Name of the view' }).waitFor();
  assert.equal(await other.getByRole('switch').count(), 0, 'viewers keep views for themselves');

  const { page: second } = await console.signIn('admin', '/users?plan=free');
  await second.getByRole('button', { name: 'Keep this view' }).click();
  await second.getByRole('textbox', { name: 'Name of the view' }).fill('Power users');
  await second.getByRole('switch', { name: 'For everybody who signs in' }).click();
  await second.getByRole('button', { name: 'Save', exact: true }).click();
  await second.getByText('There is a view “Power users” already.').waitFor();

  await page.getByRole('button', { name: 'Change the view “Power users”' }).click();
  await page.getByRole('textbox', { name: 'Name of the view' }).fill('Professionals');
  await page.keyboard.press('Enter');
  await other.getByText('Professionals', { exact: true }).waitFor();
  await second.goto(page.url());
  await second.getByRole('button', { name: 'Remove the view “Professionals”' }).click();
  await other.getByText('Professionals', { exact: true }).waitFor({ state: 'detached' });
  await second.getByRole('button', { name: 'Undo' }).click();
  await other.getByTitle('Everybody who signs in has it, from admin2@example.com').waitFor();
  assert.equal(await other.getByTitle(/from admin3/).count(), 0, 'taking back makes nobody an author');
});
