import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { withBooks } from '../support/books.ts';
import { build } from '../support/build.ts';
import { cli } from '../support/cli.ts';

test('usage, users, ledger and audit log are exported beside a gateway that runs', async (t) => {
  const built = await build(t, { engine: 'sqlite' });
  await withBooks(built);
  const { body } = await built.api('/api/admin/users', { body: { email: 'eva@example.com', name: '=1+1, "Eva"' } });
  const run = (...args: string[]) => cli(['export', ...args, '--data-dir', built.dataDir]);
  const rows = async (what: string) => {
    const { code, out, err } = await run(what);
    assert.equal(code, 0, err);
    return parse(out, { bom: true, columns: true, skip_empty_lines: true }) as Record<string, string>[];
  };

  const users = await rows('users');
  assert.equal(users.find(({ id }) => id === body.id)?.name, `'=1+1, "Eva"`, 'no spreadsheet runs a name');
  assert.match(users[0]?.createdAt ?? '', /^\d{4}-\d\d-\d\dT/);
  const usage = await rows('usage');
  assert.deepEqual([usage.length, usage[0]?.outcome], [1, 'ok']);
  const ledger = await rows('ledger');
  assert.deepEqual(ledger.map(({ kind }) => kind).sort(), ['debit', 'grant']);
  assert.ok((await rows('audit')).some(({ action }) => action === 'user.created'));

  const file = join(built.dataDir, 'ledger.json');
  assert.equal((await run('ledger', '--format', 'json', '--output', file)).code, 0);
  assert.equal(statSync(file).mode & 0o077, 0);
  const entries = JSON.parse(readFileSync(file, 'utf8')) as { kind: string; creditsDelta: number; createdAt: number }[];
  assert.deepEqual(entries.map(({ kind, creditsDelta }) => [kind, creditsDelta]).sort(), [
    ['debit', 0],
    ['grant', 1_000],
  ]);
  assert.equal(typeof entries[0]?.createdAt, 'number');

  const again = await run('ledger', '--output', file);
  assert.equal(again.code, 78);
  assert.match(again.err, /exists already/);
  assert.match(
    (await run('secrets')).err,
    /There is no "secrets" to export\. Name one of: usage, users, ledger, audit\./,
  );
  assert.match((await run('users', '--format', 'xml')).err, /must be csv or json/);
});
