import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createBackupSchedule } from '../../gateway/backups/schedule.ts';
import { tamper, withBooks } from '../support/books.ts';
import { build } from '../support/build.ts';
import { testClock } from '../support/clock.ts';

const names = (folder: string) => (existsSync(folder) ? readdirSync(folder).sort() : []);

test('the clock makes one proven backup at each due time, makes up for missed ones once, and rotates', async (t) => {
  const clock = testClock('2026-11-20T12:00:00Z');
  const built = await build(t, {
    clock,
    engine: 'sqlite',
    config: { backup: { schedule: '0 3 * * *', keepDaily: 2, keepWeekly: 0, keepMonthly: 0 } },
  });
  await withBooks(built);
  const { context, dataDir } = built;
  const folder = join(dataDir, 'backups');
  const schedule = createBackupSchedule(context);
  const look = async () => {
    const begun = await schedule.look();
    await context.jobs.idle();
    return begun;
  };

  assert.equal(await look(), false, 'nothing is due before three in the morning');
  clock.set('2026-11-21T02:59:59Z');
  assert.equal(await look(), false);
  clock.set('2026-11-21T03:00:20Z');
  assert.equal(await look(), true);
  assert.equal(await look(), false, 'once');
  assert.deepEqual(names(folder), ['ia-solaris-2026-11-21T03-00-20-scheduled.solaris-backup']);

  // Off for days: one backup stands for all that were missed.
  clock.set('2026-11-24T09:00:00Z');
  assert.equal(await look(), true);
  assert.equal(await look(), false);
  clock.set('2026-11-25T03:00:00Z');
  assert.equal(await look(), true);
  assert.deepEqual(
    names(folder),
    [
      'ia-solaris-2026-11-24T09-00-00-scheduled.solaris-backup',
      'ia-solaris-2026-11-25T03-00-00-scheduled.solaris-backup',
    ],
    'two days are kept, and no draft',
  );
  const { body } = await built.api('/api/admin/jobs?kind=backup');
  assert.equal(body.total, 3);
  assert.ok(
    body.items.every((job: { status: string; origin: string }) => job.status === 'done' && job.origin === 'schedule'),
  );
});

test('two gateways that look at the same moment make one backup', async (t) => {
  const clock = testClock('2026-11-20T12:00:00Z');
  const built = await build(t, { clock, engine: 'sqlite' });
  clock.set('2026-11-21T03:00:00Z');
  const [one, other] = [createBackupSchedule(built.context), createBackupSchedule(built.context)];
  const begun = await Promise.all([one.look(), other.look()]);
  await built.context.jobs.idle();
  assert.deepEqual(begun.sort(), [false, true]);
  assert.equal(names(join(built.dataDir, 'backups')).length, 1);
});

test('a backup whose books do not agree is none: nothing is rotated away, and an alert says so until one succeeds', async (t) => {
  const clock = testClock('2026-11-20T12:00:00Z');
  const built = await build(t, {
    clock,
    engine: 'sqlite',
    config: { backup: { keepDaily: 1, keepWeekly: 0, keepMonthly: 0 } },
  });
  const database = await withBooks(built);
  const { context, dataDir } = built;
  const schedule = createBackupSchedule(context);
  const openAlerts = async () =>
    (await context.db.select().from(context.db.tables.alerts)).filter(
      ({ dedupeKey, resolvedAt }) => dedupeKey === 'system:backup' && resolvedAt === null,
    ).length;
  clock.set('2026-11-21T03:00:00Z');
  await schedule.look();
  await context.jobs.idle();
  const good = names(join(dataDir, 'backups'));
  assert.equal(good.length, 1);

  tamper(database, 'UPDATE users SET credits = credits + 5');
  clock.set('2026-11-22T03:00:00Z');
  await schedule.look();
  await context.jobs.idle();
  assert.deepEqual(names(join(dataDir, 'backups')), good);
  const { body } = await built.api('/api/admin/jobs?status=failed');
  assert.equal(body.items[0].error.code, 'backup_unsound');
  assert.match(body.items[0].error.message, /did not pass its test restore/);
  assert.equal(await openAlerts(), 1);

  tamper(database, 'UPDATE users SET credits = credits - 5');
  clock.set('2026-11-23T03:00:00Z');
  await schedule.look();
  await context.jobs.idle();
  assert.equal(await openAlerts(), 0);
});

test('without a pattern the clock makes none', async (t) => {
  const clock = testClock('2026-11-20T12:00:00Z');
  const built = await build(t, { clock, engine: 'sqlite', config: { backup: { schedule: null } } });
  clock.set('2027-11-20T12:00:00Z');
  assert.equal(await createBackupSchedule(built.context).look(), false);
});

test('a clock that was wrong for a while does not end the backups until that date', async (t) => {
  const clock = testClock('2036-11-20T12:00:00Z');
  const built = await build(t, { clock, engine: 'sqlite', config: { backup: { schedule: '0 3 * * *' } } });
  const { context } = built;
  const schedule = createBackupSchedule(context);
  const look = async () => {
    const begun = await schedule.look();
    await context.jobs.idle();
    return begun;
  };
  clock.set('2036-11-21T03:00:00Z');
  assert.equal(await look(), true);
  clock.set('2026-11-21T09:00:00Z');
  assert.equal(await look(), true, 'whatever was made in the future stands for nothing');
  assert.equal(await look(), false);
  clock.set('2026-11-22T03:00:00Z');
  assert.equal(await look(), true);
});

test('an alert tells of scheduled backups that do not even begin, until one is made', async (t) => {
  const clock = testClock('2026-11-20T12:00:00Z');
  const release = Promise.withResolvers<void>();
  t.after(() => release.resolve());
  const built = await build(t, { clock, engine: 'sqlite', config: { backup: { schedule: '0 3 * * *' } } });
  const { context } = built;
  const { alerts, jobs } = context.db.tables;
  const schedule = createBackupSchedule(context);
  const told = async () =>
    (await context.db.select().from(alerts))
      .filter(({ dedupeKey }) => dedupeKey === 'system:backup')
      .map(({ details }) => details.message);
  await context.jobs.start({ kind: 'export', params: {}, operatorId: null, slot: null }, async () => {
    await release.promise;
    return {};
  });
  clock.set('2026-11-22T02:59:00Z');
  assert.equal(await schedule.look(), false, 'another job is in the way');
  assert.deepEqual(await told(), []);
  clock.set('2026-11-22T03:00:01Z');
  assert.equal(await schedule.look(), false);
  assert.deepEqual(await told(), ['No scheduled backup was made since 2026-11-20T12:00:00.000Z.']);
  release.resolve();
  await context.jobs.idle();
  assert.equal(await schedule.look(), true);
  await context.jobs.idle();
  assert.deepEqual(await told(), []);
  assert.equal(await context.db.$count(jobs), 2);
});
