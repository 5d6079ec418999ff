/** Forms that take a file: which they refuse before it is sent and after, at the file, with the way on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page, Route } from 'playwright-core';
import { type ConsoleKit, openConsole } from '../support/console.ts';
import { FAILURES } from './failures.ts';

const file = (name: string, content: string | Buffer) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(content as string),
});
const choose = (page: Page, chosen: ReturnType<typeof file>) =>
  page.locator('input[type=file]').last().setInputFiles(chosen);

/** Wherever the button is by then: what was told before goes away. */
async function pressTwice(button: Locator): Promise<void> {
  await button.evaluate((element) => {
    (element as HTMLElement).click();
    (element as HTMLElement).click();
  });
}

/** Lets calls of a path fail, each in another way. @returns how many there were */
async function failing(page: Page, path: RegExp, send: (says: readonly string[]) => Promise<void>): Promise<number> {
  let calls = 0;
  for (const { status, says } of FAILURES) {
    const answer = async (route: Route) => {
      calls++;
      const json = { error: { code: 'test_code', message: 'A sentence of the gateway.' } };
      await (status === 0 ? route.abort() : route.fulfill({ status, headers: { 'retry-after': '7' }, json }));
    };
    await page.route(path, answer);
    await send(says);
    await page.unroute(path, answer);
  }
  return calls;
}

test('decisions that come back as a file: each wrong file is refused at the file, whatever fails keeps it', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  for (const locale of ['en', 'pt-BR'] as const) await assertDecisions(kit, locale);
});

async function assertDecisions(kit: ConsoleKit, locale: 'en' | 'pt-BR'): Promise<void> {
  const inEnglish = locale === 'en';
  const { page } = await kit.signIn('approver', '/requests', { locale });
  await page.getByRole('button', { name: inEnglish ? 'Offline approval' : 'Aprovação offline' }).press('Enter');
  await page.getByRole('menuitem', { name: inEnglish ? 'Import decisions' : 'Importar decisões' }).press('Enter');
  const dialog = page.getByRole('dialog');
  const submit = dialog.locator('button[type=submit]');
  const input = dialog.locator('[data-path=file]');
  const said = async (words: string) => {
    await dialog.locator('.mantine-InputWrapper-error').getByText(words).waitFor();
    const isFocused = await input.evaluate((element) => element === document.activeElement);
    assert.deepEqual([isFocused, await input.getAttribute('aria-invalid')], [true, 'true'], words);
  };
  await submit.click();
  await said(inEnglish ? 'Choose the file that the approver sent back.' : 'Escolha o arquivo');
  const noPacket = inEnglish ? 'This is no file of IA Solaris.' : 'Este não é um arquivo do IA Solaris.';
  for (const content of ['', 'no JSON', '{"a":1}', Buffer.from([0x89, 0x50, 0x4e, 0x47])]) {
    await choose(page, file('photo.png', content));
    await submit.click();
    await said(noPacket);
  }
  await choose(page, file('film.mp4', Buffer.alloc(20_000_001)));
  await submit.click();
  await said(inEnglish ? 'The file is too large to hold decisions.' : 'grande demais');
  if (!inEnglish) return;

  await choose(page, file('decisions.solaris', '{"a":1}'));
  const calls = await failing(page, /packets\/import/, async (says) => {
    await pressTwice(submit);
    for (const words of says) await dialog.getByRole('alert').filter({ hasText: words }).waitFor();
    await dialog.getByText('decisions.solaris').waitFor();
  });
  assert.equal(calls, FAILURES.length, 'pressed twice it is sent once');
  await submit.click();
  await said(noPacket);
}

test('a backup from elsewhere: what is none is not even sent, one that ends early is refused, and the same can be tried again', async (t) => {
  const kit = await openConsole(t, { engine: 'sqlite' });
  if (!kit) return;
  const { page } = await kit.signIn('owner', '/settings?section=backups');
  const bring = page.getByRole('button', { name: 'Bring a backup …' });
  await bring.waitFor();
  const sent: string[] = [];
  page.on('request', (request) => request.url().includes('/upload') && sent.push(request.url()));
  const said = async (name: string, words: string) => {
    const alert = page.getByRole('alert').filter({ hasText: `“${name}” was not brought` });
    await alert.getByText(words).waitFor();
  };
  for (const content of ['', 'hello', 'SQLite format 3\0', Buffer.alloc(100)]) {
    await choose(page, file('photo.png', content));
    await said('photo.png', 'The file is not a backup of IA Solaris.');
  }
  assert.deepEqual(sent, [], 'gigabytes of something else are not sent');

  const short = file('short.solaris-backup', 'IASOLARIS BACKUP 1\nthe rest is missing');
  const calls = await failing(page, /backups\/upload/, async (says) => {
    await choose(page, short);
    for (const words of says) await said(short.name, words);
  });
  assert.equal(calls, FAILURES.length, 'the same file is sent each time it is chosen');
  await choose(page, short);
  await said(short.name, 'The file ends too early');
  await choose(page, file('new.solaris-backup', 'IASOLARIS BACKUP 9\nwritten by a later version'));
  await said('new.solaris-backup', 'A newer version of IA Solaris made it.');
  assert.equal((await kit.api('/api/admin/backups')).body.items.length, 0, 'nothing of it is kept');
});

test('a table of users: a workbook or a film is no table, what was pasted stays, and what may pass keeps the preview', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const { page } = await kit.signIn('admin', '/users');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const dialog = page.getByRole('dialog');
  const table = dialog.locator('textarea[data-path=csv]');
  await table.fill('email\nana@example.com\n');
  for (const [name, content, words] of [
    ['people.xlsx', Buffer.from('PK\u0003\u0004\0\0\0'), 'This is not a table as text.'],
    ['film.mp4', Buffer.alloc(4_000_001), 'The file is too large.'],
    ['long.csv', 'x'.repeat(1_000_001), 'The file is too large.'],
  ] as const) {
    await choose(page, file(name, content));
    await dialog.locator('.mantine-InputWrapper-error').getByText(words).waitFor();
    assert.equal(await table.inputValue(), 'email\nana@example.com\n', name);
  }
  await choose(page, file('people.csv', 'email,name\nbob@example.com,Bob\n'));
  await page.waitForFunction(() => document.querySelector('textarea')?.value.includes('bob@example.com'));
  assert.equal(await dialog.locator('.mantine-InputWrapper-error').count(), 0);
  await dialog.locator('button[type=submit]').click();
  const reason = dialog.getByLabel('Reason');
  await reason.fill('They begin on Monday.');
  const calls = await failing(page, /users\/import/, async (says) => {
    // That is looked at anew.
    if (says[0] === 'Somebody else was faster.') return;
    await pressTwice(dialog.locator('button[type=submit]'));
    for (const words of says) await dialog.getByRole('alert').filter({ hasText: words }).waitFor();
    assert.equal(await reason.inputValue(), 'They begin on Monday.');
  });
  assert.equal(calls, FAILURES.length - 1);
  await pressTwice(dialog.locator('button[type=submit]'));
  await dialog.waitFor({ state: 'detached' });
  assert.equal((await kit.api('/api/admin/users?search=bob')).body.total, 1);
});
