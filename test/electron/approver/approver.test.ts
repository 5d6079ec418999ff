import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { OfflineDecision, PacketOutcome } from '../../../electron/contract.ts';
import { approverFiles, createApprover } from '../../../electron/main/approver/approver.ts';
import { keepApproverKey } from '../../../electron/main/approver/approver-key.ts';
import { approverStart } from '../../../electron/main/approver/launch.ts';
import { trustedKeys } from '../../../electron/main/approver/trusted-keys.ts';
import { jsonFile } from '../../../electron/main/files/json-file.ts';
import type { Keychain } from '../../../electron/main/keychain-key.ts';
import type { RequestsPayload } from '../../../gateway/contract/packets.ts';
import { openDecisions, sealPacket, verifyDecisions } from '../../../gateway/packets/files.ts';
import { newKeyPair } from '../../../gateway/packets/signing.ts';

const NOW = Date.parse('2026-11-10T12:00:00Z');
const GATEWAY_KEY = newKeyPair();
const DIGEST = 'ab'.repeat(32);

/** A keychain that turns every text around. */
const turning = (available = true): Keychain => ({
  isAvailable: async () => available,
  encrypt: async (text) => Buffer.from(text).reverse(),
  decrypt: async (bytes) => ({ text: Buffer.from(bytes).reverse().toString(), stale: false }),
});

function payload(change: Partial<RequestsPayload> = {}): RequestsPayload {
  const user = { id: 'usr_1', name: 'Ana', email: 'ana@example.com', plan: 'basic', monthlyLimit: 1_000_000 };
  const figures = { used: 900_000, credits: 0, usage30Days: 900_000, granted90Days: 0 };
  const request = (id: string, number: number, kind: 'credits' | 'support') => ({
    id,
    number,
    kind,
    urgency: 'high' as const,
    amount: 500_000,
    message: 'Release week',
    conversation: [],
    createdAt: NOW - 60_000,
    dueAt: NOW + 60_000,
    user: { ...user, ...figures },
    digest: DIGEST,
  });
  const requests = [
    request('tkt_1', 1001, 'credits'),
    request('tkt_2', 1002, 'credits'),
    request('tkt_3', 1003, 'support'),
  ];
  const times = { createdAt: NOW - 60_000, expiresAt: NOW + 3_600_000 };
  return {
    installation: 'ins_1',
    nonce: 'n1',
    ...times,
    currency: 'BRL',
    pricePerMillion: 50_000_000,
    requests,
    ...change,
  };
}

function rig(t: TestContext, options: { keychain?: Keychain; target?: string | null } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'solaris-approver-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const files = approverFiles(folder);
  const target = options.target === undefined ? join(folder, 'out.solaris') : options.target;
  const clock = { now: NOW };
  const asked: string[] = [];
  const start = () =>
    createApprover({
      keys: keepApproverKey(options.keychain ?? turning(), files.key),
      trusted: jsonFile(files.trusted, trustedKeys, {}, () => undefined),
      chooseFile: async () => null,
      async chooseTarget(name) {
        asked.push(name);
        return target;
      },
      now: () => clock.now,
    });
  const packet = (content: string, name = 'requests.solaris') => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  return { folder, files, clock, asked, target: target ?? '', start, packet, approver: start() };
}

const sealed = (change: Partial<RequestsPayload> = {}, key = GATEWAY_KEY) =>
  JSON.stringify(sealPacket(payload(change), key));
const approve = (id: string, amount = 250_000): OfflineDecision => ({ decision: 'approve', id, amount, note: null });
const refusal = (outcome: PacketOutcome) => (outcome.kind === 'refused' ? outcome.code : outcome.kind);

/** An approver with a key, and an open packet whose fingerprint was compared. */
async function ready(t: TestContext, options: Parameters<typeof rig>[1] = {}) {
  const kit = rig(t, options);
  const { handlers, open } = kit.approver;
  await handlers['approver.makeKey'](undefined);
  const opened = await open(kit.packet(sealed()));
  assert.ok(opened.kind === 'opened');
  const { digest } = opened.packet;
  await handlers['approver.trust']({ digest });
  return { ...kit, handlers, open, digest };
}

