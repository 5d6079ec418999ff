import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../support/accessible.ts';
import { openConsole, shownSecret } from '../support/console.ts';

test('a setting of the environment is locked and says by what; another is changed, refused, and taken back', async (t) => {
  const console = await openConsole(t, { env: { OUTPUT_CAP: '4096' } });
  if (!console) return;
  const { api } = console;
  const { page } = await console.signIn('admin', '/settings?section=policy');
  const cap = page.getByRole('textbox', { name: 'Longest answer without a limit' });
  await cap.waitFor();
  assert.equal(await cap.isDisabled(), true);
  await page.getByText('Set by the environment variable OUTPUT_CAP').waitFor();

  const perHour = page.getByRole('textbox', { name: 'New users an hour, for each key' });
  await perHour.fill('0');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('.mantine-InputWrapper-error', { hasText: 'At least 1.' }).waitFor();
  assert.equal(await perHour.inputValue(), '0');
  await perHour.fill('7');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Set here').waitFor();
  const stored = async () => {
    const { items } = (await api('/api/admin/settings')).body;
    return items.find(({ key }: { key: string }) => key === 'policy.newUsersPerHour').value;
  };
  assert.equal(await stored(), 7);
  await page.getByRole('button', { name: 'Back to the default' }).click();
  await page.getByText('The default applies again.').waitFor();
  assert.equal(await stored(), 60);
});

test('maintenance begins with words, an end and a mail to users, shows that it lasts, and ends', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { api, context, gateway } = console;
  await api('/api/admin/users', { body: { email: 'ana@example.com' } });
  const { page } = await console.signIn('admin', '/settings?section=general');
  await page.getByRole('button', { name: 'Begin maintenance …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Begin maintenance' });
  await dialog.getByRole('textbox', { name: 'What people read' }).fill('New {disks}.');
  await dialog.getByRole('textbox', { name: 'Expected end' }).fill('2020-01-01T10:00');
  const tell = dialog.getByRole('checkbox', { name: 'Tell 1 active user by mail' });
  assert.equal(await tell.isChecked(), false, 'nobody is written to unless somebody wants it');
  await dialog.getByRole('button', { name: 'Begin now' }).click();
  await dialog.getByText('That has passed already.').waitFor();
  await dialog.getByText('Write it without braces').waitFor();
  assert.equal(context.settings.current().maintenance.on, false);

  await dialog.getByRole('textbox', { name: 'What people read' }).fill('New disks.');
  await dialog.getByRole('textbox', { name: 'Expected end' }).fill('2099-01-01T10:00');
  await tell.check();
  await assertAccessible(page);
  await dialog.getByRole('button', { name: 'Begin now' }).click();
  await page.getByText('on: requests are refused').waitFor();
  await page.getByText('People read: “New disks.”').waitFor();
  await gateway.background.maintenance.look();
  const kinds = async () =>
    (await api('/api/admin/outbox?sort=createdAt')).body.items
      .map(({ kind }: { kind: string }) => kind)
      .filter((kind: string) => /^maintenance_(notice|over)$/.test(kind));
  assert.deepEqual(await kinds(), ['maintenance_notice']);

  await page.getByRole('button', { name: 'End maintenance' }).click();
  await page.getByRole('dialog').getByText('the users who were told of it').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'End maintenance' }).click();
  await page.getByText('Maintenance is over. Requests pass again.').waitFor();
  await gateway.background.maintenance.look();
  assert.equal(context.settings.current().maintenance.on, false);
});

test('a key is made, shown once with what LibreChat needs, and meters a request', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { api, url } = console;
  const { page } = await console.signIn('admin', '/settings?section=keys');
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('chat of the team');
  await page.getByRole('button', { name: 'Make the key' }).click();
  const secret = await shownSecret(page);
  await page.getByText(`baseURL: "${url}/v1"`).waitFor();
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('heading', { name: 'chat of the team' }).waitFor();
  assert.equal(await page.getByText(secret).count(), 0);

  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${secret}`,
      'x-user-email': 'ana@example.com',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ model: 'solaris-echo', messages: [{ role: 'user', content: 'hi' }] }),
  });
  assert.equal(answer.status, 200);
  const [ana] = (await api('/api/admin/users?search=ana')).body.items;
  assert.equal(ana.used > 0, true);

  await api('/api/admin/keys', { body: { kind: 'personal', name: 'laptop', userId: ana.id } });
  await page.reload();
  await page.getByRole('heading', { name: 'laptop' }).waitFor();
  await page.getByRole('button', { name: 'Your menu', exact: true }).waitFor();
  await page.getByRole('main').getByRole('link', { name: 'ana', exact: true }).click();
  await page.getByRole('dialog').getByText('ana@example.com').first().waitFor();
});

test('a viewer sees only their own sections of the settings', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { page } = await console.signIn('viewer', '/settings');
  const names = page.getByRole('navigation', { name: 'Parts of the settings' }).getByRole('button');
  await names.first().waitFor();
  assert.deepEqual(await names.allTextContents(), ['Your account', 'Appearance', 'About']);
});

test('a covered key is copied whole, and shown where the browser gives no clipboard', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { page } = await console.signIn('admin', '/settings?section=keys');
  await page.evaluate(() => {
    const clipboard = { text: '', isGiven: true };
    Object.assign(window, { clipboard });
    navigator.clipboard.writeText = async (text) => {
      if (!clipboard.isGiven) throw new DOMException('Write permission denied.', 'NotAllowedError');
      clipboard.text = text;
    };
  });
  const copied = () => page.evaluate(() => (window as unknown as { clipboard: { text: string } }).clipboard.text);
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('chat of the team');
  await page.getByRole('button', { name: 'Make the key' }).click();
  const shown = page.getByTestId('secret').first();
  await page.getByRole('button', { name: 'Copy the key' }).click();
  await page.getByRole('status').or(page.locator('[aria-live=polite]')).getByText('Copied', { exact: true }).waitFor();
  const secret = await copied();
  assert.match(secret, /^sk-sol-[\w-]{20,}$/);
  assert.notEqual(await shown.textContent(), secret, 'a copy uncovers nothing');

  await page.evaluate(() => {
    (window as unknown as { clipboard: { isGiven: boolean } }).clipboard.isGiven = false;
  });
  await page.getByRole('button', { name: 'Copy the key' }).click();
  await page.getByText('Could not copy. Select the text and copy it.').first().waitFor();
  assert.equal(await shown.textContent(), secret);
});
