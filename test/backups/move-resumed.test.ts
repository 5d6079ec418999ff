/** A move that goes on after the source went on: what it had carried before may contradict what is there now. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withBooks } from '../support/books.ts';
import { build } from '../support/build.ts';
import { cli, spawnCli } from '../support/cli.ts';
import { createTestDatabase } from '../support/postgres-database.ts';

test('a move goes on although new rows refer to others that the killed one had passed by', async (t) => {
  const database = await createTestDatabase(false);
  t.after(() => database.drop());
  const built = await build(t, { engine: 'sqlite' });
  await withBooks(built);
  await built.gateway.stop();
  const { dataDir } = built;
  const killed = spawnCli(t, ['migrate', '--to', database.url, '--data-dir', dataDir], {
    SOLARIS_FAULT_POINT: 'move_copied',
  });
  assert.equal(await killed.exited, null, killed.output());
  const again = await build(t, { engine: 'sqlite', dataDir });
  // Before the plan that was carried last, in the order of keys.
  const plan = await again.api('/api/admin/plans', { body: { id: 'alpha' } });
  const user = await again.api('/api/admin/users', { body: { email: 'new@example.com', plan: 'alpha' } });
  assert.ok(plan.status < 300 && user.status < 300, JSON.stringify([plan.body, user.body]));
  await again.gateway.stop();
  const { code, out, err } = await cli(['migrate', '--to', database.url, '--data-dir', dataDir, '--json']);
  assert.equal(code, 0, err);
  assert.equal(JSON.parse(out).resumed, true);
});
