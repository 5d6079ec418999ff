/** The safe mode: how much is asked before something dangerous, seen in the top bar, and never less than the team wants. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { violationsOf } from '../support/accessible.ts';
import { type ConsoleKit, openConsole } from '../support/console.ts';

const PASSWORD = 'correct horse battery';
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const level = (page: Page, name: string) => button(page, `Safe mode: ${name.toLowerCase()}`);

async function choose(page: Page, name: string) {
  await page.getByRole('button', { name: /^Safe mode: / }).click();
  await page.getByRole('menuitemradio', { name: new RegExp(`^${name}`) }).click();
}

async function beginMove(page: Page, name: string) {
  await button(page, 'Actions').click();
  await page.getByRole('menuitem', { name, exact: true }).click();
}

const statusOf = async (kit: ConsoleKit, id: string) => (await kit.api(`/api/admin/users/${id}`)).body.status;

async function assertUsable(page: Page) {
  for (const [colorScheme, width] of [
    ['dark', 390],
    ['light', 1280],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 844 });
    await page.waitForFunction(() => document.documentElement.scrollWidth <= window.innerWidth);
    assert.deepEqual(await violationsOf(page), []);
  }
}

test('in silence what can be undone is done at once with a way back, and what cannot is asked all the same', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana = ''] = await kit.users(['Ana Lima']);
  const { page } = await kit.signIn('admin', `/users?user=${ana}`);
  await level(page, 'Confirm').waitFor();
  await beginMove(page, 'Block');
  const dialog = page.getByRole('dialog', { name: 'Block', exact: true });
  await dialog.getByLabel('Reason').waitFor();
  assert.equal(await dialog.getByLabel('Your password').count(), 0, 'asked, but for no password');
  assert.equal(await statusOf(kit, ana), 'active');
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  await page.goto(`${kit.url}/admin/users`);
  await choose(page, 'Silent');
  await level(page, 'Silent').waitFor();
  await page.goto(`${kit.url}/admin/users?user=${ana}`);
  await level(page, 'Silent').waitFor();
  await beginMove(page, 'Block');
  await page.getByText('Ana Lima is blocked.').waitFor();
  assert.equal(await dialog.count(), 0);
  assert.equal(await statusOf(kit, ana), 'blocked');
  await page.getByRole('alert').filter({ hasText: 'is blocked' }).getByRole('button', { name: 'Undo' }).click();
  await page
    .getByRole('dialog')
    .getByText(/^\W*Active$/)
    .first()
    .waitFor();
  await button(page, 'Actions').click();
  await page.getByRole('menuitem', { name: 'Suspend' }).waitFor();
  assert.equal(await statusOf(kit, ana), 'active');
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog', { name: 'Delete', exact: true }).getByLabel('Reason').waitFor();
  assert.equal((await kit.api(`/api/admin/users/${ana}`)).status, 200, 'what is gone for good is asked');
});

test('with the password each danger asks for it, says where it is wrong, and is not done before it is right', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana = ''] = await kit.users(['Ana Lima']);
  const { body: upstream } = await kit.api('/api/admin/upstreams', {
    body: { name: 'spare', baseUrl: 'http://127.0.0.1:9/v1' },
  });
  const { page } = await kit.signIn('owner', '/users');
  await choose(page, 'Password');
  await level(page, 'Password').waitFor();
  await page.getByRole('button', { name: /^Safe mode: / }).click();
  await page.getByRole('menu').waitFor();
  await assertUsable(page);
  await page.keyboard.press('Escape');

  await page.goto(`${kit.url}/admin/users?user=${ana}`);
  await beginMove(page, 'Block');
  const dialog = page.getByRole('dialog', { name: 'Block', exact: true });
  const submit = dialog.getByRole('button', { name: 'Block' });
  const field = dialog.getByLabel('Your password');
  await dialog.getByLabel('Reason').fill('A script ran wild.');
  await submit.click();
  await dialog.getByText('This is needed.').waitFor();
  await field.fill('wrong');
  await submit.click();
  await dialog.getByText('The present password is wrong.').waitFor();
  const described = await field.evaluate((input) => {
    const ids = (input.getAttribute('aria-describedby') ?? '').split(' ');
    return ids.map((id) => document.getElementById(id)?.textContent).join(' ');
  });
  assert.match(described, /The present password is wrong\./, 'of this very field');
  assert.equal(await statusOf(kit, ana), 'active');
  await assertUsable(page);
  await field.fill(PASSWORD);
  await submit.click();
  await page.getByText('Ana Lima is blocked.').waitFor();
  assert.equal(await statusOf(kit, ana), 'blocked');

  await page.goto(`${kit.url}/admin/settings?section=upstreams&open=${upstream.id}`);
  await button(page, 'Remove upstream').click();
  const question = page.getByRole('dialog', { name: 'Remove upstream' });
  await question.getByLabel('Your password').fill(PASSWORD);
  assert.equal(await question.getByRole('textbox').count(), 1, 'no word is typed but the password');
  await question.getByRole('button', { name: 'Remove upstream' }).click();
  await page.getByText('Removed.').waitFor();
  assert.equal((await kit.api(`/api/admin/upstreams/${upstream.id}`)).status, 404);
  assert.doesNotMatch(
    await page.evaluate(() => JSON.stringify([window.localStorage, window.sessionStorage])),
    /correct horse|wrong/,
    'no password is kept',
  );
});

test('to be asked for the password no more takes the password, and a wrong one leaves things as they are', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const { page } = await kit.signIn('admin', '/users');
  await choose(page, 'Password');
  await choose(page, 'Silent');
  const dialog = page.getByRole('dialog', { name: 'Ask for the password no more?' });
  await dialog.getByLabel('Your password').fill('wrong');
  await dialog.getByRole('button', { name: 'Ask no more' }).click();
  await dialog.getByText('The present password is wrong.').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await level(page, 'Password').waitFor();
  await choose(page, 'Silent');
  await dialog.getByLabel('Your password').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Ask no more' }).click();
  await level(page, 'Silent').waitFor();
});

test('nobody asks for less than the team wants: it holds at once for who is there already, for bulk changes and restores', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  await kit.users(['Ana Lima', 'Bob Reis']);
  const admin = await kit.signIn('admin', '/users', { locale: 'pt-BR' });
  await button(admin.page, 'Modo seguro: confirmar').waitFor();
  const { page } = await kit.signIn('owner', '/settings?section=general');
  await page.getByLabel('Least safe mode').first().click();
  await page.getByRole('option', { name: 'a question and the password' }).click();
  await button(page, 'Save').click();
  await page.getByText('Saved.').waitFor();
  await level(page, 'Password').waitFor();

  await button(admin.page, 'Modo seguro: senha').click();
  const lower = admin.page.getByRole('menuitemradio', { name: /^Confirmar/ });
  await lower.getByText('A sua equipe pede mais do que isso.').waitFor();
  assert.equal(await lower.isDisabled(), true);
  await admin.page.keyboard.press('Escape');
  await admin.page.getByRole('checkbox', { name: 'Todos', exact: true }).check();
  await admin.page.getByRole('button', { name: 'Ações' }).last().click();
  const bulk = admin.page.getByRole('dialog');
  await bulk.getByLabel('Plano', { exact: true }).click();
  await admin.page.getByRole('option', { name: 'Pro' }).click();
  await bulk.getByLabel('Motivo').fill('O piloto acabou.');
  await bulk.getByRole('button', { name: 'Pré-visualizar' }).click();
  await bulk.getByLabel('A sua senha').fill(PASSWORD);
  await bulk.locator('button[type=submit]').click();
  await bulk.waitFor({ state: 'hidden' });
  assert.equal((await kit.api('/api/admin/users?plan=pro')).body.total, 2);

  await page.getByLabel('Least safe mode').first().click();
  await page.getByRole('option', { name: 'as each operator likes' }).click();
  await button(page, 'Save').click();
  await page.getByText('This is needed.').waitFor();
  await assertUsable(page);
  await page.getByLabel('Your password').fill(PASSWORD);
  await button(page, 'Save').click();
  await level(page, 'Confirm').waitFor();
});
