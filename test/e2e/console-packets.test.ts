/** Approving offline with the console: keys, export, and decisions that come back signed. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { runProgram } from '../../gateway/cli/program.ts';
import { assertAccessible } from '../support/accessible.ts';
import { temporaryDir } from '../support/build.ts';
import { openConsole } from '../support/console.ts';

/** Runs a command of the approver. @returns what it printed */
async function packets(...args: string[]): Promise<string> {
  const lines: string[] = [];
  const print = (text: string) => void lines.push(text);
  const code = await runProgram(['packets', ...args], {
    env: {},
    print,
    printError: print,
  });
  assert.equal(code, 0, lines.join('\n'));
  return lines.join('\n');
}

/** Opens the menu of the requests, and of it what is named. */
async function choose(page: Page, menu: string, item: string) {
  await page.getByRole('button', { name: menu }).press('Enter');
  await page.getByRole('menuitem', { name: item }).press('Enter');
  return page.getByRole('dialog');
}

async function assertFits(page: Page): Promise<void> {
  await assertAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForFunction(() => document.documentElement.scrollWidth <= window.innerWidth);
  await page.setViewportSize({ width: 1280, height: 900 });
}

test('requests leave the console, are decided and signed elsewhere, and grant once when they come back', async (t) => {
  const kit = await openConsole(t, { clock: { now: Date.now } });
  if (!kit) return;
  const { api } = kit;
  const away = temporaryDir(t);
  const file = (name: string) => join(away, name);
  const made = await packets('keygen', file('approver.key'));
  const publicKey = /Public key +(\S+)/.exec(made)?.[1] ?? '';
  const fingerprint = /Fingerprint +([0-9a-f ]+)$/m.exec(made)?.[1] ?? '';
  const ana = (
    await api('/api/admin/users', {
      body: { email: 'ana@example.com', reason: 'test' },
    })
  ).body.id;
  const { body: key } = await api('/api/admin/keys', {
    body: { kind: 'personal', name: 'script', userId: ana },
  });
  const entered = await api('/api/portal/enter', {
    headers: { authorization: '' },
    body: { key: key.secret },
  });
  const headers = { authorization: `Bearer ${entered.body.token}` };
  const wish = {
    amount: 500_000,
    justification: 'Release week',
    urgency: 'high',
  };
  assert.equal((await api('/api/tokens/purchase', { headers, body: wish })).status, 201);

  const { page: owner } = await kit.signIn('owner', '/settings?section=operators');
  await owner.getByRole('button', { name: 'Enrol a key' }).click();
  const drawer = owner.getByRole('dialog');
  const enrol = drawer.getByRole('button', { name: 'Enrol', exact: true });
  await drawer.getByRole('textbox', { name: 'Public key' }).fill(publicKey);
  await drawer.getByText(fingerprint).waitFor();
  await enrol.click();
  await drawer.getByText('Compare the fingerprint first.').waitFor();
  await drawer.getByRole('combobox', { name: 'Approver' }).click();
  await owner.getByRole('option', { name: 'owner1@example.com' }).click();
  await drawer.getByLabel('The approver reads out the same fingerprint').check();
  await assertFits(owner);
  await enrol.click();
  await drawer.waitFor({ state: 'detached' });
  await owner.getByText(fingerprint).waitFor();
  await assertFits(owner);

  const { page } = await kit.signIn('approver', '/requests');
  const exporting = await choose(page, 'Offline approval', 'Export for offline approval');
  await exporting.getByText('Fingerprint of this gateway').waitFor();
  await assertFits(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    exporting.getByRole('button', { name: 'Download the file' }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^ia-solaris-requests-[\d-]+\.solaris$/);
  await download.saveAs(file('requests.solaris'));
  await exporting.waitFor({ state: 'detached' });
  const decisions = file('decisions.solaris');
  const approval = ['--key', file('approver.key'), '--approve', '1001=250000', '--out', decisions];
  await packets('decide', file('requests.solaris'), ...approval);
  const signed = JSON.parse(readFileSync(decisions, 'utf8'));
  writeFileSync(file('tampered.solaris'), JSON.stringify({ ...signed, signature: 'A'.repeat(86) }));
  writeFileSync(file('photo.json'), 'no JSON');

  const credits = async () => (await api(`/api/admin/users/${ana}`)).body.credits;
  const importing = await choose(page, 'Offline approval', 'Import decisions');
  const submit = importing.getByRole('button', { name: 'Import decisions' });
  const bring = async (name: string) => {
    await page.locator('input[type=file]').setInputFiles(file(name));
    await submit.click();
  };
  await submit.click();
  await importing.getByText('Choose the file that the approver sent back.').waitFor();
  await bring('photo.json');
  await importing.getByText('This is no file of IA Solaris.').waitFor();
  await bring('tampered.solaris');
  await importing
    .locator('.mantine-InputWrapper-error')
    .getByText('This file was altered after it was signed')
    .waitFor();
  await importing.getByText('tampered.solaris').waitFor();
  assert.equal(await credits(), 0, 'a refused file grants nothing');
  await assertFits(page);
  await bring('decisions.solaris');
  await importing.getByText('1 decision was applied.').waitFor();
  await importing.getByText('#1001').waitFor();
  assert.equal(await credits(), 250_000);
  const request = (await api('/api/admin/requests')).body.items[0];
  assert.equal(request.status, 'approved');
  await assertFits(page);
  await importing.getByRole('button', { name: 'Close' }).last().click();
  // A dialog that closes takes the focus back with it.
  await importing.waitFor({ state: 'detached' });

  await choose(page, 'Offline approval', 'Import decisions');
  await bring('decisions.solaris');
  await importing.getByText('This file was imported before.').waitFor();
  assert.equal(await credits(), 250_000, 'granted once');
  await page.keyboard.press('Escape');
  await importing.waitFor({ state: 'detached' });
  await choose(page, 'Offline approval', 'Export for offline approval');
  await exporting.getByRole('button', { name: 'Download the file' }).click();
  await exporting.getByText('No credit request waits for a decision').waitFor();

  await owner.getByRole('button', { name: 'Revoke the key' }).click();
  const question = owner.getByRole('dialog', { name: 'Revoke the key' });
  await question.getByRole('button', { name: 'Revoke the key' }).click();
  await owner.getByText(/^○\s*revoked$/).waitFor();
  assert.equal(await owner.getByRole('button', { name: 'Revoke the key' }).count(), 0, 'revoked for good');

  const { page: viewer } = await kit.signIn('viewer', '/requests', { locale: 'pt-BR' });
  await viewer.getByText('Aguardando').first().waitFor();
  assert.equal(await viewer.getByRole('button', { name: 'Aprovação offline' }).count(), 0, 'not for viewers');
  const { page: approver } = await kit.signIn('approver', '/requests', {
    locale: 'pt-BR',
  });
  const dialog = await choose(approver, 'Aprovação offline', 'Importar decisões');
  await approver.locator('input[type=file]').setInputFiles(file('requests.solaris'));
  await dialog.getByRole('button', { name: 'Importar decisões' }).click();
  await dialog
    .locator('.mantine-InputWrapper-error')
    .getByText('Este arquivo contém solicitações, não decisões.')
    .waitFor();
});
