/** Changes of many users that are asked for twice: after the process died in the middle, and at the same moment. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq } from 'drizzle-orm';
import type { GatewayContext } from '../../gateway/context.ts';
import type { Queries } from '../../gateway/db/database.ts';
import { type Office, office } from './account-kit.ts';

/** Two batches and a little. */
const MANY = 55;

async function people({ user }: Office): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < MANY; index++)
    ids.push((await user(`user${index}@example.com`, { plan: 'trial', name: `User ${index}` })).id);
  return ids;
}

/** Transactions fail from the moment on in which `when` holds, as those of a process that died. @returns what ends it */
function dieWhen({ db }: GatewayContext, when: (db: Queries) => Promise<boolean>): () => void {
  const { tx } = db;
  const open = db as { tx: typeof tx };
  open.tx = async (work) => {
    if (await when(db)) throw new Error('the process died here');
    return tx.call(db, work) as never;
  };
  return () => {
    open.tx = tx;
  };
}

/** The commit of an action for everybody on the plan trial, as the preview had it, under a key. */
async function commitFor({ api }: Office, action: object) {
  const request = { filter: { plan: ['trial'] }, action };
  const { selection } = (await api('/api/admin/users/bulk', { body: { ...request, preview: true } })).body;
  const init = { headers: { 'idempotency-key': 'b1' }, body: { ...request, selection, reason: 'upgrade' } };
  return () => api('/api/admin/users/bulk', init);
}

async function audited({ api }: Office, action: string): Promise<number> {
  return (await api(`/api/admin/audit?search=${action}`)).body.total;
}

test('a change that died in the middle is completed by its repetition, which tells of all of it', async (t) => {
  const built = await office(t);
  const { api, context } = built;
  await people(built);
  const commit = await commitFor(built, { kind: 'plan', plan: 'pro' });
  const revive = dieWhen(context, async (db) => {
    const { users } = db.tables;
    return (await db.$count(users, eq(users.planId, 'pro'))) >= 25;
  });
  assert.equal((await commit()).status, 500);
  revive();
  assert.equal((await api('/api/admin/users?plan=pro')).body.total, 25);
  const again = await commit();
  assert.equal(again.status, 200, JSON.stringify(again.body));
  const { matched, changed, changes, failures, undo } = again.body;
  assert.deepEqual([matched, changed, changes.length, failures.length], [MANY, MANY, MANY, 0]);
  assert.deepEqual([changes[0].before, changes[0].after], ['trial', 'pro']);
  assert.equal(undo[0].ids.length, MANY, 'all of it can be taken back');
  assert.equal(await audited(built, 'user.changed'), MANY, 'each change is in the record once');
  assert.deepEqual((await commit()).body, again.body);
});

test('a user whom somebody else has changed since the process died is left alone', async (t) => {
  const built = await office(t);
  const { api, context } = built;
  const ids = await people(built);
  const commit = await commitFor(built, { kind: 'plan', plan: 'pro' });
  const revive = dieWhen(context, async (db) => {
    const { users } = db.tables;
    return (await db.$count(users, eq(users.planId, 'pro'))) >= 25;
  });
  assert.equal((await commit()).status, 500);
  revive();
  const last = ids.at(-1) ?? '';
  await api(`/api/admin/users/${last}`, { method: 'PUT', body: { plan: 'enterprise', reason: 'promoted' } });
  const { changed, failures } = (await commit()).body;
  assert.equal(changed, MANY - 1);
  assert.deepEqual(
    [failures.length, failures[0].id, failures[0].code, failures[0].email],
    [1, last, 'conflict', `user${MANY - 1}@example.com`],
  );
  assert.equal((await api(`/api/admin/users/${last}`)).body.plan, 'enterprise');
});

test('tokens for many that died in the middle are granted once, and each grant is in the record once', async (t) => {
  const built = await office(t);
  const { api, context } = built;
  await people(built);
  const commit = await commitFor(built, { kind: 'tokens', amount: 100 });
  const revive = dieWhen(context, async (db) => {
    const { ledgerEntries } = db.tables;
    return (await db.$count(ledgerEntries, eq(ledgerEntries.kind, 'grant'))) > 25;
  });
  assert.equal((await commit()).status, 500);
  revive();
  assert.equal(await audited(built, 'user.tokens_moved'), 25, 'the second batch was moved, and not recorded');
  const again = await commit();
  assert.equal(again.status, 200, JSON.stringify(again.body));
  assert.deepEqual([again.body.changed, again.body.failures], [MANY, []]);
  assert.equal((await api('/api/admin/users?credits=100')).body.total, MANY);
  assert.equal(await audited(built, 'user.tokens_moved'), MANY);
  const { db } = context;
  const entries = await db.select({ details: db.tables.auditLog.details }).from(db.tables.auditLog);
  const moved = entries.flatMap(({ details }) => (typeof details.entryId === 'string' ? [details.entryId] : []));
  assert.equal(new Set(moved).size, MANY);
});

test('the same change twice at the same moment is made once, and both are told so', async (t) => {
  for (const [action, recorded] of [
    [{ kind: 'tokens', amount: 100 }, 'user.tokens_moved'],
    [{ kind: 'plan', plan: 'pro' }, 'user.changed'],
  ] as const) {
    const built = await office(t);
    await people(built);
    const commit = await commitFor(built, action);
    const answers = await Promise.all([commit(), commit(), commit()]);
    assert.deepEqual(
      answers.map(({ status, body }) => [status, body.changed, body.failures]),
      [1, 2, 3].map(() => [200, MANY, []]),
    );
    assert.equal(await audited(built, recorded), MANY, action.kind);
  }
});

test('taking a change back completes what was begun, too', async (t) => {
  const built = await office(t);
  const { api, context } = built;
  await people(built);
  const action = { kind: 'plan', plan: 'pro' };
  const { undo } = (await (await commitFor(built, action))()).body;
  const revive = dieWhen(context, async (db) => {
    const { users } = db.tables;
    return (await db.$count(users, eq(users.planId, 'pro'))) <= MANY - 25;
  });
  const back = () =>
    api('/api/admin/users/bulk/undo', {
      headers: { 'idempotency-key': 'u1' },
      body: { steps: undo, undoes: action, reason: 'a mistake' },
    });
  assert.equal((await back()).status, 500);
  revive();
  const { changed, failures } = (await back()).body;
  assert.deepEqual([changed, failures], [MANY, []]);
  assert.equal((await api('/api/admin/users?plan=trial')).body.total, MANY);
});