describe('the key of an approver', () => {
  test('is made once, sealed by the keychain, and shown by its public half only', async (t) => {
    const { approver, files, start } = rig(t);
    assert.deepEqual(await approver.handlers['approver.key'](undefined), { kind: 'none' });
    const made = await approver.handlers['approver.makeKey'](undefined);
    assert.ok(made.kind === 'kept');
    assert.match(made.fingerprint, /^([0-9a-f]{4} ){15}[0-9a-f]{4}$/);
    assert.deepEqual(await approver.handlers['approver.makeKey'](undefined), made, 'never replaced');
    assert.deepEqual(await start().handlers['approver.key'](undefined), made, 'kept over a restart');
    assert.doesNotMatch(readFileSync(files.key, 'utf8'), /PRIVATE KEY/);
    if (process.platform !== 'win32') assert.equal(statSync(files.key).mode & 0o077, 0);
    assert.doesNotMatch(JSON.stringify(made), /PRIVATE/);
  });

  test('is not made where nothing keeps it, and stays where it cannot be opened', async (t) => {
    const bare = rig(t, { keychain: turning(false) });
    assert.deepEqual(await bare.approver.handlers['approver.makeKey'](undefined), { kind: 'no_keychain' });
    assert.ok(!existsSync(bare.files.key), 'no key in the clear');

    const locked = rig(t);
    writeFileSync(locked.files.key, 'damaged');
    assert.deepEqual(await locked.approver.handlers['approver.key'](undefined), { kind: 'locked' });
    assert.deepEqual(await locked.approver.handlers['approver.makeKey'](undefined), { kind: 'locked' });
    assert.equal(readFileSync(locked.files.key, 'utf8'), 'damaged');
  });
});

describe('a packet', () => {
  test('that was opened shows what a decision needs, and no ids or digests that are not for the page', async (t) => {
    const { approver, packet } = rig(t);
    const opened = await approver.open(packet(sealed()));
    assert.ok(opened.kind === 'opened');
    const { requests, isTrusted, isOver, file } = opened.packet;
    assert.deepEqual([requests.length, isTrusted, isOver, file], [3, false, false, 'requests.solaris']);
    assert.equal(requests[0]?.user.email, 'ana@example.com');
    assert.doesNotMatch(JSON.stringify(requests), new RegExp(`usr_1|${DIGEST}`));
    assert.deepEqual(await approver.handlers['approver.opened'](undefined), opened);
  });

  test('that is none, was altered, holds decisions, is newer, too large or gone is refused with the reason', async (t) => {
    const { approver, packet, folder, target, ...kit } = await ready(t).then((all) => ({ ...all }));
    await kit.handlers['approver.decide']({ digest: kit.digest, decisions: [approve('tkt_1')] });
    const good = JSON.parse(sealed()) as { payload: string; version: number };
    const altered = {
      ...good,
      payload: Buffer.from(Buffer.from(good.payload, 'base64url').toString().replace('1001', '1009')).toString(
        'base64url',
      ),
    };
    const cases: [string, string][] = [
      ['not_a_packet', 'hello'],
      ['not_a_packet', '{"a":1}'],
      ['altered', JSON.stringify(altered)],
      ['newer_version', JSON.stringify({ ...good, version: 2 })],
      ['wrong_file', readFileSync(target, 'utf8')],
    ];
    for (const [code, content] of cases) assert.equal(refusal(await approver.open(packet(content, 'x.solaris'))), code);
    assert.equal(refusal(await approver.open(join(folder, 'gone.solaris'))), 'unreadable');
    assert.equal(refusal(await approver.open(folder)), 'unreadable');
    assert.equal(refusal(await approver.open(packet('x'.repeat(30_000_001), 'big.solaris'))), 'too_large');
    const still = await kit.handlers['approver.opened'](undefined);
    assert.ok(still?.kind === 'opened' && still.packet.digest === kit.digest, 'what was open stays open');
    assert.equal(
      (await kit.handlers['approver.decide']({ digest: kit.digest, decisions: [approve('tkt_1')] })).kind,
      'saved',
    );
  });

  test('of a gateway whose fingerprint was compared is known; one that another key signs is not opened', async (t) => {
    const { open, packet, start } = await ready(t);
    const again = await start().open(packet(sealed({ nonce: 'n2' })));
    assert.ok(again.kind === 'opened' && again.packet.isTrusted);
    assert.equal(refusal(await open(packet(sealed({}, newKeyPair())))), 'other_key');
    const elsewhere = await open(packet(sealed({ installation: 'ins_2' }, newKeyPair())));
    assert.ok(
      elsewhere.kind === 'opened' && !elsewhere.packet.isTrusted,
      'another installation is compared for itself',
    );
  });
});

