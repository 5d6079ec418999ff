/** Where the focus is when a drawer opens, and where it returns to. */
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { openConsole } from '../support/console.ts';

const focused = (page: Page, wanted: { path?: string; words?: string }) =>
  page.waitForFunction(({ path, words }) => {
    const element = document.activeElement as HTMLElement | null;
    if (!element || element === document.body) return false;
    return path !== undefined
      ? element.closest(`[data-path="${path}"]`) !== null
      : element.innerText.includes(words ?? '');
  }, wanted);

test('a form that makes something begins at its first field, and gives the focus back to what opened it', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const { page } = await kit.signIn('owner');
  for (const [path, words, field] of [
    ['/plans', 'New plan', 'name'],
    ['/plans?part=departments', 'New department', 'name'],
    ['/settings?section=upstreams', 'Add upstream', 'kind'],
    ['/settings?section=keys', 'New key', 'name'],
    ['/settings?section=operators', 'New operator', 'email'],
  ] as const) {
    await page.goto(`${kit.url}/admin${path}`);
    await page.getByRole('button', { name: words }).first().click();
    await focused(page, { path: field });
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await focused(page, { words });
  }
});

test('a new plan takes its id from its name until the id is written by hand, and gives the focus back when saved', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const { page } = await kit.signIn('owner', '/plans');
  await page.getByRole('button', { name: 'New plan' }).click();
  const id = page.locator('[data-path=id]');
  const name = page.locator('[data-path=name]');
  await name.fill('Estágio de verão');
  await page.waitForFunction(
    () => document.querySelector<HTMLInputElement>('[data-path=id]')?.value === 'estagio-de-verao',
  );
  await id.fill('summer');
  await name.fill('Estágio de inverno');
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>('[data-path=id]')?.value === 'summer');
  await page.locator('[role=dialog] button[type=submit]').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Estágio de inverno' }).waitFor();
  await focused(page, { words: 'New plan' });
});

test('a dialog that a menu opened gives the focus back to the menu’s button', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana = ''] = await kit.users(['Ana Lima']);
  const { page } = await kit.signIn('owner', `/users?user=${ana}`);
  await page.getByRole('dialog').getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem').first().click();
  await page.getByRole('dialog').nth(1).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').nth(1).waitFor({ state: 'detached' });
  await focused(page, { words: 'Actions' });
});

test('the palette gives the focus back to where it was called from', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const { page } = await kit.signIn('owner', '/plans');
  await page.getByRole('button', { name: 'New plan' }).focus();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await focused(page, { words: 'New plan' });
});
