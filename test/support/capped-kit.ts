/** A gateway whose team may spend so many USD, and what a request holds and costs under that. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { eq } from 'drizzle-orm';
import { createGate, type Knobs } from './mock-upstream/index.ts';
import { buildWires } from './wires-kit.ts';

export interface Ask {
  readonly path: string;
  /** Text goes on the wire as it is. */
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A gateway whose team may spend so much, to be changed. */
export async function capped(t: TestContext) {
  const kit = await buildWires(t);
  const { db, events } = kit.context;
  const { departments, departmentPeriods } = db.tables;
  const cap = async (capMicroUsd: number) => {
    await db.update(departments).set({ capMicroUsd, stopAtCap: true }).where(eq(departments.id, 'team'));
    await events.emit({ kind: 'departments_changed' });
  };
  const team = async () => {
    const [row] = await db.select().from(departmentPeriods).where(eq(departmentPeriods.departmentId, 'team'));
    return { used: row?.usedMicroUsd ?? 0, held: row?.heldMicroUsd ?? 0 };
  };
  /** What is held while the request is answered, and what was charged in the end. */
  const ask = async ({ path, body, headers }: Ask, knobs: object = {}) => {
    const gate = createGate();
    kit.upstream.next({ ...knobs, wait: { headers: gate } } as Knobs);
    const before = await team();
    const call = kit.send(body, { path, ...(headers && { headers }) });
    await gate.reached;
    const { held } = await team();
    gate.open();
    assert.equal((await call.over).status, 200);
    const record = (await kit.settled()).at(-1);
    const after = await team();
    assert.equal(after.held, 0, 'nothing of it stays held');
    assert.equal(after.used - before.used, record?.costMicroUsd);
    return { held, cost: record?.costMicroUsd ?? 0, forwarded: kit.upstream.calls.at(-1)?.bytes.toString() ?? '' };
  };
  return { ...kit, cap, team, ask };
}
