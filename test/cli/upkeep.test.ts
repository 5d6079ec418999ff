import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyPassword } from '../../gateway/operators/password.ts';
import { verifyDatabase } from '../../gateway/ops/verify.ts';
import { tamper, withBooks } from '../support/books.ts';
import { build } from '../support/build.ts';
import { cli } from '../support/cli.ts';

test('verify finds the books in order, also while the gateway runs', async (t) => {
  const built = await build(t);
  await withBooks(built);
  const { code, out } = await cli(['verify', '--data-dir', built.dataDir]);
  assert.equal(code, 0, out);
  assert.doesNotMatch(out, /BAD/);
  assert.match(out, /Audit log: \d+ entries, head [0-9a-f]{64}/);
});

const MISTAKES: [sql: string, check: string][] = [
  ['UPDATE users SET credits = credits + 1', 'credits'],
  ['UPDATE user_periods SET used_monthly = used_monthly - 1', 'used_monthly'],
  ['UPDATE user_periods SET used_credits = used_credits + 5', 'used_credits'],
  ['UPDATE user_periods SET held_monthly = 7', 'held_monthly'],
  ['UPDATE users SET held_credits = 7', 'held_credits'],
  ['UPDATE users SET open_holds = 1', 'open_holds'],
  [`UPDATE usage_records SET outcome = 'pending'`, 'hold_records'],
  ['UPDATE department_periods SET held_tokens = 3', 'department_holds'],
  [`UPDATE department_periods SET used_tokens = used_tokens + 1 WHERE department_id = 'team'`, 'team_used'],
  [`UPDATE usage_records SET department_id = 'sales'`, 'department_used'],
  ['UPDATE usage_records SET charged_tokens = charged_tokens + 1', 'charges'],
  [`DELETE FROM ledger_entries WHERE kind = 'debit'`, 'charges'],
  ['DELETE FROM usage_records', 'debit_records'],
  [`UPDATE ledger_entries SET usage_id = NULL WHERE kind = 'debit'`, 'debit_records'],
  ['UPDATE daily_rollups SET charged_tokens = charged_tokens + 1', 'rollups'],
  ['UPDATE daily_totals SET charged_tokens = charged_tokens + 1', 'daily_totals'],
  [`UPDATE audit_log SET details = '{"x":1}' WHERE seq = 1`, 'audit_chain'],
  ['DELETE FROM audit_log WHERE seq = 1', 'audit_chain'],
];

test('verify finds every kind of mistake, and only where it is', async (t) => {
  const built = await build(t);
  const file = await withBooks(built);
  await built.gateway.stop();
  for (const [sql, check] of MISTAKES) {
    const copy = join(built.dataDir, `${check}-${MISTAKES.findIndex(([known]) => known === sql)}.db`);
    copyFileSync(file, copy);
    tamper(copy, sql);
    const report = await verifyDatabase(copy);
    assert.equal(report.ok, false, sql);
    const failed = report.checks.filter(({ ok }) => !ok);
    assert.ok(
      failed.some(({ id, problems }) => id === check && problems.length > 0),
      `${sql}: ${JSON.stringify(failed)}`,
    );
    assert.ok(failed.length <= 5, `${sql} is blamed on ${failed.map(({ id }) => id)}`);
  }
  assert.equal((await verifyDatabase(file)).ok, true);
});

test('verify of a bad database ends with 1 and names what disagrees', async (t) => {
  const built = await build(t);
  const file = await withBooks(built);
  await built.gateway.stop();
  tamper(file, 'UPDATE users SET credits = 5');
  const { code, out } = await cli(['verify', '--data-dir', built.dataDir]);
  assert.equal(code, 1);
  assert.match(
    out,
    /^BAD {2}Users' credits are the sum of their ledger entries\n {7}usr_\w+: 5 is kept, 1000 adds up$/m,
  );
  assert.match(out, /is NOT sound/);
  const json = JSON.parse((await cli(['verify', '--json', '--file', file])).out);
  assert.equal(json.ok, false);
});

test('a backup beside a busy gateway is complete, proven, and for its owner only', async (t) => {
  const built = await build(t);
  await withBooks(built);
  const { code, out } = await cli(['backup', '--data-dir', built.dataDir]);
  assert.equal(code, 0, out);
  assert.match(out, /is a good backup: it was restored into a throw-away database, and its books agree/);
  assert.match(out, /keep .*secret\.key/);
  const folder = join(built.dataDir, 'backups');
  const files = readdirSync(folder);
  assert.equal(files.length, 1, 'no draft is left');
  const [file = ''] = files;
  assert.match(file, /^ia-solaris-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.solaris-backup$/);
  assert.equal(statSync(join(folder, file)).mode & 0o077, 0);
  assert.equal((await cli(['verify', '--file', join(folder, file)])).code, 0);
});

