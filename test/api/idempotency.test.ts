import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import Fastify, { type FastifyRequest } from 'fastify';
import { answerError } from '../../gateway/api/errors.ts';
import { idempotent, idempotentSteps } from '../../gateway/api/idempotency.ts';
import type { GatewayContext } from '../../gateway/context.ts';
import { ApiError } from '../../gateway/ops/api-error.ts';
import { createRetentionSchedule } from '../../gateway/retention/schedule.ts';
import { build } from '../support/build.ts';
import { testClock } from '../support/clock.ts';

type Work = (request: FastifyRequest<{ Body: { amount: number } }>) => Promise<unknown>;

/** A server whose one route does `work` for an operator. */
function server(t: TestContext, work: Work, operatorId = 'opr_1') {
  const app = Fastify();
  app.setErrorHandler(answerError);
  app.decorateRequest('operator', null);
  app.addHook('onRequest', async (request) => {
    request.operator = { id: operatorId, role: 'owner', tokenId: null, sessionId: null };
  });
  app.post<{ Body: { amount: number } }>('/do', { config: { idempotent: true } }, (request) => work(request));
  t.after(() => app.close());
  return (amount: number, key?: string) =>
    app.inject({
      method: 'POST',
      url: '/do',
      payload: { amount },
      headers: key === undefined ? {} : { 'idempotency-key': key },
    });
}

/** Work in one transaction: leaves a row in `installation` for each time it was done. */
function rowWork(context: GatewayContext, beforeEnd: () => void = () => undefined): Work {
  let done = 0;
  return (request) =>
    idempotent(context, request, async (tx) => {
      done += 1;
      await tx.insert(tx.tables.installation).values({ key: `done_${done}`, value: String(request.body.amount) });
      beforeEnd();
      return { done, amount: request.body.amount };
    });
}

async function doneRows({ db }: GatewayContext): Promise<string[]> {
  const rows = await db.select().from(db.tables.installation);
  return rows.filter(({ key }) => key.startsWith('done_')).map(({ value }) => value);
}

test('the same call under one key is done once and answered twice', async (t) => {
  const { context } = await build(t);
  const call = server(t, rowWork(context));
  const first = await call(5, 'a');
  const second = await call(5, 'a');
  assert.deepEqual(second.json(), first.json());
  assert.equal((await call(5, 'b')).json().done, 2, 'another key is another call');
  assert.equal((await call(5)).json().done, 3, 'no key is always another call');
  assert.deepEqual(await doneRows(context), ['5', '5', '5']);
});

test('calls under one key at the same moment have one effect', async (t) => {
  const { context } = await build(t);
  const call = server(t, rowWork(context));
  const answers = await Promise.all(Array.from({ length: 20 }, () => call(5, 'a')));
  assert.deepEqual(new Set(answers.map(({ statusCode }) => statusCode)), new Set([200]));
  assert.equal(new Set(answers.map(({ body }) => body)).size, 1);
  assert.deepEqual(await doneRows(context), ['5']);
});

test('another call under a used key is refused and does nothing', async (t) => {
  const { context } = await build(t);
  const call = server(t, rowWork(context));
  await call(5, 'a');
  const other = await call(6, 'a');
  assert.deepEqual([other.statusCode, other.json().error.code], [422, 'idempotency_mismatch']);
  assert.deepEqual(await doneRows(context), ['5']);
});

test("a key is its operator's own", async (t) => {
  const { context } = await build(t);
  const work = rowWork(context);
  await server(t, work, 'opr_1')(5, 'a');
  await server(t, work, 'opr_2')(5, 'a');
  assert.deepEqual(await doneRows(context), ['5', '5']);
});

test('a refused call leaves nothing, and may be sent again under its key', async (t) => {
  const { context } = await build(t);
  let refuses = true;
  const call = server(
    t,
    rowWork(context, () => {
      if (refuses) throw new ApiError(409, 'not_now', 'Not now.');
    }),
  );
  assert.equal((await call(5, 'a')).statusCode, 409);
  assert.deepEqual(await doneRows(context), []);
  refuses = false;
  assert.equal((await call(5, 'a')).statusCode, 200);
  assert.deepEqual(await doneRows(context), ['5']);
});

test('keys are forgotten after a day', async (t) => {
  const clock = testClock();
  const { context } = await build(t, { clock });
  const call = server(t, rowWork(context));
  await call(5, 'a');
  clock.advance(86_400_001);
  assert.equal((await call(6, 'a')).statusCode, 200);
});

test('stored answers go by the clock, without another call', async (t) => {
  const clock = testClock();
  const { context } = await build(t, { clock });
  const { db } = context;
  await server(t, rowWork(context))(5, 'a');
  const schedule = createRetentionSchedule(context);
  await schedule.look();
  assert.equal(await db.$count(db.tables.idempotencyKeys), 1);
  clock.advance(86_400_001);
  await schedule.look();
  assert.equal(await db.$count(db.tables.idempotencyKeys), 0);
});

