/** Two users who turn out to be one person: what was decided about either holds on. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eq, isNull } from 'drizzle-orm';
import { testClock } from '../support/clock.ts';
import { buildProxy, chat, type ProxyKit } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';

const EVA = 'eva@example.com';
const ID = '65f0aa0000000000000000aa';
const DAY_MS = 86_400_000;

type Change = [path: string, body: object];

interface Pair extends ProxyKit {
  readonly clock: ReturnType<typeof testClock>;
  /** A request that names Eva by her id, her e-mail, or both. */
  as(who: { id?: boolean; email?: boolean }): Promise<{ status: number; code: string | null }>;
  /** What administrators do to the user known by id, or by e-mail. */
  decide(about: 'id' | 'email', ...changes: Change[]): Promise<void>;
  /** The one user that both became, as the API tells of it. */
  // biome-ignore lint/suspicious/noExplicitAny: JSON of the API under test
  merged(): Promise<any>;
}

/** Eva, whom the gateway knows by id as one user, and by e-mail as another. */
async function pair(t: TestContext): Promise<Pair> {
  const clock = testClock();
  const kit = await buildProxy(t, {
    clock,
    config: { plans: [{ id: 'narrow', monthlyLimit: 40_000 }] },
  });
  const as: Pair['as'] = async ({ id = false, email = false }) => {
    const answer = await kit.ask(chat(), {
      headers: { 'x-user-email': email ? EVA : null, 'x-user-id': id ? ID : null },
    });
    return { status: answer.status, code: answer.status === 200 ? null : errorIn(answer).code };
  };
  assert.equal((await as({ id: true })).status, 200);
  assert.equal((await as({ email: true })).status, 200);
  const { users } = kit.context.db.tables;
  const rows = await kit.context.db.select().from(users);
  const ids = { id: rows.find(({ email }) => email === null)?.id, email: rows.find(({ email }) => email === EVA)?.id };
  assert.notEqual(ids.id, ids.email);
  return {
    ...kit,
    clock,
    get requests() {
      return kit.requests;
    },
    as,
    async decide(about, ...changes) {
      for (const [path, body] of changes) {
        const method = path === '' ? 'PUT' : 'POST';
        const reason = `of the one known by ${about}`;
        const { status, body: told } = await kit.api(`/api/admin/users/${ids[about]}${path}`, {
          method,
          body: { reason, ...body },
        });
        assert.ok(status < 300, `${path}: ${JSON.stringify(told)}`);
      }
    },
    merged: async () => ({
      ...(await kit.api(`/api/admin/users/${ids.email}`)).body,
      ...(await kit.api(`/api/admin/users/${ids.email}/profile`)).body,
    }),
  };
}

test('who is blocked by id is not let in by the e-mail, and is told why', async (t) => {
  const kit = await pair(t);
  await kit.decide('id', ['/block', {}]);
  assert.deepEqual(await kit.as({ id: true }), { status: 403, code: 'user_blocked' });
  for (const who of [{ id: true, email: true }, { id: true }, { email: true }]) {
    assert.deepEqual(await kit.as(who), { status: 403, code: 'user_blocked' }, JSON.stringify(who));
  }
  const merged = await kit.merged();
  assert.deepEqual([merged.status, merged.statusReason], ['blocked', 'of the one known by id']);
  const { items } = (await kit.api('/api/admin/audit?action=user.merged')).body;
  assert.equal(items[0].details.carriedOver.status, 'blocked');
  assert.ok(!JSON.stringify(items[0].details).includes('known by id'), 'reasons are personal');
});

test('the suspension that lasts longer holds on with its end, and one that is over is over', async (t) => {
  const soon = testClock().now() + DAY_MS;
  const later = soon + DAY_MS;
  const cases: [about: Record<'id' | 'email', number | null>, until: number][] = [
    [{ id: later, email: null }, later],
    [{ id: soon, email: later }, later],
    [{ id: later, email: soon }, later],
  ];
  for (const [ends, until] of cases) {
    const kit = await pair(t);
    for (const about of ['id', 'email'] as const) {
      if (ends[about] !== null) await kit.decide(about, ['/suspend', { until: ends[about] }]);
    }
    assert.deepEqual(await kit.as({ id: true, email: true }), { status: 403, code: 'user_suspended' });
    const merged = await kit.merged();
    assert.deepEqual([merged.status, merged.suspendedUntil], ['suspended', until]);
    kit.clock.advance(3 * DAY_MS);
    assert.equal((await kit.as({ id: true })).status, 200);
  }
  const over = await pair(t);
  await over.decide('id', ['/suspend', { until: soon }]);
  over.clock.advance(2 * DAY_MS);
  assert.equal((await over.as({ id: true, email: true })).status, 200);
  assert.equal((await over.merged()).status, 'active');
});

