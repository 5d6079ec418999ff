/** Answers that we end ourselves: settled before anything else happens, and never charged. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGate } from '../support/mock-upstream/index.ts';
import { ANA, buildProxy, chat } from '../support/proxy-kit.ts';

const text = ['alpha ', 'beta ', 'gamma'];

test('a stop lets open answers finish, and takes no new requests meanwhile', async (t) => {
  const kit = await buildProxy(t, { upstream: { text } });
  const gates = { stream: createGate(), json: createGate() };
  kit.upstream.next({ wait: { 'chunk:1': gates.stream } });
  const stream = await kit.send(chat({ stream: true })).started;
  await stream.has('alpha');
  kit.upstream.next({ wait: { 'first-byte': gates.json } });
  const json = kit.send();
  await gates.json.reached;
  const stopped = kit.gateway.stop();
  const late = await kit.ask().then(
    ({ status }) => status,
    () => 'refused',
  );
  assert.ok(late === 'refused' || late === 503, String(late));
  gates.stream.open();
  gates.json.open();
  assert.equal(await stream.end, 'whole');
  assert.match(stream.text, /gamma.*\[DONE]\n\n$/s);
  assert.equal((await json.over).status, 200);
  await stopped;
  assert.equal(kit.upstream.calls.length, 2);
  const again = await kit.restart();
  const { usageRecords, holds } = again.context.db.tables;
  const records = await again.context.db.select().from(usageRecords);
  assert.deepEqual(
    records.map(({ outcome, usageSource }) => [outcome, usageSource]),
    [
      ['ok', 'reported'],
      ['ok', 'reported'],
    ],
  );
  assert.equal((await again.context.db.select().from(holds)).length, 0);
});

test('the gateway is busy while an answer is on its way, and not before or after', async (t) => {
  const kit = await buildProxy(t, { upstream: { text } });
  assert.equal(kit.gateway.isBusy(), false);
  const gate = createGate();
  kit.upstream.next({ wait: { 'chunk:1': gate } });
  const stream = await kit.send(chat({ stream: true })).started;
  await stream.has('alpha');
  assert.equal(kit.gateway.isBusy(), true);
  gate.open();
  assert.equal(await stream.end, 'whole');
  await kit.untilGone();
  assert.equal(kit.gateway.isBusy(), false);
});

test('a stop that cannot wait cuts what is open: recorded as interrupted, not charged, no hold left', async (t) => {
  const kit = await buildProxy(t, { upstream: { text }, drainMs: 50 });
  const gate = createGate();
  kit.upstream.next(
    { wait: { 'chunk:1': gate } },
    { wait: { 'chunk:2': gate }, usage: 'every-chunk' },
    { wait: { headers: gate } },
  );
  const streams = [await kit.send(chat({ stream: true })).started, await kit.send(chat({ stream: true })).started];
  const early = kit.send();
  await streams[0]?.has('alpha');
  await streams[1]?.has('beta');
  await kit.upstream.waitForCalls(3);
  await kit.gateway.stop();
  for (const stream of streams) assert.equal(await stream.end, 'cut');
  await assert.rejects(early.over);
  await kit.upstream.idle();
  assert.deepEqual(
    kit.upstream.calls.map(({ state }) => state),
    ['aborted', 'aborted', 'aborted'],
  );

  const again = await kit.restart();
  const { db } = again.context;
  const records = await db.select().from(db.tables.usageRecords);
  assert.equal(records.length, 3);
  for (const { outcome, chargedTokens, absorbedTokens } of records) {
    assert.deepEqual([outcome, chargedTokens, absorbedTokens], ['interrupted', 0, 0]);
  }
  assert.ok(records.every(({ usageSource }) => usageSource === 'partial'));
  assert.ok(
    records.every(({ totalTokens }) => totalTokens > 0),
    'what it may have cost is told',
  );
  assert.equal((await db.select().from(db.tables.holds)).length, 0);
  assert.equal((await db.select().from(db.tables.ledgerEntries)).filter(({ kind }) => kind === 'debit').length, 0);
  const [user] = await db.select().from(db.tables.users);
  assert.deepEqual([user?.openHolds, user?.heldCredits], [0, 0]);
});

test('a stop waits for a request that waits for its hold, or cuts it before it is sent', async (t) => {
  for (const drainMs of [60_000, 0]) {
    const kit = await buildProxy(t, { upstream: { text }, drainMs });
    await kit.ask();
    const busy = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const done = kit.context.db.tx(async () => {
      begun.resolve();
      await busy.promise;
    });
    await begun.promise;
    const call = kit.send();
    await kit.untilOpen(1);
    const stopped = kit.gateway.stop();
    // Questions to the database, while the one deadline passes and the other is far away.
    for (let turn = 0; turn < 20; turn++) await kit.records();
    busy.resolve();
    await done;
    if (drainMs === 0) await assert.rejects(call.over);
    else assert.equal((await call.over).status, 200);
    await stopped;
    assert.equal(kit.upstream.calls.length, drainMs === 0 ? 1 : 2);
    const again = await kit.restart();
    const { usageRecords, holds } = again.context.db.tables;
    const [, record] = await again.context.db.select().from(usageRecords).orderBy(usageRecords.id);
    const wanted = drainMs === 0 ? ['interrupted', 'none'] : ['ok', 'reported'];
    assert.deepEqual([record?.outcome, record?.usageSource], wanted);
    assert.equal((await again.context.db.select().from(holds)).length, 0);
  }
});

test('deleting a user ends their streams first, settles them, and leaves the others alone', async (t) => {
  const kit = await buildProxy(t, { upstream: { text } });
  const gate = createGate();
  kit.upstream.script({ wait: { 'chunk:1': gate } });
  const ana = await kit.send(chat({ stream: true })).started;
  await ana.has('alpha');
  const bia = await kit.send(chat({ stream: true }), { headers: { 'x-user-email': 'bia@example.com' } }).started;
  await bia.has('alpha');
  const { db } = kit.context;
  const [user] = (await db.select().from(db.tables.users)).filter(({ email }) => email === ANA);
  const { status } = await kit.api(`/api/admin/users/${user?.id}`, { method: 'DELETE', body: { reason: 'left' } });
  assert.ok(status < 300, `${status}`);
  assert.equal(await ana.end, 'cut');
  const [own] = (await kit.records()).filter(({ userId }) => userId === user?.id);
  assert.deepEqual([own?.outcome, own?.chargedTokens], ['interrupted', 0], 'settled before the deletion is answered');
  gate.open();
  assert.equal(await bia.end, 'whole');
  const records = await kit.balanced({ records: 2 });
  assert.equal(records.find(({ userId }) => userId !== user?.id)?.outcome, 'ok');
  // Erased: the same address is somebody new.
  assert.equal((await kit.ask()).status, 200);
  assert.notEqual((await kit.records()).at(-1)?.userId, user?.id);
});
