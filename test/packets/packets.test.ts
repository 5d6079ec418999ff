import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq } from 'drizzle-orm';
import type { DecisionsPayload, PacketDecision } from '../../gateway/contract/packets.ts';
import { canonicalJson } from '../../gateway/packets/canonical.ts';
import { openPacket, sealDecisions } from '../../gateway/packets/files.ts';
import { fingerprintOf, type KeyPair, newKeyPair, readable } from '../../gateway/packets/signing.ts';
import { addOperator, browser, signIn } from '../operators/people.ts';
import { type Portal, portal } from '../portal/portal-kit.ts';
import type { ApiAnswer } from '../support/build.ts';
import { assertLedgerSums } from '../support/ledger-oracle.ts';

interface Branch extends Portal {
  readonly approverId: string;
  readonly key: KeyPair;
  /** Makes a packet of all that waits. */
  packet(hours?: number): Promise<string>;
  /** Decides as an approver does elsewhere. */
  decided(packet: string, decisions: PacketDecision[], change?: Partial<DecisionsPayload>, key?: KeyPair): string;
  bring(file: string): Promise<ApiAnswer>;
}

/** An office with an approver whose key is enrolled. */
async function branch(...args: Parameters<typeof portal>): Promise<Branch> {
  const base = await portal(...args);
  const { api, context, clock } = base;
  await addOperator(context, 'owner@example.com');
  const page = browser(base);
  await signIn(page, 'owner@example.com');
  const approverId = await addOperator(context, 'approver@example.com', 'approver');
  const key = newKeyPair();
  const enrolled = await page.call('/api/admin/packets/keys', {
    body: { operatorId: approverId, publicKey: key.publicKey, fingerprint: readable(fingerprintOf(key.publicKey)) },
  });
  assert.equal(enrolled.status, 201, JSON.stringify(enrolled.body));
  return {
    ...base,
    approverId,
    key,
    async packet(hours = 72) {
      const answer = await api('/api/admin/packets/export', { body: { hours } });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      return JSON.stringify(answer.body);
    },
    decided(packet, decisions, change = {}, signer = key) {
      const { payload, digest } = openPacket(packet);
      const { installation, nonce } = payload;
      const all = { installation, nonce, packetDigest: digest, decidedAt: clock.now(), decisions, ...change };
      return JSON.stringify(sealDecisions(all, signer));
    },
    bring: (file) => api('/api/admin/packets/import', { body: JSON.parse(file) }),
  };
}

function approveAll(packet: string, amount?: number): PacketDecision[] {
  return openPacket(packet).payload.requests.map(({ id, digest, amount: asked }) => {
    return { decision: 'approve', id, digest, amount: amount ?? asked ?? 0, note: null };
  });
}

test('requests are handed out, decided elsewhere, and brought back once', async (t) => {
  const { person, ask, packet, decided, bring, api, context, approverId, key } = await branch(t);
  const ana = await person('ana@example.com', { name: 'Ana' });
  const ben = await person('ben@example.com');
  const first = await ask(ana, 500_000, '<b>Release</b> week');
  const second = await ask(ben, 9_000_000, 'everything');
  const file = await packet();
  const { payload, fingerprint } = openPacket(file);
  assert.deepEqual(
    payload.requests.map(({ number, amount, message, user }) => [number, amount, message, user.email]),
    [
      [1001, 500_000, '<b>Release</b> week', 'ana@example.com'],
      [1002, 9_000_000, 'everything', 'ben@example.com'],
    ],
  );
  const own = (await api('/api/admin/packets/installation')).body;
  assert.deepEqual([own.installation, own.fingerprint], [payload.installation, fingerprint]);

  const [one, two] = payload.requests;
  assert.ok(one && two);
  const decisions = decided(file, [
    { decision: 'approve', id: one.id, digest: one.digest, amount: 250_000, note: 'Half of it' },
    { decision: 'reject', id: two.id, digest: two.digest, reason: 'Too much' },
  ]);
  const [answer, twin] = await Promise.all([bring(decisions), bring(decisions)]);
  const [good, bad] = answer.status === 200 ? [answer, twin] : [twin, answer];
  assert.equal(good.status, 200, JSON.stringify(good.body));
  assert.deepEqual(good.body, {
    operatorId: approverId,
    applied: [
      { id: first, ticket: '#1001', status: 'approved' },
      { id: second, ticket: '#1002', status: 'rejected' },
    ],
    refused: [],
  });
  assert.deepEqual([bad.status, bad.body.error.code], [409, 'already_imported']);
  assert.equal((await ana.call('/api/me')).body.credits, 250_000, 'granted once');
  assert.equal((await ben.call('/api/me')).body.credits, 0);
  const detail = (await api(`/api/admin/requests/${first}`)).body.ticket;
  assert.deepEqual([detail.decidedBy, detail.decisionText], [approverId, 'Half of it']);
  const audit = (await api('/api/admin/audit?search=ticket.approved')).body.items[0];
  assert.equal(audit.details.packet, payload.nonce);
  assert.equal(audit.details.fingerprint, fingerprintOf(key.publicKey));
  const mails = await context.db.select().from(context.db.tables.outbox);
  assert.equal(mails.filter(({ kind }) => kind === 'request_approved').length, 1);
  await assertLedgerSums(context.db);
});

