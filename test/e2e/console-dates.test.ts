import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from '../support/accessible.ts';
import { openConsole } from '../support/console.ts';

const REPORT = '/reports?from=2026-02-01&to=2026-02-10';

/** The chosen language, whatever the browser's is. */
async function speak(page: Page, locale: 'en' | 'pt-BR'): Promise<void> {
  await page.evaluate((chosen) => localStorage.setItem('solaris.locale', chosen), locale);
  await page.reload();
  await page.locator('[data-state=live]').waitFor();
}

test('a Brazilian in an English browser types and reads days as in Brazil, and is told what is no day', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const { page } = await kit.signIn('viewer', REPORT);
  await speak(page, 'pt-BR');
  const from = page.getByRole('textbox', { name: 'De', exact: true });
  assert.equal(await from.inputValue(), '01/02/2026');
  assert.equal(await from.getAttribute('placeholder'), 'dd/mm/aaaa');
  await from.fill('05/02/2026');
  await page.waitForURL(/from=2026-02-05/);

  await from.fill('31/02/2026');
  await from.blur();
  await page.getByText('Fevereiro de 2026 tem 28 dias.').waitFor();
  assert.equal(await from.inputValue(), '31/02/2026', 'what was typed stays');
  assert.equal(await from.getAttribute('aria-invalid'), 'true');
  assert.match(page.url(), /from=2026-02-05/, 'what is no day is not asked for');

  await from.fill('2026-02-03');
  await page.waitForURL(/from=2026-02-03/);
  await from.blur();
  assert.equal(await from.inputValue(), '03/02/2026', 'pasted ISO is written as in Brazil');
  await from.fill('4/2/26');
  await from.press('Enter');
  await page.waitForURL(/from=2026-02-04/);
  assert.equal(await from.inputValue(), '04/02/2026');

  const to = page.getByRole('textbox', { name: 'Até', exact: true });
  await to.fill('03/02/2026');
  await to.blur();
  await page.getByText('O primeiro dia possível aqui é 04/02/2026.').waitFor();
  await page.getByText('Mês passado', { exact: true }).click();
  await page.getByText('O primeiro dia possível aqui é 04/02/2026.').waitFor({ state: 'detached' });
  const ofChip = await to.inputValue();
  await to.fill('09/02/2026');
  await page.waitForURL(/to=2026-02-09/);
  await page.getByText('Mês passado', { exact: true }).click();
  await page.waitForFunction(
    (text) => [...document.querySelectorAll('input')].some(({ value }) => value === text),
    ofChip,
  );
  assert.equal(await to.inputValue(), ofChip, 'the field goes back with the page');

  await page.goto(`${kit.url}/admin${REPORT}`);
  await speak(page, 'en');
  assert.equal(await page.getByRole('textbox', { name: 'From', exact: true }).inputValue(), '1 Feb 2026');
});

test('the calendar is reached and used by keyboard, says whose days it has, and is closed alone', async (t) => {
  const kit = await openConsole(t, { env: { TZ_PERIOD: 'America/Sao_Paulo' } });
  if (!kit) return;
  const { page } = await kit.signIn('viewer', REPORT);
  await speak(page, 'pt-BR');
  const from = page.getByRole('textbox', { name: 'De', exact: true });
  await from.focus();
  await page.keyboard.press('Tab');
  const button = page.getByRole('button', { name: 'Calendário: De' });
  assert.equal(await button.evaluate((own) => own === document.activeElement), true);
  await page.keyboard.press('Enter');
  const calendar = page.getByRole('dialog', { name: 'Calendário: De' });
  await calendar.getByText('fevereiro de 2026').waitFor();
  await calendar.getByText('Os dias são do fuso horário America/Sao_Paulo.').waitFor();
  for (const name of ['Mês anterior', 'Próximo mês']) await calendar.getByRole('button', { name }).waitFor();
  const firstDay = await calendar.locator('thead th').first().textContent();
  assert.match(firstDay ?? '', /^do/i, 'the week begins on Sunday');
  const chosen = calendar.getByRole('button', { name: 'domingo, 1 de fevereiro de 2026', pressed: true });
  await chosen.waitFor();
  assert.equal(await chosen.evaluate((own) => own === document.activeElement), true);
  await assertAccessible(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await assertAccessible(page);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(/from=2026-02-09/);
  await calendar.waitFor({ state: 'hidden' });
  assert.equal(await from.inputValue(), '09/02/2026');
  assert.equal(await button.evaluate((own) => own === document.activeElement), true, 'the focus is back');

  await page.getByRole('button', { name: 'Calendário: Até' }).click();
  const other = page.getByRole('dialog', { name: 'Calendário: Até' });
  await other.getByText('fevereiro de 2026').waitFor();
  assert.equal(
    await other.getByRole('button', { name: 'domingo, 8 de fevereiro' }).isDisabled(),
    true,
    'before the first',
  );
  await page.keyboard.press('Escape');
  await other.waitFor({ state: 'hidden' });
});

test('a form with what is no day is not sent, and Escape closes the calendar but not the form', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana] = await kit.users(['Ana Lima']);
  const { page } = await kit.signIn('admin', `/users?user=${ana}`, { width: 390, height: 800 });
  const status = async () => (await kit.api(`/api/admin/users/${ana}`)).body.status;
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Suspend' }).click();
  const form = page.getByRole('dialog', { name: 'Suspend', exact: true });
  await form.getByLabel('Reason').fill('A leaked key.');
  const until = form.getByRole('textbox', { name: 'Until the end of' });
  await until.fill('13/13/2099');
  await until.press('Enter');
  await form.getByText('There is no month 13. Type the date as dd mmm yyyy.').waitFor();
  assert.equal(await until.inputValue(), '13/13/2099');
  assert.equal(await status(), 'active');

  await until.fill('12/11/2098');
  await until.press('Enter');
  await form.getByText('That can be 12 Nov 2098 or 11 Dec 2098. Write the month by its name.').waitFor();
  assert.equal(await status(), 'active');

  await until.fill('31 Dec 2098');
  await form.getByRole('button', { name: 'Calendar: Until the end of' }).click();
  const calendar = page.getByRole('dialog', { name: 'Calendar: Until the end of' });
  await calendar.getByText('December 2098').waitFor();
  const box = await calendar.boundingBox();
  assert.ok(box && box.x >= 0 && box.x + box.width <= 390, 'it fits a phone');
  await page.keyboard.press('Escape');
  await calendar.waitFor({ state: 'hidden' });
  assert.equal(await form.isVisible(), true);
  await until.press('Enter');
  await form.waitFor({ state: 'hidden' });
  assert.equal(await status(), 'suspended');
});