test('a backup never overwrites, and a copy that is not sound does not stay', async (t) => {
  const built = await build(t);
  const file = await withBooks(built);
  const target = join(built.dataDir, 'mine.solaris-backup');
  writeFileSync(target, 'precious');
  const taken = await cli(['backup', target, '--data-dir', built.dataDir]);
  assert.equal(taken.code, 1);
  assert.match(taken.err, /mine\.solaris-backup exists already/);
  assert.equal(statSync(target).size, 8);

  await built.gateway.stop();
  tamper(file, 'UPDATE users SET credits = 5');
  const bad = await cli(['backup', join(built.dataDir, 'bad.solaris-backup'), '--data-dir', built.dataDir]);
  assert.equal(bad.code, 1);
  assert.match(bad.err, /did not pass its test restore: Users' credits/);
  assert.deepEqual(
    readdirSync(built.dataDir).filter((name) => name.startsWith('bad')),
    [],
  );
});

test('reset-admin lets the owner in beside a gateway that runs, and ends open sessions', async (t) => {
  const built = await build(t, {
    config: { operators: [{ email: 'boss@example.com', password: 'correct horse', role: 'owner' }] },
  });
  const { url, dataDir, context } = built;
  const login = (password: string) =>
    fetch(`${url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'boss@example.com', password }),
    });
  const { token } = (await (await login('correct horse')).json()) as { token: string };
  const me = () => fetch(`${url}/api/auth/me`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal((await me()).status, 200);

  const { code, out } = await cli(['reset-admin', '--data-dir', dataDir, '--email', 'Boss@example.com']);
  assert.equal(code, 0, out);
  const password = /^Password +(\S+)$/m.exec(out)?.[1] ?? '';
  assert.match(password, /^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
  assert.equal((await me()).status, 401, 'the session ended');
  assert.equal((await login('correct horse')).status, 401);
  assert.equal((await login(password)).status, 200);
  assert.equal((await cli(['verify', '--data-dir', dataDir])).code, 0, 'the audit chain has no gap');
  assert.equal(await context.db.$count(context.db.tables.operators), 2, 'nobody was added');
});

test('reset-admin takes an e-mail that no operator has for mistyped, and lists those there are', async (t) => {
  const built = await build(t, { config: { operators: [{ email: 'boss@example.com', role: 'owner' }] } });
  const { operators } = built.context.db.tables;
  const run = (...args: string[]) => cli(['reset-admin', '--data-dir', built.dataDir, ...args]);
  const mistyped = await run('--email', 'bos@example.com');
  assert.equal(mistyped.code, 2);
  assert.match(
    mistyped.err,
    /^No operator has the e-mail bos@example\.com\. There are: .*boss@example\.com \(owner\).*--new/,
  );
  assert.equal(mistyped.out, '', 'no password is shown');
  assert.equal(await built.context.db.$count(operators), 2);
  assert.equal((await run('--email', 'bos@example.com', '--new')).code, 0);
  assert.equal(await built.context.db.$count(operators), 3);
});

test('reset-admin makes the owner where there is none, without a gateway', async (t) => {
  const { createGateway } = await import('../../gateway/gateway.ts');
  const built = await build(t);
  const { operators } = built.context.db.tables;
  await built.context.db.update(operators).set({ disabledAt: 1 });
  await built.gateway.stop();
  const { code, out } = await cli(['reset-admin', '--data-dir', built.dataDir, '--email', 'new@example.com']);
  assert.equal(code, 0, out);
  const password = /^Password +(\S+)$/m.exec(out)?.[1] ?? '';
  const gateway = await createGateway({ dataDir: built.dataDir });
  t.after(() => gateway.stop());
  const rows = await gateway.context.db.select().from(gateway.context.db.tables.operators);
  const made = rows.find(({ email }) => email === 'new@example.com');
  assert.equal(made?.role, 'owner');
  assert.ok(await verifyPassword(made?.passwordHash ?? null, password));
  assert.equal(existsSync(join(built.dataDir, 'secret.key')), true);
});