describe('decisions', () => {
  test('are signed with the own key, bound to their requests, and saved where one says', async (t) => {
    const { handlers, digest, target, asked, folder } = await ready(t);
    const decisions: OfflineDecision[] = [approve('tkt_1'), { decision: 'reject', id: 'tkt_2', reason: 'Too much' }];
    const saved = await handlers['approver.decide']({ digest, decisions });
    assert.deepEqual(saved, { kind: 'saved', file: 'out.solaris', count: 2 });
    assert.deepEqual(asked, [join(folder, 'requests.decisions.solaris')]);
    const opened = openDecisions(readFileSync(target, 'utf8'));
    const key = await handlers['approver.key'](undefined);
    assert.ok(key.kind === 'kept' && verifyDecisions(opened, key.publicKey));
    assert.equal(opened.payload.packetDigest, digest);
    assert.deepEqual(opened.payload.decisions, [
      { decision: 'approve', id: 'tkt_1', amount: 250_000, note: null, digest: DIGEST },
      { decision: 'reject', id: 'tkt_2', reason: 'Too much', digest: DIGEST },
    ]);
  });

  test('are refused, with nothing written, whenever they would be refused at the gateway', async (t) => {
    const { handlers, digest, clock, target } = await ready(t);
    const code = async (decisions: OfflineDecision[], about = digest) => {
      const outcome = await handlers['approver.decide']({ digest: about, decisions });
      return outcome.kind === 'refused' ? outcome.code : outcome.kind;
    };
    assert.equal(await code([approve('tkt_1')], 'cd'.repeat(32)), 'another_packet');
    assert.equal(await code([approve('tkt_9')]), 'unknown_request');
    assert.equal(await code([approve('tkt_1'), approve('tkt_1')]), 'twice');
    assert.equal(await code([approve('tkt_3')]), 'no_credits');
    clock.now = NOW + 3_600_000;
    assert.equal(await code([approve('tkt_1')]), 'over');
    assert.ok(!existsSync(target));
  });

  test('need a compared fingerprint and a key', async (t) => {
    const { approver, packet, target } = rig(t);
    const opened = await approver.open(packet(sealed()));
    assert.ok(opened.kind === 'opened');
    const wish = { digest: opened.packet.digest, decisions: [approve('tkt_1')] };
    assert.deepEqual(await approver.handlers['approver.decide'](wish), { kind: 'refused', code: 'not_trusted' });
    await approver.handlers['approver.trust']({ digest: opened.packet.digest });
    assert.deepEqual(await approver.handlers['approver.decide'](wish), { kind: 'refused', code: 'no_key' });
    assert.ok(!existsSync(target));
  });

  test('are not lost where nobody chose a place, or the place cannot be written', async (t) => {
    const nowhere = await ready(t, { target: null });
    const wish = { digest: nowhere.digest, decisions: [approve('tkt_1')] };
    assert.deepEqual(await nowhere.handlers['approver.decide'](wish), { kind: 'cancelled' });
    const closed = await ready(t, { target: join(tmpdir(), 'no-such-folder-of-ours', 'out.solaris') });
    const outcome = await closed.handlers['approver.decide'](wish);
    assert.deepEqual(outcome, { kind: 'refused', code: 'unwritable' });
    assert.deepEqual(
      readdirSync(closed.folder).filter((name) => name.endsWith('.new')),
      [],
    );
  });
});

test('the app is started for a packet, for the page alone, or for neither', () => {
  const folder = join(tmpdir(), 'folder');
  const start = (...args: string[]) => approverStart(['ia-solaris', ...args], folder);
  assert.deepEqual(start(join(folder, 'a.solaris')), { packet: join(folder, 'a.solaris') });
  assert.deepEqual(start('--hidden', 'b.SOLARIS'), { packet: join(folder, 'b.SOLARIS') });
  assert.deepEqual(start('--approver'), { packet: null });
  for (const other of [[], ['--hidden'], ['ia-solaris://requests'], ['--file=a.solaris'], ['a.json']]) {
    assert.equal(start(...other), null, other.join());
  }
});