test('a key that is no key is refused', async (t) => {
  const { context } = await build(t);
  const call = server(t, rowWork(context));
  for (const key of ['', 'with space', 'x'.repeat(256)]) {
    assert.equal((await call(5, key)).json().error.code, 'invalid_idempotency_key', key);
  }
  assert.deepEqual(await doneRows(context), []);
});

interface Outside {
  effects: Map<string, number>;
  records: number;
  work: Work;
}

/** Work with an effect of its own transaction: a map from operation ids to amounts stands for the ledger. */
function outsideWork(context: GatewayContext, fault: { at: 'none' | 'apply' | 'record' } = { at: 'none' }): Outside {
  const outside: Outside = {
    effects: new Map(),
    records: 0,
    work: (request) =>
      idempotentSteps(context, request, {
        async apply(operationId) {
          if (fault.at === 'apply') throw new ApiError(409, 'insufficient', 'Not enough.');
          const before = outside.effects.get(operationId);
          if (before === undefined) outside.effects.set(operationId, request.body.amount);
          return before ?? request.body.amount;
        },
        async record(tx, applied) {
          if (fault.at === 'record') throw new Error('the process dies here');
          outside.records += 1;
          await tx.insert(tx.tables.installation).values({ key: `done_${outside.records}`, value: String(applied) });
          return { applied };
        },
      }),
  };
  return outside;
}

test('an effect outside the transaction happens once, also when the same calls race', async (t) => {
  const { context } = await build(t);
  const outside = outsideWork(context);
  const call = server(t, outside.work);
  const answers = await Promise.all(Array.from({ length: 20 }, () => call(5, 'a')));
  assert.deepEqual(new Set(answers.map(({ body }) => body)), new Set(['{"applied":5}']));
  assert.deepEqual([...outside.effects.values()], [5]);
  assert.deepEqual(await doneRows(context), ['5']);
});

test('different calls that race under one key: one is done, all others are refused', async (t) => {
  const { context } = await build(t);
  const outside = outsideWork(context);
  const call = server(t, outside.work);
  const answers = await Promise.all([1, 2, 3, 4, 5].map((amount) => call(amount, 'a')));
  const done = answers.filter(({ statusCode }) => statusCode === 200);
  assert.equal(done.length, 1);
  assert.equal(answers.filter(({ statusCode }) => statusCode === 422).length, 4);
  assert.deepEqual([...outside.effects.values()], [done[0]?.json().applied], 'the answer tells of the effect that was');
});

test('a call that broke off between effect and record is completed by its repetition', async (t) => {
  const { context } = await build(t);
  const fault: { at: 'none' | 'record' } = { at: 'record' };
  const outside = outsideWork(context, fault);
  const call = server(t, outside.work);
  assert.equal((await call(5, 'a')).statusCode, 500);
  assert.equal((await call(6, 'a')).statusCode, 422, 'what has started cannot become another call');
  fault.at = 'none';
  assert.deepEqual((await call(5, 'a')).json(), { applied: 5 });
  assert.deepEqual([...outside.effects.values()], [5], 'not applied a second time');
  assert.deepEqual(await doneRows(context), ['5']);
});

test('a repetition that is refused frees no key whose effect may have been', async (t) => {
  const { context } = await build(t);
  const fault: { at: 'none' | 'apply' | 'record' } = { at: 'record' };
  const outside = outsideWork(context, fault);
  const call = server(t, outside.work);
  assert.equal((await call(5, 'a')).statusCode, 500);
  fault.at = 'apply';
  assert.equal((await call(5, 'a')).statusCode, 409);
  fault.at = 'none';
  assert.equal((await call(5, 'a')).statusCode, 200);
  assert.deepEqual([...outside.effects.values()], [5], 'still the same operation');
});

test('a refused effect frees its key', async (t) => {
  const { context } = await build(t);
  const fault: { at: 'none' | 'apply' } = { at: 'apply' };
  const outside = outsideWork(context, fault);
  const call = server(t, outside.work);
  assert.equal((await call(500, 'a')).statusCode, 409);
  fault.at = 'none';
  assert.equal((await call(5, 'a')).statusCode, 200);
});

test('a key that comes back after a day has an effect again', async (t) => {
  const clock = testClock();
  const { context } = await build(t, { clock });
  const outside = outsideWork(context);
  const call = server(t, outside.work);
  await call(5, 'a');
  clock.advance(86_400_001);
  await call(5, 'a');
  assert.deepEqual([...outside.effects.values()], [5, 5]);
});
