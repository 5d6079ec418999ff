import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { addOperator, browser, signIn } from '../../operators/people.ts';
import { portal } from '../../portal/portal-kit.ts';
import { temporaryDir } from '../../support/build.ts';
import { startApp } from '../app-kit.ts';
import { openPage } from '../app-page.ts';

/** A gateway elsewhere where two people wait, and their requests in a file. */
async function officeWithPacket(t: TestContext) {
  const office = await portal(t);
  // The packet is dated by this gateway, and opened by the clock of another machine.
  office.clock.set(new Date().toISOString());
  const ana = await office.person('ana@example.com', { name: 'Ana' });
  const ben = await office.person('ben@example.com', { name: 'Ben' });
  await office.ask(ana, 500_000, 'Semana de lançamento');
  await office.ask(ben, 9_000_000, 'tudo');
  const answer = await office.api('/api/admin/packets/export', { body: { hours: 72 } });
  const file = join(temporaryDir(t), 'requests.solaris');
  writeFileSync(file, JSON.stringify(answer.body));
  return { ...office, ana, ben, file };
}

describe('the app of an approver', () => {
  test('opens a file, decides and signs without any gateway; the gateway elsewhere takes the decisions', async (t) => {
    const { file, ana, ben, api, context, ...office } = await officeWithPacket(t);
    const target = join(temporaryDir(t), 'requests.decisions.solaris');
    const app = await startApp(t, { args: [file], env: { STAND_IN_SAVE: target } });
    const page = await openPage(t, app, { locale: 'pt-BR' }, 'approver');
    if (!page) return;

    await page.getByRole('button', { name: 'Criar minha chave' }).click();
    const publicKey = await page.locator('dd code').first().textContent();
    const fingerprint = await page.locator('dd code').nth(1).textContent();
    const cards = page.getByRole('listitem');
    await cards.first().waitFor();
    assert.equal(await cards.count(), 2);
    assert.match(
      (await cards.first().textContent()) ?? '',
      /#1001.*500\.000 tokens.*R\$.25,00.*Ana.*Semana de lançamento/,
    );
    const sign = page.getByRole('button', { name: /^Assinar/ });
    await page.getByText('Confira primeiro a impressão digital.').waitFor();
    await page.getByRole('button', { name: 'São iguais' }).click();

    await cards.first().getByLabel('Aprovar').check();
    await cards.first().getByLabel('Tokens').fill('250.000');
    await cards.nth(1).getByLabel('Recusar').check();
    await sign.click();
    const reason = cards.nth(1).getByLabel('Motivo para o usuário');
    assert.ok(await reason.evaluate((field) => field === document.activeElement), 'it leads to the missing reason');
    assert.ok(!existsSync(target), 'and signs nothing');
    await reason.fill('É demais para este mês');
    await sign.click();
    await page.getByText('2 decisões foram assinadas e salvas como requests.decisions.solaris').waitFor();

    await addOperator(context, 'owner@example.com');
    const owner = browser({ api, url: office.url });
    await signIn(owner, 'owner@example.com');
    const operatorId = await addOperator(context, 'approver@example.com', 'approver');
    const enrolled = await owner.call('/api/admin/packets/keys', { body: { operatorId, publicKey, fingerprint } });
    assert.equal(enrolled.status, 201, JSON.stringify(enrolled.body));
    const imported = await api('/api/admin/packets/import', { body: JSON.parse(readFileSync(target, 'utf8')) });
    assert.deepEqual(imported.body.refused, []);
    assert.equal((await ana.call('/api/me')).body.credits, 250_000);
    assert.equal((await ben.call('/api/me')).body.credits, 0);

    const { calls } = await app.seen();
    assert.deepEqual(
      calls.filter((call) => /^(loadURL|utilityProcess|tray)/.test(call)),
      ['loadURL app://approver/'],
    );
    assert.ok(!existsSync(join(app.dataDir, 'server.json')), 'no gateway was started');
    const frame = 'app://approver/';
    for (const [channel, from] of [
      ['approver.decide', 'app://console/admin/'],
      ['approver.key', 'https://example.com/'],
    ] as const) {
      assert.deepEqual(await app.ask({ ask: { channel, frame: from } }), { rejected: 'Only the approver may ask.' });
    }
    const wrong = (await app.ask({
      ask: { channel: 'approver.decide', frame, input: { digest: 'x', decisions: [] } },
    })) as { code: string };
    assert.equal(wrong.code, 'bad_input');
    for (const url of [
      'app://approver/api/admin/users',
      'app://approver/health',
      'app://approver/..%2f..%2fpackage.json',
    ]) {
      const answer = (await app.ask({ url })) as { status: number; body: string };
      assert.doesNotMatch(answer.body ?? '', /ia-solaris"/, url);
    }

    await app.ask({ closeWindow: true }).catch(() => undefined);
    assert.equal((await app.exited).code, 0, 'nothing is left to run for');
  });

  test('explains what it cannot open, and opens what is double-clicked later', async (t) => {
    const { file } = await officeWithPacket(t);
    const broken = join(temporaryDir(t), 'broken.solaris');
    writeFileSync(broken, 'hello');
    const app = await startApp(t, { args: [broken] });
    const page = await openPage(t, app, { locale: 'en' }, 'approver');
    if (!page) return;
    await page.getByText('This is no file of requests of IA Solaris.').waitFor();
    await app.ask({ event: { name: 'second-instance', args: [['ia-solaris', file], '/'] } });
    await page.getByText('2 requests').waitFor();
    assert.equal(await page.getByText('This is no file of requests').count(), 0);
  });
});
