import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDir } from '../support/build.ts';
import { cli, spawnCli } from '../support/cli.ts';

const COMMANDS = ['serve', 'status', 'doctor', 'verify', 'backup', 'reset-admin', 'version'];

test('help lists every command, and every command has help with examples', async () => {
  const { code, out } = await cli(['--help']);
  assert.equal(code, 0);
  for (const command of COMMANDS) {
    assert.match(out, new RegExp(`^  ${command}\\b`, 'm'));
    const help = await cli([command, '--help']);
    assert.equal(help.code, 0, command);
    assert.match(help.out, /Examples:\n {2}ia-solaris/, command);
    assert.equal(help.err, '', command);
  }
  assert.match(out, /Exit codes: 0 good, 1 failed, 2 usage, 69 unavailable, 78 configuration/);
});

test('version and help touch no data', async (t) => {
  const dataDir = join(temporaryDir(t), 'never');
  const { code, out } = await cli(['version'], { SOLARIS_DATA_DIR: dataDir, PORT: 'wrong' });
  assert.equal(code, 0);
  assert.match(out, /^IA Solaris \d+\.\d+\.\d+ \(Node\.js v\d+/);
  await cli(['serve', '--help'], { SOLARIS_DATA_DIR: dataDir });
  assert.equal(existsSync(dataDir), false);
});

test('what is no command or flag is a mistake of use: exit code 2, and where to look', async () => {
  for (const args of [
    ['nonsense'],
    ['serve', '--wat'],
    ['status', 'extra'],
    ['verify', '--file'],
    ['doctor', '--librechat'],
  ]) {
    const { code, err, out } = await cli(args);
    assert.equal(code, 2, args.join(' '));
    assert.match(err, /--help/, args.join(' '));
    assert.equal(out, '', args.join(' '));
  }
  assert.match((await cli(['nonsense'])).err, /There is no command "nonsense"/);
});

test('a bad configuration ends a start with 78, before anything is made', async (t) => {
  const dataDir = join(temporaryDir(t), 'never');
  const { code, err } = await cli(['serve', '--data-dir', dataDir, '--port', 'many'], { BLOCK_THRESHOLD: '7' });
  assert.equal(code, 78);
  assert.match(err, /^--port must be a whole number from 0 to 65535, not "many"\.$/m);
  assert.match(err, /^BLOCK_THRESHOLD must be/m);
  assert.equal((await cli(['serve', '--data-dir', dataDir], { ADMIN_PASSWORD: 'short' })).code, 78);
  assert.equal(existsSync(dataDir), false);
  assert.doesNotMatch(err, /at .*\.ts/, 'people need no stack');
});

test('a value that is wrong on the command line alone is a mistake of use, too', async (t) => {
  const dataDir = join(temporaryDir(t), 'never');
  for (const [sentence, ...args] of [
    ['There is no "nothing" to export', 'export', 'nothing'],
    ['--format must be csv or json', 'export', 'usage', '--format', 'xml'],
    ['--port must be a whole number', 'serve', '--port', 'abc'],
    ['--log-level must be', 'serve', '--log-level', 'loud'],
    ['--email must be an e-mail address', 'reset-admin', '--email', 'nope'],
    ['--hours must be a whole number', 'packets', 'export', 'x.json', '--hours', '0'],
  ] as const) {
    const { code, err } = await cli([...args, '--data-dir', dataDir]);
    assert.equal(code, 2, args.join(' '));
    assert.ok(err.includes(sentence), err);
  }
  assert.equal(existsSync(dataDir), false);
});

test('an empty value is refused, wherever a flag takes one: it would mean one place here, and another there', async (t) => {
  const dataDir = temporaryDir(t);
  for (const args of [
    ...['serve', 'status', 'doctor', 'verify', 'backup', 'reset-admin'].map((name) => [name, '--data-dir', '']),
    ['migrate', '--to', 'sqlite:/x.db', '--data-dir', ' '],
    ['export', 'usage', '--config', ''],
    ['packets', 'keys', '--data-dir', ''],
    ['verify', '--file', ''],
  ]) {
    const { code, err, out } = await cli(args, { SOLARIS_DATA_DIR: dataDir });
    assert.equal(code, 2, args.join(' '));
    assert.match(err, /argument '\s?' is invalid\. It is empty\.[\s\S]*--help/, args.join(' '));
    assert.equal(out, '');
  }
});

test('commands that need a database say so when there is none', async (t) => {
  const dataDir = temporaryDir(t);
  for (const command of ['verify', 'backup', 'reset-admin']) {
    const { code, err } = await cli([command, '--data-dir', dataDir]);
    assert.equal(code, 78, command);
    assert.match(err, /There is no database .*ia-solaris\.db/, command);
  }
  const status = await cli(['status', '--data-dir', dataDir]);
  assert.equal(status.code, 69);
  assert.match(status.out, /does not run in .*Start it with: ia-solaris serve/);
  assert.equal(existsSync(join(dataDir, 'gateway.lock')), false, 'looking leaves nothing behind');
});

test('started by npm, it tells people to type what they can type there, and leaves names of files alone', async (t) => {
  const dataDir = temporaryDir(t);
  const said = async (args: string[]) => {
    const child = spawnCli(t, args, { SOLARIS_COMMAND: 'npm start --' });
    await child.exited;
    return child.output();
  };
  const help = await said(['serve', '--help']);
  assert.match(help, /^Usage: npm start -- serve /m);
  assert.match(help, /^ {2}npm start -- serve --port 8080 --data-dir \/var\/lib\/ia-solaris$/m);
  assert.match(await said(['packets', '--help']), /: +npm start -- packets keygen approver\.key$/m);
  const status = await said(['status', '--data-dir', dataDir]);
  assert.match(status, /Start it with: npm start -- serve$/m);
  writeFileSync(join(dataDir, 'ia-solaris.db'), 'no database');
  const refused = await said(['verify', '--data-dir', dataDir]);
  assert.match(refused, /Restore a backup with "npm start -- restore"/);
  assert.doesNotMatch(help + status + refused, /(^|[\s"])ia-solaris /m);
});
