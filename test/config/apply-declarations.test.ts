import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asc, eq } from 'drizzle-orm';
import type { GatewayContext } from '../../gateway/context.ts';
import { verifyPassword } from '../../gateway/operators/password.ts';
import { build, temporaryDir, verifyBooks } from '../support/build.ts';

const KEY = 'sk-sol-0123456789abcdef';
const CONFIG = {
  upstreams: [
    { id: 'first', kind: 'openai', baseUrl: 'http://127.0.0.1:9/v1/', apiKey: 'sk-up-1', models: ['gpt-*'] },
    { id: 'second', kind: 'openai', baseUrl: 'http://127.0.0.1:9/v1' },
  ],
  serviceKeys: [{ name: 'librechat', key: KEY }],
  plans: [
    { id: 'basic', monthlyLimit: 2_000, rateLimit: { perMinute: 5 } },
    {
      id: 'gold',
      name: 'Gold',
      monthlyLimit: null,
      rateLimit: { perMinute: null, concurrent: 3 },
      allowedModels: ['gpt-*'],
    },
  ],
  users: [
    { email: 'Ana@example.com', plan: 'gold', monthlyLimit: 500, credits: 70 },
    { email: 'bob@example.com', name: 'Bob' },
  ],
  operators: [{ email: 'owner@example.com', password: 'correct horse', role: 'owner' }],
};

const usersOf = ({ db }: GatewayContext) => db.select().from(db.tables.users).orderBy(asc(db.tables.users.email));
const auditCount = ({ db }: GatewayContext) => db.$count(db.tables.auditLog);

test('a machine is set up with one file: plans, upstreams, keys, users, credits, operators', async (t) => {
  const { context, dataDir } = await build(t, { config: CONFIG });
  const { db } = context;
  const [ana, bob] = await usersOf(context);
  assert.ok(ana && bob);
  assert.deepEqual(
    [ana.email, ana.name, ana.planId, ana.limitMode, ana.monthlyLimit, ana.credits, ana.status],
    ['ana@example.com', 'ana', 'gold', 'tokens', 500, 70, 'active'],
  );
  assert.deepEqual(
    [bob.email, bob.name, bob.planId, bob.limitMode, bob.credits],
    ['bob@example.com', 'Bob', 'basic', 'inherit', 0],
  );
  const plans = new Map((await db.select().from(db.tables.plans)).map((plan) => [plan.id, plan]));
  assert.deepEqual([plans.get('basic')?.limitMode, plans.get('basic')?.monthlyLimit], ['tokens', 2_000]);
  assert.deepEqual(
    [plans.get('basic')?.ratePerMinute, plans.get('basic')?.concurrent],
    [5, 20],
    'what is left out stays',
  );
  assert.deepEqual(
    [plans.get('gold')?.limitMode, plans.get('gold')?.ratePerMinute, plans.get('gold')?.concurrent],
    ['unlimited', null, 3],
  );
  const upstreams = await db.select().from(db.tables.upstreams).orderBy(asc(db.tables.upstreams.position));
  assert.deepEqual(
    upstreams.map(({ id, baseUrl, models, source }) => [id, baseUrl, models, source]),
    [
      ['first', 'http://127.0.0.1:9/v1', ['gpt-*'], 'config'],
      ['second', 'http://127.0.0.1:9/v1', ['*'], 'config'],
    ],
  );
  assert.ok(upstreams[0]?.apiKey);
  assert.equal(await context.secrets.open(upstreams[0].apiKey), 'sk-up-1');
  assert.doesNotMatch(JSON.stringify(upstreams), /sk-up-1/);
  const [owner] = await db.select().from(db.tables.operators).where(eq(db.tables.operators.email, 'owner@example.com'));
  assert.equal(owner?.role, 'owner');
  assert.ok(await verifyPassword(owner?.passwordHash ?? null, 'correct horse'));
  assert.equal((await verifyBooks(dataDir)).ok, true, 'credits came through the ledger');
});

test('the listed service key lets LibreChat in', async (t) => {
  const { url } = await build(t, { config: { serviceKeys: CONFIG.serviceKeys } });
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', 'x-user-email': 'ana@example.com' },
    body: JSON.stringify({ model: 'solaris-echo', messages: [{ role: 'user', content: 'Hi' }] }),
  });
  assert.equal(response.status, 200);
  await response.arrayBuffer();
});

