import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { openConsole } from '../support/console.ts';
import { startSmtp } from '../support/smtp.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
/** Settings that were sent are stored when they are no draft any more. */
const saved = (page: Page) => page.getByRole('status').filter({ hasText: 'not saved' }).waitFor({ state: 'detached' });

test('the upstream form says which field is wrong, before and after the gateway, and keeps what was typed', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { api } = console;
  const { page } = await console.signIn('admin', '/settings?section=upstreams&open=%2B');
  await field(page, 'Base URL').fill('api.example.com');
  await field(page, 'Connect').or(field(page, 'To connect')).fill('0.01');
  await field(page, 'Certificate of its authority').fill('not a certificate');
  await button(page, 'Save and test').click();
  await page.getByText('Enter a URL that starts with http:// or https://.').waitFor();
  await page.getByText('From 0.1 to 3,600 seconds.').waitFor();
  await page.getByText('Enter it whole, from -----BEGIN CERTIFICATE-----').waitFor();

  await field(page, 'To connect').fill('2.5');
  await field(page, 'Base URL').fill('https://api.example.com/v1/models');
  await field(page, 'Certificate of its authority').fill(
    '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----',
  );
  await button(page, 'Save and test').click();
  await page.locator('[role=dialog] .mantine-InputWrapper-error').first().waitFor();
  assert.equal(await field(page, 'To connect').inputValue(), '2.5 s');
  assert.equal((await api('/api/admin/upstreams')).body.total, 0);

  await field(page, 'Base URL').fill('http://127.0.0.1:9/v1');
  await field(page, 'Certificate of its authority').fill('');
  await button(page, 'Save and test').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const [made] = (await api('/api/admin/upstreams')).body.items;
  assert.deepEqual([made.timeouts, made.caCertificate], [{ connectMs: 2_500 }, null]);
});

test('what fails has a state with a next step, and the draft stays: gone, no right, no network, taken', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { api, context } = console;
  const made = await api('/api/admin/upstreams', { body: { name: 'first', baseUrl: 'https://api.example.com/v1' } });
  const { page } = await console.signIn('admin', `/settings?section=upstreams&open=${made.body.id}`);
  await field(page, 'Name').fill('renamed');

  await page.context().setOffline(true);
  await button(page, 'Save and test').click();
  await page.getByRole('alert').getByText('The gateway does not answer.').waitFor();
  await page.context().setOffline(false);

  const [admin] = (await api('/api/admin/operators?search=admin1')).body.items;
  await context.db.update(context.db.tables.operators).set({ role: 'viewer' });
  await button(page, 'Save and test').click();
  await page.getByRole('alert').getByText('Your role does not allow this.').waitFor();
  await context.db.update(context.db.tables.operators).set({ role: 'owner' });
  assert.ok(admin);

  await context.db.delete(context.db.tables.upstreams);
  await button(page, 'Save and test').click();
  await page.getByRole('alert').getByText('It is not there any more.').waitFor();
  assert.equal(await field(page, 'Name').inputValue(), 'renamed');
});

test('the operators form refuses a short password and a taken address at their fields', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { page } = await console.signIn('owner', '/settings?section=operators&open=%2B');
  await field(page, 'E-mail').fill('owner1@example.com');
  await page.getByLabel('Password', { exact: false }).first().fill('short');
  await button(page, 'Save').click();
  await page.locator('.mantine-InputWrapper-error').first().waitFor();
  await page.getByLabel('Password', { exact: false }).first().fill('long enough to pass');
  await button(page, 'Save').click();
  await page.locator('[role=alert], .mantine-InputWrapper-error').first().waitFor();
  assert.equal(await field(page, 'E-mail').inputValue(), 'owner1@example.com');
  await field(page, 'E-mail').fill('second@example.com');
  await button(page, 'Save').click();
  await page.getByRole('heading', { name: 'second@example.com' }).waitFor();
});

