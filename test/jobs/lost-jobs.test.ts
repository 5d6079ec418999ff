/** Two gateways on one database, in one process: a job is taken from its gateway only when that is gone, and never run on. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eq } from 'drizzle-orm';
import { createJobs, type JobTools } from '../../gateway/jobs/service.ts';
import { ApiError } from '../../gateway/ops/api-error.ts';
import { build } from '../support/build.ts';
import { type TestClock, testClock } from '../support/clock.ts';

const ORDER = { kind: 'retention' as const, params: {}, operatorId: null, slot: 'retention:1' };
const MINUTE_MS = 60_000;
/** What is told of a job that was lost here, and done there. */
const TAKEN_OVER = [
  { by: 'gtw_here', status: 'failed', slot: null, code: 'job_interrupted' },
  { by: 'gtw_there', status: 'done', slot: 'retention:1', code: null },
];

/** Two that run jobs on one database. The clock of the second is ahead; `elapse` moves what it measures leases by. */
async function two(t: TestContext) {
  const { context } = await build(t);
  const { db, events, log } = context;
  const { gateways, jobs } = db.tables;
  let elapsed = 0;
  const make = async (id: string, clock: TestClock) => {
    await db.insert(gateways).values({ id, version: 'x', startedAt: clock.now(), heartbeatAt: clock.now() });
    return createJobs({ db, clock, events, log, gatewayId: id }, () => elapsed);
  };
  const ahead = testClock('2026-11-20T12:10:00Z');
  return {
    here: await make('gtw_here', testClock('2026-11-20T12:00:00Z')),
    there: await make('gtw_there', ahead),
    elapse: (ms: number) => {
      elapsed += ms;
    },
    stop: (id: string) => db.update(gateways).set({ stoppedAt: ahead.now() }).where(eq(gateways.id, id)),
    rows: () =>
      db
        .select({ by: jobs.gatewayId, status: jobs.status, slot: jobs.slot, code: jobs.errorCode })
        .from(jobs)
        .orderBy(jobs.gatewayId),
    renewals: async () => (await db.select({ until: jobs.leaseUntil }).from(jobs)).map(({ until }) => until),
  };
}

/** Work that goes on until the test lets it end, or until it is told to give up. */
function openWork() {
  const begun = Promise.withResolvers<JobTools>();
  const end = Promise.withResolvers<void>();
  const cut = Promise.withResolvers<void>();
  return {
    begun: begun.promise,
    cut: cut.promise,
    end: () => end.resolve(),
    async work(tools: JobTools) {
      begun.resolve(tools);
      tools.signal.addEventListener('abort', () => cut.resolve());
      await Promise.race([end.promise, cut.promise]);
      if (tools.signal.aborted) throw new ApiError(409, 'job_cancelled', 'It was cancelled.');
      return {};
    },
  };
}

const mustNotRun = () => Promise.reject(new Error('It was begun twice.'));

test('a job is left to its gateway by one whose clock is minutes ahead', async (t) => {
  const { here, there, rows, elapse } = await two(t);
  const one = openWork();
  assert.ok(await here.start(ORDER, one.work));
  assert.equal(await there.start(ORDER, mustNotRun), null);
  elapse(MINUTE_MS - 1);
  assert.equal(await there.start(ORDER, mustNotRun), null);
  one.end();
  await here.idle();
  assert.deepEqual(await rows(), [{ by: 'gtw_here', status: 'done', slot: 'retention:1', code: null }]);
});

test('a job whose lease was renewed between two looks is not lost, though its clock stands still', async (t) => {
  const { here, there, rows, renewals, elapse } = await two(t);
  const one = openWork();
  await here.start(ORDER, one.work);
  const { onProgress } = await one.begun;
  assert.equal(await there.start(ORDER, mustNotRun), null);
  const before = await renewals();
  onProgress({ phase: 'delete', done: 1, total: 2 });
  while (before[0] === (await renewals())[0]) await new Promise((resolve) => setImmediate(resolve));
  elapse(MINUTE_MS);
  assert.equal(await there.start(ORDER, mustNotRun), null);
  one.end();
  await here.idle();
  assert.deepEqual(
    (await rows()).map(({ status }) => status),
    ['done'],
  );
});

test('a job whose lease stands still between two looks a lease apart is lost, and its old owner gives it up', async (t) => {
  const { here, there, rows, elapse } = await two(t);
  const [one, other] = [openWork(), openWork()];
  await here.start(ORDER, one.work);
  const { onProgress } = await one.begun;
  assert.equal(await there.start(ORDER, mustNotRun), null);
  // On a slow machine it may have renewed its lease in between, as it does every two seconds.
  do elapse(MINUTE_MS);
  while (!(await there.start(ORDER, other.work)));
  // It wakes up, and tells of its progress.
  onProgress({ phase: 'delete', done: 1, total: 2 });
  await one.cut;
  await here.idle();
  other.end();
  await there.idle();
  assert.deepEqual(await rows(), TAKEN_OVER);
});

test('a job of a gateway that has stopped is lost at once, and an end that comes late changes nothing', async (t) => {
  const { here, there, rows, stop } = await two(t);
  const [one, other] = [openWork(), openWork()];
  await here.start(ORDER, one.work);
  await stop('gtw_here');
  assert.ok(await there.start(ORDER, other.work));
  one.end();
  await here.idle();
  other.end();
  await there.idle();
  assert.deepEqual(await rows(), TAKEN_OVER);
});
