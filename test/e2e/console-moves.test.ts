/** What takes the gateway down for a moment, driven from the screen: a move to Postgres, and restores. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { createGateway, type Gateway } from '../../gateway/gateway.ts';
import { openHold, settleHold, spendTokens } from '../accounts/account-kit.ts';
import { openConsole } from '../support/console.ts';
import { freePort } from '../support/ports.ts';
import { createTestDatabase } from '../support/postgres-database.ts';

const ENV = { SETUP_FINISHED: 'true' };
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** A console whose gateway is started again where it asks for that, as the desktop and a supervisor do. */
async function openRestarting(t: TestContext) {
  let current: Gateway | null = null;
  let place: { dataDir: string; port: number } | null = null;
  let restarts = Promise.withResolvers<void>();
  const onRestart = async () => {
    if (!place) throw new Error('It restarts before it runs.');
    const { dataDir, port } = place;
    await current?.stop();
    current = await createGateway({ dataDir, flags: { port }, env: ENV, onRestart: () => void onRestart() });
    await current.start();
    restarts.resolve();
  };
  t.after(() => current?.stop());
  // It comes back where it was, and nobody may have taken its port meanwhile.
  const flags = { port: await freePort() };
  const kit = await openConsole(t, { engine: 'sqlite', flags, onRestart: () => void onRestart() });
  if (!kit) return null;
  current = kit.gateway;
  place = { dataDir: kit.dataDir, port: Number(new URL(kit.url).port) };
  return {
    ...kit,
    gatewayNow: () => current ?? kit.gateway,
    async restarted() {
      await restarts.promise;
      restarts = Promise.withResolvers<void>();
    },
  };
}

test('all data moves to Postgres from the settings: it waits for open requests, shows how far it is, and proves the sums', async (t) => {
  const kit = await openRestarting(t);
  if (!kit) return;
  // After the gateway's own: hooks run in the order of their making, and it stops in this database.
  const database = await createTestDatabase(false);
  t.after(() => database.drop());
  const [ana = ''] = await kit.users(['Ana Lima']);
  await spendTokens(kit.context, { userId: ana, tokens: 4_321 });
  const open = await openHold(kit.context, { userId: ana, tokens: 10 });
  const { page } = await kit.signIn('owner', '/settings?section=data');
  await page.getByLabel('Address of an empty database').fill(database.url);
  await button(page, 'Move all data').click();
  const job = page.getByTestId('job').first();
  await page.locator('[data-testid=job][data-status=running]').getByRole('progressbar').waitFor();
  assert.equal(await button(page, 'Move all data').isDisabled(), true, 'one move at a time');
  assert.equal((await kit.api('/api/admin/plans', { body: { id: 'late' } })).status, 503, 'nothing changes meanwhile');
  await settleHold(kit.context, open, { userId: ana, tokens: 10 });
  await kit.restarted();

  await page.locator('[data-state=live]').waitFor();
  await page.locator('[data-testid=job][data-status=done]').waitFor();
  await job.getByText('4,331').waitFor();
  await page.getByRole('heading', { name: 'Move back to SQLite' }).waitFor();
  assert.equal(kit.gatewayNow().context.db.engine, 'postgres');
  await page.goto(`${kit.url}/admin/users?user=${ana}`);
  await page.getByRole('heading', { name: /^Ana Lima/ }).waitFor();
  assert.equal((await kit.api(`/api/admin/users/${ana}`)).body.used, 4_331);
});

test('a backup is restored from its screen, and from the set-up: what came later is gone, what was there is back', async (t) => {
  const kit = await openRestarting(t);
  if (!kit) return;
  await kit.users(['Ana Lima']);
  const { page, enterPassword } = await kit.signIn('owner', '/settings?section=backups');
  await button(page, 'Back up now').click();
  const backup = page.getByTestId('backup').last();
  await backup.getByText('good', { exact: true }).or(backup.getByText('●good')).first().waitFor();
  const names = async () =>
    (await kit.api('/api/admin/users?sort=createdAt')).body.items.map(({ name }: { name: string }) => name);

  for (const path of ['/settings?section=backups', '/setup?step=data']) {
    await kit.users(['Late Comer']);
    await page.goto(`${kit.url}/admin${path}`);
    await backup.getByRole('button', { name: 'Restore …' }).click();
    const question = page.getByRole('dialog', { name: 'Restore this backup' });
    const really = question.getByRole('button', { name: 'Restore …' });
    assert.equal(await really.isDisabled(), true, 'not by a slip');
    assert.deepEqual(await names(), ['Ana Lima', 'Late Comer']);
    await question.getByRole('textbox').fill('restore');
    await really.click();
    await kit.restarted();
    await page.reload();
    await page.locator('input[autocomplete=current-password], [data-state=live]').first().waitFor();
    const ended = page.locator('input[type=email]');
    if ((await ended.count()) > 0) {
      if ((await ended.inputValue()) === '') await ended.fill('owner1@example.com');
      await enterPassword();
    }
    await page.locator('[data-state=live]').waitFor();
    await page.locator('[data-testid=job][data-status=done]').first().waitFor();
    assert.deepEqual(await names(), ['Ana Lima']);
  }
});
