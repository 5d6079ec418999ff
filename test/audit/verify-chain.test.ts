import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq } from 'drizzle-orm';
import { auditHash, GENESIS, SYSTEM } from '../../gateway/audit/audit-writer.ts';
import { eraseSubject } from '../../gateway/audit/erase-subject.ts';
import { verifyChain } from '../../gateway/audit/verify-chain.ts';
import type { GatewayContext } from '../../gateway/context.ts';
import { build } from '../support/build.ts';

const ENTRY = {
  seq: 1,
  id: 'aud_1',
  at: 1,
  actorKind: 'system',
  actorId: null,
  action: 'test.written',
  targetKind: null,
  targetId: null,
} as const;

async function write({ db, audit }: GatewayContext, count: number): Promise<void> {
  await db.tx(async (tx) => {
    for (let i = 0; i < count; i += 1) {
      await audit.write(tx, {
        actor: SYSTEM,
        action: 'test.written',
        details: { i, at: new Date(0), nothing: undefined, b: { z: 1, a: [1, null, 'ü'] } },
        personal: { subjectId: `usr_${i % 2}`, data: { email: `person${i}@example.com` } },
      });
    }
  });
}

test('a log that nobody touched is whole, over many pages', async (t) => {
  const { context } = await build(t);
  assert.deepEqual(await verifyChain(context.db), { entries: 0, head: null, problem: null });
  await write(context, 1_001);
  const report = await verifyChain(context.db);
  assert.deepEqual([report.entries, report.problem, report.head?.seq], [1_001, null, 1_001]);
});

test('entries written at the same time make one chain', async (t) => {
  const { context } = await build(t);
  await Promise.all(Array.from({ length: 20 }, () => write(context, 3)));
  const report = await verifyChain(context.db);
  assert.deepEqual([report.entries, report.problem], [60, null]);
});

test('every kind of tampering is found where it was done', async (t) => {
  const { context } = await build(t);
  const { db } = context;
  const { auditLog } = db.tables;
  await write(context, 10);
  const [fifth] = await db.select().from(auditLog).where(eq(auditLog.seq, 5));
  assert.ok(fifth);
  const at5 = eq(auditLog.seq, 5);
  const tampering: [string, () => Promise<unknown>][] = [
    [
      'altered',
      () =>
        db
          .update(auditLog)
          .set({ details: { i: 99 } })
          .where(at5),
    ],
    ['altered', () => db.update(auditLog).set({ action: 'test.other' }).where(at5)],
    [
      'altered',
      () =>
        db
          .update(auditLog)
          .set({ at: fifth.at + 1 })
          .where(at5),
    ],
    ['altered', () => db.update(auditLog).set({ actorKind: 'operator' }).where(at5)],
    ['altered', () => db.update(auditLog).set({ actorId: 'opr_1' }).where(at5)],
    ['altered', () => db.update(auditLog).set({ targetId: 'usr_1' }).where(at5)],
    ['altered', () => db.update(auditLog).set({ id: 'aud_other' }).where(at5)],
    [
      'altered',
      () =>
        db
          .update(auditLog)
          .set({ hash: 'f'.repeat(64) })
          .where(at5),
    ],
    [
      'unlinked',
      () =>
        db
          .update(auditLog)
          .set({ prevHash: 'f'.repeat(64) })
          .where(at5),
    ],
  ];
  for (const [kind, tamper] of tampering) {
    await tamper();
    assert.deepEqual((await verifyChain(db)).problem, { kind, seq: 5 }, String(tamper));
    const { seq: _, ...original } = fifth;
    await db.update(auditLog).set(original).where(at5);
    assert.equal((await verifyChain(db)).problem, null);
  }
  await db.delete(auditLog).where(at5);
  assert.deepEqual((await verifyChain(db)).problem, { kind: 'gap', seq: 6 });
  await db.update(auditLog).set({ seq: 5 }).where(eq(auditLog.seq, 6));
  assert.deepEqual((await verifyChain(db)).problem, { kind: 'unlinked', seq: 5 }, 'closing the gap does not help');
});

test('a log whose end was cut off shows it by its head', async (t) => {
  const { context } = await build(t);
  const { db } = context;
  await write(context, 3);
  const { head } = await verifyChain(db);
  await db.delete(db.tables.auditLog).where(eq(db.tables.auditLog.seq, 3));
  const report = await verifyChain(db);
  assert.equal(report.problem, null);
  assert.notDeepEqual(report.head, head);
});

test('erasing a person removes what is told of them, of nobody else, and leaves the chain whole', async (t) => {
  const { context } = await build(t);
  const { db } = context;
  await write(context, 4);
  const { hash } = (await verifyChain(db)).head ?? {};
  assert.equal(await db.tx((tx) => eraseSubject(tx, 'usr_1')), 2);
  const left = await db.select().from(db.tables.auditPersonal);
  assert.deepEqual(
    left.map(({ subjectId }) => subjectId),
    ['usr_0', 'usr_0'],
  );
  const report = await verifyChain(db);
  assert.deepEqual([report.problem, report.entries, report.head?.hash], [null, 4, hash]);
});

test('an entry with what no engine keeps is hashed as it is kept', async (t) => {
  const { context } = await build(t);
  const { db, audit } = context;
  const bad = 'a\ud800b\0c';
  await db.tx((tx) =>
    audit.write(tx, {
      actor: { kind: 'user', id: `usr_${bad}` },
      action: 'test.written',
      target: { kind: 'plan', id: bad },
      details: { list: [bad, { [bad]: bad }], escape: '\\ud800', pair: '💡' },
      personal: { subjectId: null, data: { name: bad } },
    }),
  );
  assert.equal((await verifyChain(db)).problem, null);
  const kept = 'a\ufffdb\ufffdc';
  const [entry] = await db.select().from(db.tables.auditLog);
  assert.deepEqual(entry?.details, { list: [kept, { [kept]: kept }], escape: '\\ud800', pair: '💡' });
  assert.deepEqual([entry?.actorId, entry?.targetId], [`usr_${kept}`, kept]);
  const [personal] = await db.select().from(db.tables.auditPersonal);
  assert.deepEqual(personal?.data, { name: kept });
});

test('an entry that SQLite took with such characters before stays what was written', async (t) => {
  const { context } = await build(t, { engine: 'sqlite' });
  const { db } = context;
  const hashed = { ...ENTRY, details: { name: 'a\ud800b\0c' } };
  await db.tx((tx) =>
    tx.insert(tx.tables.auditLog).values({ ...hashed, prevHash: GENESIS, hash: auditHash(GENESIS, hashed) }),
  );
  await write(context, 1);
  assert.deepEqual([(await verifyChain(db)).problem, (await verifyChain(db)).entries], [null, 2]);
});