test('one-time codes: a wrong one is refused at its field, the right one turns them on, and signing in asks for it', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { page } = await console.signIn('admin', '/settings?section=account');
  await button(page, 'Turn on').click();
  await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
  const uri = (await page.getByRole('link', { name: 'Open it in an app on this device' }).getAttribute('href')) ?? '';
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  const panel = page.locator('form', { has: page.getByRole('img', { name: 'QR code for the authenticator app' }) });
  await panel.getByLabel('Present password').fill('correct horse battery');
  await panel.getByLabel('Code of the app').fill('12345');
  await panel.getByRole('button', { name: 'Turn on' }).click();
  await panel.locator('.mantine-InputWrapper-error').waitFor();
  await panel.getByLabel('Code of the app').fill('000000');
  await panel.getByRole('button', { name: 'Turn on' }).click();
  await panel.locator('.mantine-InputWrapper-error, [role=alert]').first().waitFor();
  await panel.getByLabel('Code of the app').fill(new TOTP({ secret: Secret.fromBase32(secret) }).generate());
  await panel.getByRole('button', { name: 'Turn on' }).click();
  await page.getByText('One-time codes are on.').waitFor();
  await page.getByRole('dialog').getByText('They are shown this once').waitFor();
  const { operators } = console.context.db.tables;
  const rows = await console.context.db.select().from(operators);
  assert.ok(rows.some(({ totpSecret }) => totpSecret !== null));
});

test('the mail form refuses what is no port, a failed test says why, and every mail can be seen before it is sent', async (t) => {
  const smtp = await startSmtp(t, { auth: { user: 'ia', pass: 'right' } });
  const console = await openConsole(t);
  if (!console) return;
  const { page } = await console.signIn('admin', '/settings?section=mail');
  await field(page, 'Host').fill('127.0.0.1');
  await field(page, 'Port').fill('99999');
  await field(page, 'Sender').fill('ia@example.com');
  await button(page, 'Save').click();
  await page.getByText('At most 65,535.').waitFor();
  assert.equal(await field(page, 'Host').inputValue(), '127.0.0.1');
  await field(page, 'Port').fill(String(smtp.port));
  await field(page, 'User').fill('ia');
  await field(page, 'Password').fill('wrong');
  await button(page, 'Save').click();
  await saved(page);
  await field(page, 'Send a test to').fill('ana@example.com');
  await button(page, 'Send a test').click();
  await page.getByText('The test was not sent').waitFor();
  // The field at fault says so itself, until something else is typed there.
  const password = page.locator('.mantine-PasswordInput-root', { has: field(page, 'Password') });
  await password.getByText('The mail server refuses user and password. Check both.').waitFor();
  await page.getByRole('alert').getByText('HTTP 502 mail_failed').waitFor();
  await field(page, 'Password').fill('right');
  await password.getByText('The mail server refuses').waitFor({ state: 'detached' });
  await button(page, 'Save').click();
  await saved(page);
  await button(page, 'Send a test').click();
  await page.getByText('The mail server has taken the test for ana@example.com.').waitFor();

  await page.frameLocator('iframe').locator('[data-s]').first().waitFor();
});

test('a backup is made and tried from the screen; a move names the field that is wrong, and why one failed', async (t) => {
  const console = await openConsole(t, { engine: 'sqlite' });
  if (!console) return;
  const { page } = await console.signIn('owner', '/settings?section=backups');
  await page.getByRole('heading', { name: 'No backup yet' }).waitFor();
  await button(page, 'Back up now').click();
  const backup = page.getByTestId('backup');
  await backup.getByText('●good', { exact: true }).waitFor();
  await backup.getByRole('button', { name: 'Test restore' }).click();
  await backup.getByText('The test restore was sound').waitFor();
  await backup.getByRole('button', { name: 'Restore …' }).click();
  const question = page.getByRole('dialog');
  assert.equal(await question.getByRole('button', { name: 'Restore …' }).isDisabled(), true);
  await question.getByRole('button', { name: 'Cancel' }).click();

  await page.goto(`${console.url}/admin/settings?section=data`);
  await button(page, 'Check now').click();
  await page.locator('[data-testid=job][data-status=done]').getByText('agrees').first().waitFor();
  const address = page.getByLabel('Address of an empty database');
  await address.fill('mysql://somewhere');
  await button(page, 'Move all data').click();
  await page.getByText('Enter an address such as postgres://').waitFor();
  assert.equal(await address.inputValue(), 'mysql://somewhere');
  await address.fill('postgres://ia:secret@127.0.0.1:1/none');
  await button(page, 'Move all data').click();
  await page.locator('[data-testid=job][data-status=failed]').waitFor();
  assert.equal((await console.api('/health')).status, 200);
});