test('a block of the one known by e-mail stays, whatever the other was', async (t) => {
  const kit = await pair(t);
  await kit.decide('email', ['/block', {}]);
  await kit.decide('id', ['/suspend', { until: kit.clock.now() + DAY_MS }]);
  assert.deepEqual(await kit.as({ id: true, email: true }), { status: 403, code: 'user_blocked' });
  assert.equal((await kit.merged()).statusReason, 'of the one known by email');
});

test('of two limits the lower one holds on, and one that would be higher does not', async (t) => {
  const cases: [id: object, email: object, limit: number | null][] = [
    [{ monthlyLimit: 20_000 }, {}, 20_000],
    [{ monthlyLimit: 20_000 }, { monthlyLimit: 30_000 }, 20_000],
    [{ monthlyLimit: 20_000 }, { monthlyLimit: null }, 20_000],
    [{ monthlyLimit: 30_000 }, { monthlyLimit: 20_000 }, 20_000],
    [{ monthlyLimit: 50_000_000 }, {}, 1_000_000],
    [{ monthlyLimit: null }, { monthlyLimit: 20_000 }, 20_000],
    [{ monthlyLimit: 50_000 }, { plan: 'narrow' }, 40_000],
  ];
  for (const [id, email, limit] of cases) {
    const kit = await pair(t);
    await kit.decide('id', ['', id]);
    if (Object.keys(email).length > 0) await kit.decide('email', ['', email]);
    assert.equal((await kit.as({ id: true, email: true })).status, 200);
    assert.equal((await kit.merged()).monthlyLimit, limit, JSON.stringify([id, email]));
    await kit.balanced({ records: 3 });
  }
});

test('a plan and a department that were chosen are kept where the other has none, from the first request on', async (t) => {
  const kit = await pair(t);
  assert.equal((await kit.api('/api/admin/departments', { body: { id: 'lab', name: 'Lab' } })).status, 201);
  const models = { method: 'PUT', body: { allowedModels: ['claude-*'], reason: 'test' } };
  assert.equal((await kit.api('/api/admin/plans/narrow', models)).status, 200);
  await kit.decide('id', ['', { plan: 'narrow', department: 'lab' }]);
  assert.deepEqual(await kit.as({ id: true, email: true }), { status: 403, code: 'model_not_allowed' });
  const merged = await kit.merged();
  assert.deepEqual([merged.plan, merged.department, merged.monthlyLimit], ['narrow', 'lab', 40_000]);

  const chosen = await pair(t);
  await chosen.decide('id', ['', { plan: 'narrow' }]);
  await chosen.decide('email', ['', { plan: 'pro' }]);
  assert.equal((await chosen.as({ id: true, email: true })).status, 200);
  assert.equal((await chosen.merged()).plan, 'pro', 'of two that were chosen that of the e-mail');
});

test('of two temporary rates the lower one holds on', async (t) => {
  for (const [id, email] of [
    [3, 5],
    [5, 3],
  ] as const) {
    const kit = await pair(t);
    const { db } = kit.context;
    const { users } = db.tables;
    const until = { temporaryRateUntil: kit.clock.now() + DAY_MS };
    await db
      .update(users)
      .set({ temporaryRate: id, ...until })
      .where(isNull(users.email));
    await db
      .update(users)
      .set({ temporaryRate: email, ...until })
      .where(eq(users.email, EVA));
    assert.equal((await kit.as({ id: true, email: true })).status, 200);
    const [row] = await db.select().from(users).where(eq(users.email, EVA));
    assert.equal(row?.temporaryRate, 3);
  }
});
