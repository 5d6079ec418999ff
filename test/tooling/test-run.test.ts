/** `npm test` says by its exit code whether all is well: scripts and CI believe nothing else. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { root } from '../../resources/scripts/run.ts';
import { temporaryDir } from '../support/build.ts';

/** Only who runs the tests may say so. */
const { NODE_TEST_CONTEXT: _, ...env } = process.env;

test('a run with a failing test fails, and one without does not', (t) => {
  const dir = temporaryDir(t);
  for (const [name, code] of [
    ['passes', 0],
    ['fails', 1],
  ] as const) {
    const file = join(dir, `${name}.test.mjs`);
    writeFileSync(file, `import { test } from 'node:test'; test('x', () => { if (${code}) throw new Error(); });`);
    const args = ['resources/scripts/test.ts', relative(root, file)];
    const run = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' });
    assert.equal(run.status, code, run.stdout + run.stderr);
  }
});

test('what failed is told again behind everything else, with its file and its reason', (t) => {
  const file = join(temporaryDir(t), 'some.test.mjs');
  const of = (name: string, body: string) => `test('${name}', () => { ${body} });`;
  const tests = [of('good', ''), of('bad', "throw new Error('seven is not eight');"), of('good too', '')];
  writeFileSync(file, `import { test } from 'node:test'; ${tests.join(' ')}`);
  const args = ['resources/scripts/test.ts', relative(root, file)];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' });
  assert.equal(status, 1);
  const [, told = ''] = stdout.split('\nFailed:\n');
  assert.match(told, /^✖ bad \(.*some\.test\.mjs\)\nError: seven is not eight\n/);
  assert.doesNotMatch(told, /good/);
});

test('a run that breaks off says so, whatever failed before', (t) => {
  const file = join(temporaryDir(t), 'some.test.mjs');
  const tests = `test('bad', () => { throw new Error(); }); test('last', () => { process.kill(process.ppid, 'SIGKILL'); });`;
  writeFileSync(file, `import { test } from 'node:test'; ${tests}`);
  const args = ['resources/scripts/test.ts', relative(root, file)];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stdout, /✖ the run on sqlite \(\)\nIt broke off\./);
});
