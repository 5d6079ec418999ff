import assert from 'node:assert/strict';
import { test } from 'node:test';
import { desc, eq } from 'drizzle-orm';
import { type Actor, SYSTEM } from '../../gateway/audit/audit-writer.ts';
import { createKeyBox } from '../../gateway/config/key-box.ts';
import type { GatewayContext } from '../../gateway/context.ts';
import { ApiError } from '../../gateway/ops/api-error.ts';
import { build } from '../support/build.ts';
import { heardFrom } from '../support/heard.ts';

const OPERATOR: Actor = { kind: 'operator', id: 'opr_1' };

const described = (context: GatewayContext, key: string) => {
  const found = context.settings.describe().find((setting) => setting.key === key);
  assert.ok(found, key);
  return found;
};

const refusalOf = async (work: Promise<unknown>): Promise<Partial<ApiError>> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ApiError, String(error));
  const { statusCode, code, field, message } = error;
  return { statusCode, code, field, message };
};

test('a stored value takes effect at once, is told to everybody, and survives a restart', async (t) => {
  const built = await build(t);
  const { context } = built;
  const told = heardFrom(context, 'settings_changed');
  const before = context.settings.current();
  await context.settings.set({ 'policy.outputCap': 4_096, blockThreshold: 0.9 }, OPERATOR);
  assert.equal(context.settings.current().policy.outputCap, 4_096);
  assert.equal(context.settings.current().blockThreshold, 900_000);
  assert.equal(before.policy.outputCap, 16_384, 'what was handed out before does not change');
  assert.deepEqual(told, [{ kind: 'settings_changed' }]);

  const again = await built.restart();
  assert.equal(again.context.settings.current().policy.outputCap, 4_096);
  assert.equal(described(again.context, 'blockThreshold').value, 0.9);
  assert.equal(described(again.context, 'blockThreshold').source, 'console');
});

test('the console sees where each value comes from and what it may not change', async (t) => {
  const { context } = await build(t, { env: { CURRENCY: 'EUR' }, config: { locale: 'pt-BR' } });
  const port = described(context, 'port');
  assert.deepEqual([port.source, port.locked, port.setBy], ['flag', true, '--port']);
  const currency = described(context, 'currency');
  assert.deepEqual(
    [currency.value, currency.source, currency.locked, currency.setBy],
    ['EUR', 'environment', true, 'CURRENCY'],
  );
  assert.deepEqual([described(context, 'locale').source, described(context, 'locale').locked], ['file', true]);
  const outputCap = described(context, 'policy.outputCap');
  assert.deepEqual([outputCap.source, outputCap.locked, outputCap.fallback], ['default', false, 16_384]);
  assert.equal(described(context, 'databaseUrl').locked, true, 'what leads to the database cannot lie in it');
  assert.deepEqual(described(context, 'policy.overdraft').choices, ['strict', 'soft']);
});

test('what a stronger source sets, what is unknown and what is wrong are refused with the field, and change nothing', async (t) => {
  const { context } = await build(t, { env: { CURRENCY: 'EUR' } });
  const { settings } = context;
  const locked = await refusalOf(settings.set({ 'policy.outputCap': 512, currency: 'USD' }, OPERATOR));
  assert.deepEqual([locked.statusCode, locked.code, locked.field], [409, 'setting_locked', 'currency']);
  assert.match(locked.message ?? '', /CURRENCY/);
  const unknown = await refusalOf(settings.set({ nonsense: 1 }, OPERATOR));
  assert.deepEqual([unknown.statusCode, unknown.code, unknown.field], [400, 'unknown_setting', 'nonsense']);
  const wrong = await refusalOf(settings.set({ 'policy.outputCap': 1 }, OPERATOR));
  assert.deepEqual([wrong.statusCode, wrong.code, wrong.field], [400, 'invalid_setting', 'policy.outputCap']);
  const database = await refusalOf(settings.set({ databaseUrl: 'postgres://x/y' }, OPERATOR));
  assert.equal(database.code, 'setting_locked');
  const undefinedValue = await refusalOf(settings.set({ locale: undefined }, OPERATOR));
  assert.equal(undefinedValue.code, 'invalid_setting');
  assert.equal(settings.current().policy.outputCap, 16_384);
  assert.equal(await context.db.$count(context.db.tables.settings), 0);
});

test('values that contradict each other are refused together', async (t) => {
  const { context } = await build(t);
  await context.settings.set({ maxUserLimit: 100 }, OPERATOR);
  const refused = await refusalOf(context.settings.set({ minUserLimit: 200 }, OPERATOR));
  assert.deepEqual([refused.statusCode, refused.code, refused.field], [400, 'invalid_setting', 'minUserLimit']);
  await context.settings.set({ minUserLimit: 200, maxUserLimit: 300 }, OPERATOR);
  assert.equal(context.settings.current().minUserLimit, 200);
});

