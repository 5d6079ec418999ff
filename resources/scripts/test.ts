/** `npm test`: the checks, a build where one is due, then every test. `npm test -- <files>` runs only those. */
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { buildIfStale } from './build.ts';
import { check } from './check.ts';
import { root, runNode } from './run.ts';

/** For one test, however slow the machine; what takes longer hangs. */
const TIMEOUT_MS = 600_000;

const chosen = process.argv.slice(2);
const patterns = chosen.length > 0 ? chosen : ['test/**/*.test.ts'];
const files = globSync(patterns, { cwd: root }).filter((path) => !path.includes('node_modules'));
if (files.length === 0) {
  console.error(`No test file matches ${patterns.join(' ')}`);
  process.exit(2);
}

const isChecked = chosen.length > 0 || (await check());
await buildIfStale();
const options = [
  `--test-concurrency=${availableParallelism()}`,
  `--test-timeout=${TIMEOUT_MS}`,
  '--test-reporter=spec',
];
const { ok } = await runNode(['--test', ...options, ...files.sort()], { show: true });
if (!isChecked) console.error('The checks before the tests found faults; they stand above.');
process.exitCode = ok && isChecked ? 0 : 1;