test('the same file again changes nothing: no second credits, no new seal, no audit entry', async (t) => {
  const built = await build(t, { config: CONFIG });
  const users = await usersOf(built.context);
  const [before] = await built.context.db.select().from(built.context.db.tables.upstreams);
  const entries = await auditCount(built.context);
  const again = await built.restart();
  assert.deepEqual(await usersOf(again.context), users);
  const [after] = await again.context.db.select().from(again.context.db.tables.upstreams);
  assert.deepEqual(after, before);
  assert.equal(await auditCount(again.context), entries);
});

test('a changed file changes what it names; credits and passwords count only at the creation', async (t) => {
  const built = await build(t, { config: CONFIG });
  const again = await built.restart({
    config: {
      ...CONFIG,
      upstreams: [{ ...CONFIG.upstreams[0], apiKey: 'sk-up-2' }],
      users: [{ email: 'ana@example.com', plan: 'pro', monthlyLimit: 'inherit', credits: 9_999 }],
      operators: [{ email: 'owner@example.com', password: 'another horse', role: 'owner' }],
    },
  });
  const { context } = again;
  const [ana, bob] = await usersOf(context);
  assert.deepEqual([ana?.planId, ana?.limitMode, ana?.monthlyLimit, ana?.credits], ['pro', 'inherit', null, 70]);
  assert.equal(bob?.email, 'bob@example.com', 'who is no longer listed stays');
  const { upstreams, operators } = context.db.tables;
  const [first] = await context.db.select().from(upstreams).where(eq(upstreams.id, 'first'));
  assert.ok(first?.apiKey);
  assert.equal(await context.secrets.open(first.apiKey), 'sk-up-2');
  const [owner] = await context.db.select().from(operators).where(eq(operators.email, 'owner@example.com'));
  assert.ok(await verifyPassword(owner?.passwordHash ?? null, 'correct horse'));
  assert.equal(await verifyPassword(owner?.passwordHash ?? null, 'another horse'), false);
});

test('credits that a crash kept from the ledger are granted at the next start, once', async (t) => {
  const built = await build(t, { config: { users: [{ email: 'ana@example.com' }] } });
  const { db } = built.context;
  const [ana] = await usersOf(built.context);
  assert.ok(ana);
  await db.insert(db.tables.installation).values({ key: `pending_credits:${ana.id}`, value: '30' });
  const again = await built.restart();
  assert.equal((await usersOf(again.context))[0]?.credits, 30);
  // The ledger had it already, and only the note was left.
  await again.context.db.insert(db.tables.installation).values({ key: `pending_credits:${ana.id}`, value: '30' });
  const third = await again.restart();
  assert.equal((await usersOf(third.context))[0]?.credits, 30);
  assert.equal(await third.context.db.$count(db.tables.ledgerEntries), 1);
});

test('a mistake in the file undoes all of it and names the path', async (t) => {
  const dataDir = temporaryDir(t);
  const config = {
    plans: [{ id: 'silver' }],
    users: [{ email: 'ana@example.com' }, { email: 'bob@example.com', plan: 'gold' }],
  };
  await assert.rejects(build(t, { dataDir, config }), (error: Error) => {
    assert.match(
      error.message,
      /^\$\.users\[1\]\.plan names no plan; there are .*silver.* \(in the given configuration\)$/,
    );
    assert.equal((error as Error & { exitCode?: number }).exitCode, 78);
    return true;
  });
  const { context } = await build(t, { dataDir });
  assert.equal(await context.db.$count(context.db.tables.users), 0);
  assert.equal(await context.db.$count(context.db.tables.plans), 4);
});

test('a key that was revoked in the console stays revoked', async (t) => {
  const built = await build(t, { config: { serviceKeys: CONFIG.serviceKeys } });
  const { keys } = built.context.db.tables;
  await built.context.db.update(keys).set({ revokedAt: 1 }).where(eq(keys.source, 'config'));
  const again = await built.restart();
  const [row] = await again.context.db.select().from(keys).where(eq(keys.source, 'config'));
  assert.equal(row?.revokedAt, 1);
});

