import assert from 'node:assert/strict';
import { test } from 'node:test';
import { office } from '../accounts/account-kit.ts';
import { buildProxy, chat } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';

test('settings say where they come from; secrets say only that they are set', async (t) => {
  const { api } = await office(t, { env: { SMTP_PASSWORD: 'hush-hush' }, flags: { timeZone: 'America/Sao_Paulo' } });
  const { items } = (await api('/api/admin/settings')).body;
  const by = (key: string) => items.find((item: { key: string }) => item.key === key);
  assert.deepEqual(
    [by('timeZone').value, by('timeZone').source, by('timeZone').locked],
    ['America/Sao_Paulo', 'flag', true],
  );
  assert.deepEqual(
    [by('smtp.password').value, by('smtp.password').isSet, by('smtp.password').secret],
    [null, true, true],
  );
  assert.ok(!JSON.stringify(items).includes('hush-hush'));
});

test('settings are stored all or none, audited, and forgotten again', async (t) => {
  const { api, context } = await office(t, { flags: { locale: 'en' } });
  const put = (body: unknown) => api('/api/admin/settings', { method: 'PUT', body });
  const stored = await put({ 'policy.outputCap': 4_096, defaultMonthlyLimit: null });
  assert.equal(stored.status, 200);
  assert.equal(context.settings.current().policy.outputCap, 4_096);
  assert.equal(context.settings.current().defaultMonthlyLimit, null);
  for (const [body, status, field] of [
    [{ 'policy.outputCap': 8_000, locale: 'pt-BR' }, 409, 'locale'],
    [{ 'policy.outputCap': 'many' }, 400, 'policy.outputCap'],
    [{ colour: 'red' }, 400, 'colour'],
  ] as const) {
    const answer = await put(body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.equal(answer.body.error.field, field);
  }
  assert.equal(context.settings.current().policy.outputCap, 4_096);
  assert.equal((await api('/api/admin/settings/policy.outputCap', { method: 'DELETE' })).status, 200);
  assert.equal(context.settings.current().policy.outputCap, 16_384);
  assert.equal((await api('/api/admin/audit?search=settings.changed')).body.total, 2);
});

test('how money is shown is known to everybody who signs in, and is a decimal as it was set', async (t) => {
  const { api } = await office(t);
  assert.deepEqual((await api('/api/admin/display')).body, {
    currency: 'BRL',
    exchangeRate: null,
    exchangeRateDate: null,
  });
  const body = { exchangeRate: 5.4321, exchangeRateDate: '2026-11-20' };
  assert.equal((await api('/api/admin/settings', { method: 'PUT', body })).status, 200);
  assert.deepEqual((await api('/api/admin/display')).body, { currency: 'BRL', ...body });
});

test('the sentence that is previewed is the one that a refused person reads, also of what is typed and not stored', async (t) => {
  const kit = await buildProxy(t, {
    config: { locale: 'pt-BR', creditsEmail: 'creditos@example.com', timeZone: 'America/Sao_Paulo' },
  });
  const preview = async (query = '') => kit.api(`/api/admin/settings/quota-sentence${query}`);
  await kit.api('/api/admin/settings', { method: 'PUT', body: { defaultMonthlyLimit: 0 } });
  const refused = await kit.ask(chat(), { headers: { 'x-user-email': 'bia@example.com' } });
  assert.equal(refused.status, 429);
  assert.equal((await preview()).body.sentence, errorIn(refused).message);
  const typed = (await preview('?monthlyLimit=2000000&blockThreshold=0.5')).body.sentence;
  assert.match(typed, /1\.000\.000 de 1\.000\.000 tokens do mês usados\. .*creditos@example\.com$/);
  assert.equal((await preview('?monthlyLimit=-1')).status, 400);
  const viewer = await kit.operator('viewer');
  const headers = { authorization: `Bearer ${viewer.token}` };
  assert.equal((await kit.api('/api/admin/settings/quota-sentence', { headers })).status, 403);
});
