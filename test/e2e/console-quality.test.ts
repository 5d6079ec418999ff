/** The report on service quality: what was measured, what it is held against, and in words whether that is reached. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { spendTokens } from '../accounts/account-kit.ts';
import { assertAccessible } from '../support/accessible.ts';
import { testClock } from '../support/clock.ts';
import { openConsole } from '../support/console.ts';

const NOW = '2026-11-20T12:00:00Z';

async function measured(t: Parameters<typeof openConsole>[0]) {
  const clock = testClock('2026-11-17T12:00:00Z');
  const console = await openConsole(t, { clock });
  if (!console) return null;
  const { id } = (await console.api('/api/admin/users', { body: { email: 'ana@example.com' } })).body;
  for (const day of ['17', '18', '19']) {
    clock.set(`2026-11-${day}T12:30:00Z`);
    for (let count = 0; count < 50; count++) {
      const outcome = day === '18' && count < 5 ? 'upstream_broke' : 'ok';
      await spendTokens(console.context, { userId: id, tokens: 10, outcome });
    }
  }
  clock.set(NOW);
  await console.gateway.background.rollups.runDue();
  return console;
}

test('the report says in words what is reached, day by day, in both themes and on a phone', async (t) => {
  const console = await measured(t);
  if (!console) return;
  for (const dark of [false, true]) {
    const { page } = await console.signIn('viewer', '/reports', { dark });
    await page.getByRole('tab', { name: 'Service quality' }).click();
    const card = page.getByRole('article').filter({ hasText: 'Requests that succeed' });
    await card.getByText('96.66%', { exact: true }).waitFor();
    await card.getByText('Target missed').waitFor();
    await card.getByText('Target: at least 99%').waitFor();
    await card.getByText('5 of 150 failed upstream.').waitFor();
    await card.getByText('Missed on 1 of 3 days: 18 Nov (90%)').waitFor();
    const latency = page.getByRole('article').filter({ hasText: 'First word' });
    await latency.getByText('Target met').waitFor();
    const alarms = page.getByRole('article').filter({ hasText: 'False anomaly alarms' });
    await alarms.getByText('Nothing to measure').waitFor();
    await page
      .getByRole('status')
      .getByText(/^[1-9] of [2-7] targets are met\.$/)
      .waitFor();
    await assertAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.waitForFunction(() => document.documentElement.scrollWidth <= window.innerWidth);
    assert.equal(await page.getByRole('button', { name: 'Targets' }).count(), 0, 'a viewer sets no targets');
  }
});

test('the days stay when the report is changed, and the report leaves as a file in Portuguese', async (t) => {
  const console = await measured(t);
  if (!console) return;
  const { page } = await console.signIn('viewer', '/reports?from=2026-11-18&to=2026-11-18', { locale: 'pt-BR' });
  await page.getByRole('tab', { name: 'Qualidade do serviço' }).click();
  await page.getByText('5 de 50 falharam no provedor.').waitFor();
  await page.getByRole('button', { name: 'Exportar' }).click();
  const waiting = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /CSV/ }).click();
  const text = readFileSync(await (await waiting).path(), 'utf8');
  assert.match(text, /^Requisições bem-sucedidas;90;%;no mínimo;99;não cumprida;50;/m);
  await page.getByText('Mês passado').click();
  await page.getByText('Nenhuma requisição nesse período.').waitFor();
  await assertAccessible(page);
});

test('an administrator sets a target on the spot, is told what is not accepted, and the verdict follows', async (t) => {
  const console = await measured(t);
  if (!console) return;
  const { page } = await console.signIn('admin', '/reports?part=quality');
  const card = page.getByRole('article').filter({ hasText: 'Requests that succeed' });
  await card.getByText('Target missed').waitFor();
  await page.getByRole('button', { name: 'Targets' }).click();
  const drawer = page.getByRole('dialog', { name: 'Service quality' });
  const field = drawer.getByLabel('Requests that succeed, at least (%)');
  await field.fill('250');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await drawer.getByText('At most 100.').waitFor();
  assert.equal(await field.inputValue(), '250', 'what was typed stays');
  await assertAccessible(page);
  await field.fill('96');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await card.getByText('Target met').waitFor();
  await card.getByText('Target: at least 96%').waitFor();
  await field.fill('');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await card.getByText('No target is set.').waitFor();
  await drawer.getByRole('button', { name: 'Close' }).click();
  await drawer.waitFor({ state: 'hidden' });
  const { items } = (await console.api('/api/admin/audit?limit=10')).body;
  assert.match(JSON.stringify(items), /quality\.successPercent/);
});
