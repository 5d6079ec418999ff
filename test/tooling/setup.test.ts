import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../../resources/scripts/setup.mjs', import.meta.url));

/** Stands in for npm: writes down how it was called, and does what the test wants done. */
const FAKE_NPM = `
const fs = require('node:fs');
fs.appendFileSync(process.env.CALLS, JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd() }) + '\\n');
if (process.env.FAIL) { console.error('npm error network'); process.exit(1); }
if (['ci', 'install'].includes(process.argv[2])) {
  fs.mkdirSync('node_modules', { recursive: true });
  fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
}
if (process.argv[2] === 'ci' || process.argv[2] === 'rebuild') {
  fs.mkdirSync('node_modules/node/bin', { recursive: true });
  if (!fs.existsSync('node_modules/node/bin/node')) fs.symlinkSync(process.execPath, 'node_modules/node/bin/node');
}
`;

interface Lock {
  packages: Record<string, { version: string; optional?: boolean }>;
}

const LOCK: Lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/fastify': { version: '5.0.0' },
    'node_modules/other-platform': { version: '1.0.0', optional: true },
  },
};

/** A clone with the real script and nothing installed. */
function clone(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'solaris-clone-'));
  t.after(() => rmSync(root, { recursive: true }));
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  mkdirSync(join(root, 'resources/scripts'), { recursive: true });
  copyFileSync(SCRIPT, join(root, 'resources/scripts/setup.mjs'));
  write('package-lock.json', JSON.stringify(LOCK));
  write('fake-npm.js', FAKE_NPM);
  const calls = join(root, 'calls.txt');

  return {
    root,
    write,
    /** node_modules as an earlier install left it. */
    installed(lock: Lock) {
      write('node_modules/.package-lock.json', JSON.stringify(lock));
      mkdirSync(join(root, 'node_modules/node/bin'), { recursive: true });
      symlinkSync(process.execPath, join(root, 'node_modules/node/bin/node'));
    },
    run(args: string[] = [], env: Record<string, string> = {}) {
      rmSync(calls, { force: true });
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(root, 'resources/scripts/setup.mjs'), ...args],
        {
          encoding: 'utf8',
          env: {
            ...process.env,
            npm_execpath: join(root, 'fake-npm.js'),
            npm_node_execpath: process.execPath,
            CALLS: calls,
            ...env,
          },
        },
      );
      const lines = existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [];
      return { status, stdout, stderr, npm: lines.map((line) => JSON.parse(line) as { args: string[]; cwd: string }) };
    },
  };
}

describe('setup of a clone', { skip: process.platform === 'win32' && 'the stand-ins are symlinks' }, () => {
  test('installs exactly the lockfile where nothing is, and says so in one line', (t) => {
    const { run } = clone(t);
    const { status, stdout, npm } = run();
    assert.equal(status, 0);
    assert.deepEqual(
      npm.map(({ args }) => args[0]),
      ['ci'],
    );
    assert.equal(stdout.trim().split('\n').length, 1);
    assert.match(stdout, /^Installing dependencies/);
  });

  test('does and says nothing where everything is there, other platforms’ packages aside', (t) => {
    const { run, installed } = clone(t);
    const { 'node_modules/other-platform': _missing, ...packages } = LOCK.packages;
    installed({ packages });
    const { status, stdout, npm } = run();
    assert.deepEqual([status, stdout, npm], [0, '', []]);
  });

  test('brings an outdated node_modules up to date without throwing it away', (t) => {
    const { run, installed } = clone(t);
    installed({ packages: { ...LOCK.packages, 'node_modules/fastify': { version: '4.0.0' } } });
    const { npm } = run();
    assert.deepEqual(
      npm.map(({ args }) => args.slice(0, 2)),
      [['install', '--no-save']],
    );
    assert.deepEqual(run().npm, [], 'and is content the next time');
  });

  test('fetches Node where an install left it out', (t) => {
    const { run, write } = clone(t);
    write('node_modules/.package-lock.json', JSON.stringify(LOCK));
    const { status, npm } = run();
    assert.equal(status, 0);
    assert.deepEqual(
      npm.map(({ args }) => args.slice(0, 2)),
      [['rebuild', 'node']],
    );
  });

  test('stops with a sentence where npm fails', (t) => {
    const { run } = clone(t);
    const { status, stderr } = run([], { FAIL: 'yes' });
    assert.equal(status, 1);
    assert.match(stderr, /npm error network[\s\S]*npm could not install dependencies/);
  });

  test('installs the test clients only for the tests, and never runs their scripts', (t) => {
    const { root, run, installed, write } = clone(t);
    installed(LOCK);
    write('test/clients/package-lock.json', JSON.stringify(LOCK));
    assert.deepEqual(run().npm, []);
    const { npm } = run(['--tests']);
    assert.equal(npm.length, 1);
    assert.equal(npm[0]?.cwd, join(root, 'test/clients'));
    assert.ok(npm[0]?.args.includes('--ignore-scripts'));
  });
});
