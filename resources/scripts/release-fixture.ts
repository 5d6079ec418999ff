/**
 * `node resources/scripts/release-fixture.ts`, once for each release: keeps a small populated database of this version in
 * test/fixtures, which every later version must be able to migrate.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBackup } from '../../gateway/backups/make-backup.ts';
import { fillDemo } from '../../gateway/demo/fill-demo.ts';
import { createGateway } from '../../gateway/gateway.ts';
import { dataDirAt } from '../../gateway/ops/data-dir.ts';
import { root } from './run.ts';

/** A few days are enough for a row of every kind. */
const DAYS = 3;
const NOW = Date.UTC(2026, 10, 20, 12);

const dataDir = mkdtempSync(join(tmpdir(), 'ia-solaris-fixture-'));
try {
  const gateway = await createGateway({ dataDir, flags: { port: 0 }, clock: { now: () => NOW } });
  const { version } = gateway.context;
  await fillDemo(gateway.context, { days: DAYS });
  await gateway.stop();
  const { file, bytes, manifest } = await makeBackup({
    from: { engine: 'sqlite', file: dataDirAt(dataDir).database },
    target: join(root, 'test/fixtures', `${version}.solaris-backup`),
    version,
    now: NOW,
    secrets: null,
    secretKey: null,
    migrationsFolder: join(root, 'resources/migrations/sqlite'),
  });
  const filled = manifest.tables.filter(({ rows }) => rows > 0).length;
  console.log(`${file}: ${bytes} bytes, rows in ${filled} of ${manifest.tables.length} tables`);
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