test('roles follow the file, but the last owner cannot be taken away', async (t) => {
  const operators = (role: string, other?: string) => ({
    operators: [
      { email: 'a@example.com', password: 'correct horse', role },
      ...(other ? [{ email: 'b@example.com', password: 'correct horse', role: other }] : []),
    ],
  });
  const dataDir = temporaryDir(t);
  const { createGateway } = await import('../../gateway/gateway.ts');
  const start = async (config: unknown) => {
    const gateway = await createGateway({ dataDir, config });
    const { db } = gateway.context;
    const rows = await db.select().from(db.tables.operators).orderBy(asc(db.tables.operators.email));
    await gateway.stop();
    return rows.map(({ role }) => role);
  };
  assert.deepEqual(await start(operators('owner')), ['owner']);
  await assert.rejects(
    start(operators('viewer')),
    /^ConfigError: \$\.operators\[0\]\.role cannot be applied: This is the last owner/,
  );
  assert.deepEqual(await start(operators('admin', 'owner')), ['admin', 'owner']);
  assert.deepEqual(await start({ operators: [{ email: 'a@example.com' }] }), ['admin', 'owner'], 'no word, no change');
});

test('an operator without a password gets one, which is told once', async (t) => {
  const dataDir = temporaryDir(t);
  const { createGateway } = await import('../../gateway/gateway.ts');
  const env = { ADMIN_EMAIL: 'boss@example.com' };
  const first = await createGateway({ dataDir, env, flags: { port: 0 }, firstSecrets: true });
  await first.start();
  assert.equal(first.issued.passwords.length, 1);
  const [issued] = first.issued.passwords;
  assert.match(first.issued.serviceKey ?? '', /^sk-sol-/);
  const { operators } = first.context.db.tables;
  const [boss] = await first.context.db.select().from(operators);
  assert.deepEqual([boss?.email, boss?.role], ['boss@example.com', 'owner']);
  assert.ok(await verifyPassword(boss?.passwordHash ?? null, issued?.password ?? ''));
  await first.stop();
  const second = await createGateway({ dataDir, env, flags: { port: 0 }, firstSecrets: true });
  t.after(() => second.stop());
  await second.start();
  assert.deepEqual(second.issued, { serviceKey: null, passwords: [] });
});

test('the environment has the last word over the file', async (t) => {
  const { context } = await build(t, {
    config: { upstreams: [{ id: 'openai', kind: 'openai', baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'from file' }] },
    env: { OPENAI_API_KEY: 'from environment' },
  });
  const [row] = await context.db.select().from(context.db.tables.upstreams);
  assert.ok(row?.apiKey);
  assert.deepEqual([row.baseUrl, row.source], ['https://api.openai.com/v1', 'environment']);
  assert.equal(await context.secrets.open(row.apiKey), 'from environment');
});

test('a service key may name the account that pays for unnamed requests; it is made once', async (t) => {
  const serviceKeys = [{ name: 'librechat', key: KEY, chargeUnnamedTo: 'Pictures and sound' }];
  let built = await build(t, { config: { serviceKeys } });
  const payer = async ({ db }: GatewayContext) => {
    const [key] = await db.select().from(db.tables.keys).where(eq(db.tables.keys.source, 'config'));
    const accounts = await db.select().from(db.tables.users);
    assert.ok(accounts.length <= 1);
    const [account] = accounts;
    return [key?.unnamedUserId === account?.id, account?.kind, account?.name, account?.email];
  };
  assert.deepEqual(await payer(built.context), [true, 'service', 'Pictures and sound', null]);
  built = await built.restart();
  assert.deepEqual(await payer(built.context), [true, 'service', 'Pictures and sound', null]);
  built = await built.restart({ config: { serviceKeys: [{ name: 'librechat', key: KEY }] } });
  assert.deepEqual((await payer(built.context))[0], true, 'what is left out stays');
  built = await built.restart({ config: { serviceKeys: [{ name: 'librechat', key: KEY, chargeUnnamedTo: null }] } });
  assert.deepEqual((await payer(built.context))[0], false);
});

test('upstreams of one position share it, with weights', async (t) => {
  const upstream = { kind: 'openai', baseUrl: 'http://127.0.0.1:9/v1' };
  const config = {
    upstreams: [
      { ...upstream, id: 'east', position: 1, weight: 3 },
      { ...upstream, id: 'west', position: 1 },
      { ...upstream, id: 'last' },
    ],
  };
  const { context } = await build(t, { config });
  const { upstreams } = context.db.tables;
  const rows = await context.db.select().from(upstreams).orderBy(asc(upstreams.id));
  assert.deepEqual(
    rows.map(({ id, position, weight }) => [id, position, weight]),
    [
      ['east', 1, 3],
      ['last', 2, 1],
      ['west', 1, 1],
    ],
  );
  await assert.rejects(
    build(t, { config: { upstreams: [{ ...upstream, id: 'east', caCertificate: 'nonsense' }] } }),
    /caCertificate must be a certificate in PEM/,
  );
});
