import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, openConsole } from '../support/console.ts';

test('the audit log is read, filtered by its address, verified, and taken along', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { api } = console;
  await api('/api/admin/plans', { body: { id: 'interns', reason: 'for the summer' } });
  const page = await console.signIn('admin', '/activity?action=plan');
  const row = page.getByRole('row', { name: /Plan made/ });
  await row.waitFor();
  assert.equal(await page.getByText('Signed in').count(), 0);
  await row.click();
  const drawer = page.getByRole('dialog');
  await drawer.getByText('for the summer').first().waitFor();
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'Check the chain' }).click();
  await page.getByText(/^The record is whole/).waitFor();
  const { head } = (await api('/api/admin/audit/verify')).body;
  await page.getByText(head.hash).waitFor();

  await page.getByRole('button', { name: 'Export' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'JSON' }).click(),
  ]);
  assert.match(file.suggestedFilename(), /\.json$/);
});

test('requests, refusals and mails are listed with their details, light and dark', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { url, serviceKey } = console;
  const chat = (model: string) =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${serviceKey}`,
        'x-user-email': 'ana@example.com',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }),
    });
  assert.equal((await chat('solaris-echo')).status, 200);
  assert.equal((await chat('nobody-has-this')).status >= 400, true);
  for (const dark of [false, true]) {
    const page = await console.signIn('admin', '/activity?part=usage', { dark });
    await page.getByRole('row', { name: /solaris-echo/ }).click();
    await page.getByRole('dialog').getByText('Charged').waitFor();
    await assertAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Refused' }).click();
    await page.getByRole('row').nth(1).waitFor();
    await assertAccessible(page);
    await page.getByRole('tab', { name: 'Outbox' }).click();
    await page.getByRole('table').or(page.getByText('No mails yet')).waitFor();
    await assertAccessible(page);
  }
});
