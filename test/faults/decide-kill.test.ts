/**
 * kill -9 at every point of a decision, over and over on the same data: no grant twice, none half, and a decision that was
 * answered stands. `SOLARIS_KILL_ROUNDS=500` runs more rounds.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSqlite } from '../../gateway/db/sqlite.ts';
import { DECISION_FAULT_POINTS } from '../../gateway/ops/fault-point.ts';
import { temporaryDir } from '../support/build.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { assertLedgerSums } from '../support/ledger-oracle.ts';

const ROUNDS = Number(process.env.SOLARIS_KILL_ROUNDS ?? 50);
const PASSWORD = 'correct horse battery';
const AMOUNT = 1_000;

async function call(url: string, token: string | null, path: string, body?: unknown, key?: string) {
  const response = await fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

type DecisionFaultPoint = (typeof DECISION_FAULT_POINTS)[number];

/** How often finishing the round before passes a point: a decision that was made already is only answered again. */
function passesBefore(point: DecisionFaultPoint, last: DecisionFaultPoint | null): number {
  if (last === null) return 0;
  return last === 'decided' && point !== 'decided' ? 0 : 1;
}

test(`${ROUNDS} rounds of kill -9 around decisions grant nothing twice and lose nothing that was answered`, {
  timeout: 1_200_000,
}, async (t) => {
  const dataDir = temporaryDir(t);
  const config = {
    operators: [{ email: 'owner@example.com', password: PASSWORD, role: 'owner' }],
    users: [{ email: 'ana@example.com' }],
  };
  let memberToken = '';
  let ownerToken = '';
  let userId = '';
  const prepare = async (url: string) => {
    const login = await call(url, null, '/api/auth/login', { email: 'owner@example.com', password: PASSWORD });
    const { token } = login.body;
    userId = (await call(url, token, '/api/admin/users')).body.items[0].id;
    const made = await call(url, token, '/api/admin/keys', { kind: 'personal', name: 'k', userId });
    memberToken = made.body.secret;
    ownerToken = (await call(url, token, '/api/admin/tokens', { name: 'test', role: 'owner' })).body.token;
    assert.ok(ownerToken && memberToken, JSON.stringify(made.body));
  };
  const start = async (faultPoint?: string) => {
    const started = await startGatewayProcess({ dataDir, config, ...(faultPoint === undefined ? {} : { faultPoint }) });
    // A test that fails must not leave it running.
    t.after(() => started.child.kill('SIGKILL'));
    return started;
  };
  const first = await start();
  await prepare(first.url);
  first.child.kill('SIGTERM');
  await first.ended;

  /** The decision that the process before died of. */
  let last: { id: string; key: string; point: DecisionFaultPoint } | null = null;
  const finishLast = async (url: string, round: number) => {
    if (!last) return;
    const { id, key, point } = last;
    const before = (await call(url, ownerToken, `/api/admin/requests/${id}`)).body;
    const wasDecided = point === 'decided';
    assert.equal(before.ticket.status, wasDecided ? 'approved' : 'open', point);
    assert.equal(before.user.credits, AMOUNT * (wasDecided ? round : round - 1), `${point}: all of it or nothing`);
    const again = await call(url, ownerToken, `/api/admin/requests/${id}/approve`, {}, key);
    assert.equal(again.status, 200, JSON.stringify(again.body));
    const other = await call(url, ownerToken, `/api/admin/requests/${id}/approve`, {});
    assert.deepEqual([other.status, other.body.error.code], [409, 'already_decided']);
    const after = (await call(url, ownerToken, `/api/admin/users/${userId}`)).body;
    assert.equal(after.credits, AMOUNT * round, `${point}: granted once`);
  };
  for (let round = 0; round < ROUNDS; round++) {
    const point = DECISION_FAULT_POINTS[round % DECISION_FAULT_POINTS.length] ?? 'granted';
    const gateway = await start(`${point}:${1 + passesBefore(point, last?.point ?? null)}`);
    await finishLast(gateway.url, round);
    const opened = await call(gateway.url, memberToken, '/api/tokens/purchase', { amount: AMOUNT, justification: 'x' });
    assert.equal(opened.status, 201, JSON.stringify(opened.body));
    last = { id: opened.body.id, key: `round-${round}`, point };
    const path = `/api/admin/requests/${last.id}/approve`;
    const answered = await call(gateway.url, ownerToken, path, {}, last.key).catch(() => null);
    assert.equal(await gateway.ended, 'SIGKILL', `${point} was reached`);
    assert.equal(answered, null, `${point}: it died before it answered`);
  }
  const end = await start();
  await finishLast(end.url, ROUNDS);
  end.child.kill('SIGTERM');
  await end.ended;

  const db = await openSqlite({
    file: join(dataDir, 'ia-solaris.db'),
    migrationsFolder: join(import.meta.dirname, '../../resources/migrations/sqlite'),
    gatewayId: 'gtw_test',
  });
  t.after(() => db.close());
  await assertLedgerSums(db);
  const { ledgerEntries, outbox, tickets, auditLog } = db.tables;
  const grants = (await db.select().from(ledgerEntries)).filter(({ kind }) => kind === 'grant');
  assert.equal(grants.length, ROUNDS);
  const decided = await db.select().from(tickets);
  assert.deepEqual(new Set(decided.map(({ entryId }) => entryId)), new Set(grants.map(({ id }) => id)));
  const mails = (await db.select().from(outbox)).filter(({ kind }) => kind === 'request_approved');
  assert.equal(mails.length, ROUNDS, 'one mail for each');
  const audited = (await db.select().from(auditLog)).filter(({ action }) => action === 'ticket.approved');
  assert.equal(audited.length, ROUNDS, 'one audit entry for each');
});
