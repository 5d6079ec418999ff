/** `npm test`: the checks, a build where one is due, then every test. `npm test -- <files>` runs only those. */
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { buildIfStale } from './build.ts';
import { check } from './check.ts';
import { root, runNode } from './run.ts';

const chosen = process.argv.slice(2);
const all = ['test/**/*.test.ts'];
const isOurs = (path: string) => !path.includes('node_modules');
const files = globSync(chosen.length > 0 ? chosen : all, { cwd: root })
  .filter(isOurs)
  .sort();

if (chosen.length === 0 && !(await check())) process.exit(1);
await buildIfStale();
const concurrency = `--test-concurrency=${availableParallelism()}`;
const { ok } = await runNode(['--test', concurrency, '--test-reporter=spec', ...files], { show: true });
process.exitCode = ok ? 0 : 1;