test('the first decision wins: what was decided meanwhile, here or there, is told and left as it is', async (t) => {
  const { person, ask, packet, decided, bring, api } = await branch(t);
  const ana = await person('ana@example.com');
  const first = await ask(ana, 500_000);
  await ask(ana, 1_000);
  const file = await packet();
  await api(`/api/admin/requests/${first}/reject`, { body: { reason: 'no' } });
  const answer = (await bring(decided(file, approveAll(file)))).body;
  assert.deepEqual(
    answer.applied.map(({ ticket }: { ticket: string }) => ticket),
    ['#1002'],
  );
  assert.deepEqual(
    answer.refused.map(({ ticket, code }: { ticket: string; code: string }) => [ticket, code]),
    [['#1001', 'already_decided']],
  );
  assert.match(answer.refused[0].message, /#1001 was rejected already/);
  const again = (await bring(decided(file, approveAll(file, 2_000)))).body;
  assert.deepEqual([again.applied.length, again.refused.length], [0, 2], 'another file about the same requests');
  assert.equal((await ana.call('/api/me')).body.credits, 1_000);
});

test('a request that was changed after the packet was made must be decided on anew', async (t) => {
  const { person, ask, packet, decided, bring, api } = await branch(t);
  const ana = await person('ana@example.com');
  const id = await ask(ana, 500_000);
  const file = await packet();
  await api(`/api/admin/requests/${id}/ask`, { body: { message: 'For what?' } });
  const answer = (await bring(decided(file, approveAll(file)))).body;
  assert.deepEqual([answer.applied.length, answer.refused[0].code], [0, 'request_changed']);
  const newer = await packet();
  assert.equal((await bring(decided(newer, approveAll(newer)))).body.applied.length, 1);
});

test('every other file is refused with its reason, and grants nothing', async (t) => {
  const { person, ask, packet, decided, bring, api, context, clock, approverId, key } = await branch(t);
  const ana = await person('ana@example.com');
  await ask(ana, 500_000);
  const file = await packet(1);
  const good = decided(file, approveAll(file));
  const { payload } = JSON.parse(good);
  const raised = canonicalJson({
    ...JSON.parse(Buffer.from(payload, 'base64url').toString()),
    decisions: approveAll(file, 900_000_000),
  });
  const stranger = newKeyPair();
  const { operators, approverKeys } = context.db.tables;
  const setRole = (role: 'viewer' | 'approver') =>
    context.db.update(operators).set({ role }).where(eq(operators.id, approverId));

  const refused = async (name: string, text: string, code: string) => {
    const answer = await bring(text);
    assert.equal(answer.status, 400, `${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
    assert.equal(answer.body.error.code, code, name);
    assert.ok(answer.body.error.message.length > 20, name);
  };
  await refused(
    'altered amount',
    JSON.stringify({ ...JSON.parse(good), payload: Buffer.from(raised).toString('base64url') }),
    'altered',
  );
  await refused('signed by nobody', JSON.stringify({ ...JSON.parse(good), signature: 'A'.repeat(86) }), 'altered');
  await refused('an unknown key', decided(file, approveAll(file), {}, stranger), 'unknown_key');
  await refused(
    'the name of the enrolled key under a signature of another',
    JSON.stringify({ ...JSON.parse(decided(file, approveAll(file), {}, stranger)), publicKey: key.publicKey }),
    'altered',
  );
  await refused(
    'another installation',
    decided(file, approveAll(file), { installation: 'ins_other' }),
    'other_installation',
  );
  await refused(
    'a packet that was never made',
    decided(file, approveAll(file), { nonce: 'pkt_invented' }),
    'unknown_packet',
  );
  await refused(
    'a packet with other content',
    decided(file, approveAll(file), { packetDigest: '0'.repeat(64) }),
    'unknown_packet',
  );
  await refused('the future', decided(file, approveAll(file), { decidedAt: clock.now() + 3_600_000 }), 'in_the_future');
  await refused('the packet itself', file, 'wrong_file');
  await refused('something else', '{"hello":"world"}', 'not_a_packet');
  await refused('a newer version', JSON.stringify({ ...JSON.parse(good), version: 2 }), 'newer_version');
  await setRole('viewer');
  await refused('somebody who is no approver any more', good, 'not_an_approver');
  await setRole('approver');
  await context.db.update(operators).set({ disabledAt: clock.now() }).where(eq(operators.id, approverId));
  await refused('a disabled approver', good, 'approver_disabled');
  await context.db.update(operators).set({ disabledAt: null }).where(eq(operators.id, approverId));
  clock.advance(3_600_000);
  await refused('older than its expiry, by the clock of the importer', good, 'expired');
  const fresh = await packet();
  const late = decided(fresh, approveAll(fresh));
  const revoke = `/api/admin/packets/keys/${fingerprintOf(key.publicKey)}`;
  assert.equal((await api(revoke, { method: 'DELETE' })).status, 204);
  await refused('a revoked key', late, 'key_revoked');
  assert.equal((await context.db.select().from(approverKeys)).length, 1, 'revoked, and kept for the record');
  assert.equal((await api(`/api/admin/users/${ana.id}`)).body.credits, 0);
  assert.equal((await api('/api/admin/requests?status=open')).body.total, 1);
});

test('a key is enrolled by an owner with a session, for an approver, and by the fingerprint that was read out', async (t) => {
  const base = await portal(t);
  const { context, api, operator } = base;
  const approverId = await addOperator(context, 'approver@example.com', 'approver');
  const viewerId = await addOperator(context, 'viewer@example.com', 'viewer');
  const key = newKeyPair();
  const fingerprint = fingerprintOf(key.publicKey);
  const body = { operatorId: approverId, publicKey: key.publicKey, fingerprint };
  assert.equal((await api('/api/admin/packets/keys', { body })).body.error.code, 'session_required');
  const admin = await operator('admin');
  const asAdmin = { headers: { authorization: `Bearer ${admin.token}` } };
  assert.equal((await api('/api/admin/packets/keys', { ...asAdmin, body })).status, 403);
  await addOperator(context, 'owner@example.com');
  const page = browser(base);
  await signIn(page, 'owner@example.com');
  const enrol = (change: object) => page.call('/api/admin/packets/keys', { body: { ...body, ...change } });
  const differs = await enrol({ fingerprint: fingerprint.replace(/^./, (first) => (first === '0' ? '1' : '0')) });
  assert.deepEqual([differs.status, differs.body.error.field], [400, 'fingerprint']);
  assert.match(differs.body.error.message, new RegExp(readable(fingerprint)));
  assert.equal((await enrol({ publicKey: 'short' })).body.error.field, 'publicKey');
  assert.equal((await enrol({ operatorId: viewerId })).body.error.code, 'not_an_approver');
  assert.equal((await enrol({ operatorId: 'opr_nobody' })).status, 404);
  assert.equal((await enrol({ fingerprint: readable(fingerprint).toUpperCase() })).status, 201);
  assert.equal((await enrol({})).body.error.code, 'key_known');
  assert.equal((await api('/api/admin/packets/keys')).body.items[0].operatorId, approverId);
  assert.equal((await api('/api/admin/audit?search=approver_key.enrolled')).body.total, 1);
});

test('a file whose texts the API would not take is refused whole, on every engine', async (t) => {
  const { person, ask, packet, decided, bring, api } = await branch(t);
  await ask(await person('ana@example.com'));
  const text = await packet();
  const [{ id, digest } = { id: '', digest: '' }] = openPacket(text).payload.requests;
  const approval = { decision: 'approve', id, digest, amount: 5, note: null } as const;
  const rejection = { decision: 'reject', id, digest, reason: 'no' } as const;
  const bad: PacketDecision[] = [
    { ...rejection, reason: '   ' },
    { ...rejection, reason: 'x'.repeat(501) },
    { ...approval, note: 'a\u0000b' },
    { ...approval, note: ' ' },
    { ...approval, note: 'half \ud83d' },
    { ...approval, id: 'x\u0000' },
    { ...approval, amount: 0 },
  ];
  for (const decision of bad) {
    const answer = await bring(decided(text, [decision]));
    assert.deepEqual([answer.status, answer.body.error?.code], [400, 'not_a_packet'], JSON.stringify(decision));
  }
  assert.equal((await api(`/api/admin/requests/${id}`)).body.ticket.status, 'open');
  const answer = await bring(decided(text, [{ ...approval, note: ' good luck ' }]));
  assert.equal(answer.body.applied.length, 1);
  assert.equal((await api(`/api/admin/requests/${id}`)).body.ticket.decisionText, 'good luck');
});

test('with nothing to decide there is no packet', async (t) => {
  const { api } = await portal(t);
  const answer = await api('/api/admin/packets/export', { body: {} });
  assert.deepEqual([answer.status, answer.body.error.code], [409, 'nothing_waits']);
});
