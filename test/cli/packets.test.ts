import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '../../gateway/cli/program.ts';
import { addOperator } from '../operators/people.ts';
import { portal } from '../portal/portal-kit.ts';
import { temporaryDir } from '../support/build.ts';

/** Runs one command. @returns its exit code and what it printed */
async function run(...args: string[]): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const print = (text: string) => void lines.push(text);
  const code = await runProgram(['packets', ...args], { env: {}, print, printError: print });
  return { code, text: lines.join('\n') };
}

test('an approver decides with the command line alone, and the gateway takes it in while it runs', async (t) => {
  const { person, ask, context, dataDir } = await portal(t, { clock: { now: Date.now } });
  await addOperator(context, 'approver@example.com', 'approver');
  const ana = await person('ana@example.com', { name: 'Ana' });
  await ask(ana, 500_000, 'first\u0020line\nsecond line');
  await ask(ana, 2_000_000, 'too much');
  const away = temporaryDir(t);
  const file = (name: string) => join(away, name);

  const made = await run('keygen', file('approver.key'));
  assert.equal(made.code, 0, made.text);
  if (process.platform !== 'win32') assert.equal(statSync(file('approver.key')).mode & 0o777, 0o600);
  assert.equal((await run('keygen', file('approver.key'))).code, 78, 'a key is never overwritten');
  const publicKey = /Public key +(\S+)/.exec(made.text)?.[1] ?? '';
  const fingerprint = /Fingerprint +([0-9a-f ]+)$/m.exec(made.text)?.[1] ?? '';
  assert.equal(made.text.includes('PRIVATE'), false);

  const data = ['--data-dir', dataDir];
  const enrol = ['enroll', '--operator', 'approver@example.com', '--public-key', publicKey, ...data];
  const wrong = await run(...enrol, '--fingerprint', '00'.repeat(32));
  assert.equal(wrong.code, 1);
  assert.match(wrong.text, /only if the approver reads out the same/);
  assert.equal((await run(...enrol, '--fingerprint', fingerprint)).code, 0);
  const exported = await run('export', file('requests.json'), ...data);
  assert.equal(exported.code, 0, exported.text);

  const shown = await run('show', file('requests.json'));
  assert.match(shown.text, /#1001 {2}500,000 tokens {2}\(BRL 25\.00\) {2}high\n {2}Ana <ana@example\.com>, plan basic/);
  assert.match(shown.text, / \| first line\n {2}\| second line/);
  const decide = (...more: string[]) => run('decide', file('requests.json'), '--key', file('approver.key'), ...more);
  assert.match((await decide()).text, /Nothing is decided/);
  assert.match((await decide('--approve', '1')).text, /1 is not in this packet/);
  assert.match((await decide('--approve', '1001=1.5x')).text, /no number of tokens/);
  assert.match((await decide('--approve', '1001', '--reject', '1001=x')).text, /decided on twice/);
  assert.match((await decide('--reject', '1002')).text, /say why/);
  const decided = await decide('--approve', '1001=250,000', '--note', '1001=Half', '--reject', '1002=Too much');
  assert.equal(decided.code, 0, decided.text);
  assert.equal((await ana.call('/api/me')).body.credits, 0, 'deciding elsewhere changes nothing here');

  const imported = await run('import', file('requests.decisions.json'), ...data);
  assert.equal(imported.code, 0, imported.text);
  assert.match(imported.text, /ok +#1001 +approved\nok +#1002 +rejected/);
  const again = await run('import', file('requests.decisions.json'), ...data);
  assert.equal(again.code, 1);
  assert.match(again.text, /imported already/);
  assert.equal((await ana.call('/api/me')).body.credits, 250_000);
  assert.equal((await run('revoke', fingerprint, ...data)).code, 0);
  assert.match((await run('keys', ...data)).text, /revoked/);
});

test('a key may be sealed with a passphrase, and a damaged file is told as such', async (t) => {
  const away = temporaryDir(t);
  const file = (name: string) => join(away, name);
  writeFileSync(file('passphrase'), 'open sesame\n');
  writeFileSync(file('other'), 'close sesame\n');
  assert.equal((await run('keygen', file('key'), '--passphrase-file', file('passphrase'))).code, 0);
  assert.match(readFileSync(file('key'), 'utf8'), /ENCRYPTED/);
  assert.match((await run('public', file('key'))).text, /sealed with a passphrase/);
  assert.match((await run('public', file('key'), '--passphrase-file', file('other'))).text, /passphrase is not/);
  assert.equal((await run('public', file('key'), '--passphrase-file', file('passphrase'))).code, 0);
  writeFileSync(file('noise'), 'not json');
  assert.match((await run('show', file('noise'))).text, /not a file of IA Solaris/);
  assert.match((await run('show', file('missing'))).text, /does not exist/);
  assert.equal((await run('unknown')).code, 2);
});
