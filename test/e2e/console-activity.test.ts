import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq } from 'drizzle-orm';
import { assertAccessible } from '../support/accessible.ts';
import { openConsole } from '../support/console.ts';

test('the audit log is read, filtered by its address, verified, and taken along', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { api } = console;
  await api('/api/admin/plans', { body: { id: 'interns', reason: 'for the summer' } });
  const { page } = await console.signIn('admin', '/activity?action=plan');
  const row = page.getByRole('row', { name: /Plan created/ });
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
    page.getByRole('menuitem', { name: /XLSX/ }).click(),
  ]);
  assert.match(file.suggestedFilename(), /audit.*\.xlsx$/);
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
    const { page } = await console.signIn('admin', '/activity?part=usage', { dark });
    await page.getByRole('row', { name: /solaris-echo/ }).click();
    await page.getByRole('dialog').getByText('Charged').waitFor();
    await assertAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Refused' }).click();
    await page.getByRole('row').nth(1).waitFor();
    await assertAccessible(page);
    // Why is said in words, and Enter opens the row that `j` stands on.
    await page.getByText('Unknown model').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('model_not_found').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Outbox' }).click();
    await page.getByRole('table').or(page.getByText('No mails yet')).waitFor();
    await assertAccessible(page);
  }
});

test('jobs are followed to their end, and a mail that was given up is sent again', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { api, context } = console;
  const { page } = await console.signIn('admin', '/activity?part=jobs');
  await page.getByText('Nothing has run yet').waitFor();
  const job = await api('/api/admin/verify', { method: 'POST' });
  assert.equal(job.status < 300, true, JSON.stringify(job.body));
  await page
    .getByRole('row', { name: /Check of the books/ })
    .getByText('done')
    .waitFor();
  await page.getByRole('row', { name: /Check of the books/ }).click();
  await page.getByRole('dialog').getByText('An operator').waitFor();
  await assertAccessible(page);
  await page.keyboard.press('Escape');

  // What is long is exported behind the requests, and found here by whoever comes back.
  const requests = /admin\/usage\?/;
  await page.route(requests, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), total: 10_000, totalIsMore: true } });
  });
  await page.getByRole('tab', { name: 'Requests' }).click();
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByText('more than 10,000 rows · It is made in the background.').waitFor();
  await page.getByRole('menuitem', { name: 'Export as CSV' }).click();
  await page.getByRole('button', { name: 'Show the job' }).click();
  await page.unroute(requests);
  const waiting = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('button', { name: 'Download the file' }).click();
  assert.match((await waiting).suggestedFilename(), /^ia-solaris-records-.*\.csv$/);
  await assertAccessible(page);
  await page.keyboard.press('Escape');

  const { id } = (await api('/api/admin/users', { body: { email: 'ana@example.com' } })).body;
  const { mailId } = (await api(`/api/admin/users/${id}/message`, { body: { subject: 'Hello', body: 'A word.' } }))
    .body;
  const { outbox } = context.db.tables;
  await context.db.update(outbox).set({ status: 'dead', lastError: 'mailbox full' }).where(eq(outbox.id, mailId));
  await page.getByRole('tab', { name: 'Outbox' }).click();
  await page.getByRole('row', { name: /Message of an administrator.*mailbox full/ }).click();
  await page.getByRole('dialog').getByText('A word.').waitFor();
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Send again' }).click();
  await page.getByText('It goes out as soon as it can.').waitFor();
  assert.equal((await api(`/api/admin/outbox/${mailId}`)).body.status, 'waiting');

  await page.keyboard.press('Escape');
  await page.getByRole('row', { name: /Message of an administrator/ }).waitFor();
  await context.db
    .update(outbox)
    .set({ status: 'sent', sentAt: Date.now(), lastError: null })
    .where(eq(outbox.id, mailId));
  await context.events.emit({ kind: 'outbox_changed' });
  await page.getByRole('row', { name: /Message of an administrator.*sent/ }).waitFor();
});