test('a secret is sealed in the database, and never told to the console, the audit log or anybody', async (t) => {
  const { context } = await build(t);
  await context.settings.set({ 'smtp.password': 'hunter2-hunter2' }, OPERATOR);
  assert.equal(context.settings.current().smtp.password, 'hunter2-hunter2');
  const shown = described(context, 'smtp.password');
  assert.deepEqual([shown.value, shown.isSet, shown.secret], [null, true, true]);
  const { settings, auditLog, auditPersonal } = context.db.tables;
  const everything = JSON.stringify([
    await context.db.select().from(settings),
    await context.db.select().from(auditLog),
    await context.db.select().from(auditPersonal),
    context.settings.describe(),
  ]);
  assert.doesNotMatch(everything, /hunter2/);
  await context.settings.set({ 'smtp.password': null }, OPERATOR);
  assert.equal(described(context, 'smtp.password').isSet, false);
});

test('a change is audited by name: numbers in the chain, texts beside it', async (t) => {
  const { context } = await build(t);
  await context.settings.set({ 'policy.outputCap': 4_096, creditsEmail: 'help@example.com' }, OPERATOR);
  const { auditLog, auditPersonal } = context.db.tables;
  const [entry] = await context.db
    .select()
    .from(auditLog)
    .where(eq(auditLog.action, 'settings.changed'))
    .orderBy(desc(auditLog.seq));
  assert.ok(entry);
  assert.deepEqual([entry.actorKind, entry.actorId], ['operator', 'opr_1']);
  assert.deepEqual(entry.details, {
    keys: ['creditsEmail', 'policy.outputCap'],
    changes: { 'policy.outputCap': { from: 16_384, to: 4_096 } },
  });
  const [personal] = await context.db.select().from(auditPersonal).where(eq(auditPersonal.auditId, entry.id));
  assert.deepEqual(personal?.data, { creditsEmail: { from: null, to: 'help@example.com' } });
});

test('reset forgets what is stored, so that the default applies again', async (t) => {
  const { context } = await build(t);
  await context.settings.set({ 'policy.outputCap': 4_096 }, OPERATOR);
  await context.settings.reset(['policy.outputCap', 'locale'], OPERATOR);
  assert.equal(context.settings.current().policy.outputCap, 16_384);
  assert.equal(described(context, 'policy.outputCap').source, 'default');
  assert.equal((await refusalOf(context.settings.reset(['port'], OPERATOR))).code, 'setting_locked');
});

test('a stored value comes to light again when the stronger source goes', async (t) => {
  const built = await build(t);
  await built.context.settings.set({ currency: 'USD' }, OPERATOR);
  const locked = await built.restart({ env: { CURRENCY: 'EUR' } });
  assert.equal(locked.context.settings.current().currency, 'EUR');
  const freed = await locked.restart({ env: {} });
  assert.equal(freed.context.settings.current().currency, 'USD');
});

test('a secret whose key is lost counts as not set, and the gateway starts', async (t) => {
  const built = await build(t, { secrets: createKeyBox([Buffer.alloc(32, 1)]) });
  await built.context.settings.set({ 'smtp.password': 'hunter2', 'smtp.port': 2525 }, OPERATOR);
  const other = await built.restart({ secrets: createKeyBox([Buffer.alloc(32, 2)]) });
  assert.equal(other.context.settings.current().smtp.password, null);
  assert.equal(other.context.settings.current().smtp.port, 2_525);
  assert.equal(described(other.context, 'smtp.password').source, 'default');
});

test('a stored value that this version refuses is not used', async (t) => {
  const built = await build(t);
  const { db } = built.context;
  const row = { updatedAt: 1, updatedBy: null };
  await db.insert(db.tables.settings).values([
    { key: 'policy.outputCap', value: 'many', ...row },
    { key: 'gone.in.this.version', value: 1, ...row },
  ]);
  const again = await built.restart();
  assert.equal(again.context.settings.current().policy.outputCap, 16_384);
});

test('the ledger, the calendar and the log follow the settings', async (t) => {
  const { context, api } = await build(t);
  const { body: user } = await api('/api/admin/users', { body: { email: 'ana@example.com' } });
  assert.equal(user.monthlyLimit, 1_000_000);
  await context.settings.set({ defaultMonthlyLimit: 500, timeZone: 'America/Sao_Paulo', logLevel: 'error' }, SYSTEM);
  const period = context.calendar().period(context.clock.now()).id;
  assert.equal((await context.db.ledger.balance(user.id, period))?.limit, 500);
  assert.equal(context.calendar().timeZone, 'America/Sao_Paulo');
  assert.equal(context.log.level, 'error');
});
