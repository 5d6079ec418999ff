import assert from 'node:assert/strict';
import { test } from 'node:test';
import { office } from '../accounts/account-kit.ts';
import { heardFrom } from '../support/heard.ts';

const PRICE = { inputMicroUsd: 1, outputMicroUsd: 1 };

test('what is set about a model is kept exactly, under names with slashes and patterns too', async (t) => {
  const { api, context } = await office(t);
  const events = heardFrom(context, 'models_changed');
  const id = 'openrouter/anthropic/claude-*';
  const price = { inputMicroUsd: 3_000_000, outputMicroUsd: 15_000_000, cachedInputMicroUsd: 300_000 };
  const made = await api('/api/admin/models', { body: { id, multiplier: 1.5, maxOutputTokens: 8_192, price } });
  assert.equal(made.status, 201);
  assert.deepEqual([made.body.multiplier, made.body.maxOutputTokens, made.body.price], [1.5, 8_192, price]);
  const path = `/api/admin/models/${encodeURIComponent(id)}`;
  assert.deepEqual((await api(path)).body, made.body);
  const [row] = await context.db.select().from(context.db.tables.models);
  assert.equal(row?.multiplier, 1_500_000);

  const changed = await api(path, { method: 'PUT', body: { multiplier: 0.000001, price: null } });
  assert.deepEqual(
    [changed.body.multiplier, changed.body.price, changed.body.maxOutputTokens],
    [0.000001, null, 8_192],
  );
  assert.equal((await api(path, { method: 'DELETE' })).status, 204);
  assert.equal((await api(path)).status, 404);
  const told = { kind: 'models_changed' };
  assert.deepEqual(events, [told, told, told]);
  const { items } = (await api('/api/admin/audit?sort=at')).body;
  assert.deepEqual(
    items.map((entry: { action: string }) => entry.action).filter((action: string) => action.startsWith('model')),
    ['model.created', 'model.changed', 'model.deleted'],
  );
});

test('fees and tiers of an own price are kept exactly, and setting them again changes nothing', async (t) => {
  const { api, context } = await office(t);
  const tokens = { inputMicroUsd: 3_000_000, outputMicroUsd: 15_000_000 };
  const feesMicroUsd = { webSearches: 10_000_000, requests: 0, fileSearches: 2_500_000 };
  const tierFactors = { priority: 1.666667, flex: 0.5 };
  const price = { ...tokens, feesMicroUsd, tierFactors };
  assert.deepEqual((await api('/api/admin/models', { body: { id: 'gpt-5', price } })).body.price, price);
  const put = (body: unknown) => api('/api/admin/models/gpt-5', { method: 'PUT', body });
  assert.deepEqual((await put({ multiplier: 2 })).body.price, price, 'what is left out stays');
  assert.deepEqual((await put({ price })).body.price, price);
  const [row] = await context.db.select().from(context.db.tables.models);
  assert.deepEqual(row?.price?.tiers, { flex: 500_000, priority: 1_666_667 });
  assert.deepEqual((await put({ price: { ...tokens, feesMicroUsd: {}, tierFactors: {} } })).body.price, tokens);
  const { items } = (await api('/api/admin/audit?sort=at&action=model.changed')).body;
  assert.deepEqual(
    items.map(({ details }: { details: object }) => Object.keys(details)),
    [['multiplier'], ['price']],
  );
});

test('bad figures are refused, and the field at fault is named', async (t) => {
  const { api } = await office(t);
  await api('/api/admin/models', { body: { id: 'gpt-4o' } });
  for (const [body, status, field] of [
    [{}, 400, 'id'],
    [{ id: 'gpt-4o' }, 409, 'id'],
    [{ id: 'x', multiplier: -1 }, 400, 'multiplier'],
    [{ id: 'x', multiplier: 1.00000001 }, 400, 'multiplier'],
    [{ id: 'x', maxOutputTokens: 0 }, 400, 'maxOutputTokens'],
    [{ id: 'x', price: { inputMicroUsd: 1 } }, 400, 'price.outputMicroUsd'],
    [{ id: 'x', price: { inputMicroUsd: 0.5, outputMicroUsd: 1 } }, 400, 'price.inputMicroUsd'],
    [{ id: 'x', price: { ...PRICE, feesMicroUsd: { requests: -1 } } }, 400, 'price.feesMicroUsd.requests'],
    [{ id: 'x', price: { ...PRICE, feesMicroUsd: { mapSearches: 0.5 } } }, 400, 'price.feesMicroUsd.mapSearches'],
    [{ id: 'x', price: { ...PRICE, tierFactors: { flex: -0.5 } } }, 400, 'price.tierFactors.flex'],
    [{ id: 'x', price: { ...PRICE, tierFactors: { priority: 101 } } }, 400, 'price.tierFactors.priority'],
    [{ id: 'x', price: { ...PRICE, tierFactors: { priority: 1.0000001 } } }, 400, 'price.tierFactors.priority'],
  ] as const) {
    const answer = await api('/api/admin/models', { body });
    assert.equal(answer.status, status, JSON.stringify(body));
    assert.equal(answer.body.error.field, field, JSON.stringify(answer.body));
  }
});

test('what is sold by the piece has a price in tokens', async (t) => {
  const { api } = await office(t);
  const units = { image: 4_000, audioSecond: 10 };
  assert.deepEqual((await api('/api/admin/models', { body: { id: 'dall-e-3', units } })).body.units, units);
  const put = (body: unknown) => api('/api/admin/models/dall-e-3', { method: 'PUT', body });
  assert.deepEqual((await put({ multiplier: 2 })).body.units, units, 'what is left out stays');
  assert.deepEqual((await put({ units: { character: 1 } })).body.units, { character: 1 });
  assert.equal((await put({ units: { image: -1 } })).body.error.field, 'units.image');
  assert.equal((await put({ units: { video: 1 } })).status, 400);
  assert.equal((await put({ units: null })).body.units, null);
});
