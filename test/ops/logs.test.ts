import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLogger, humanLine, openLogs } from '../../gateway/ops/logs.ts';
import { temporaryDir } from '../support/build.ts';

function capture(level = 'info') {
  const lines: string[] = [];
  return { lines, log: createLogger(level, { write: (line) => void lines.push(line) }) };
}

test('secrets and prompts never reach a log, wherever they lie in what is logged', () => {
  const { lines, log } = capture();
  const secret = 'hush-hush';
  log.info({ authorization: secret, password: secret, apiKey: secret, token: secret }, 'top');
  log.info(
    { headers: { authorization: secret, cookie: secret, 'x-api-key': secret, 'set-cookie': secret } },
    'headers',
  );
  log.info(
    { request: { headers: { Authorization: 'fine', authorization: secret, 'x-goog-api-key': secret } } },
    'deeper',
  );
  log.info(
    { settings: { smtp: { password: secret }, stripe: { secretKey: secret, webhookSecret: secret } } },
    'settings',
  );
  log.info({ body: { messages: [{ content: secret }], prompt: secret } }, 'body');
  log.child({ password: secret }).info('child');
  assert.equal(lines.length, 6);
  assert.doesNotMatch(lines.join(''), /hush/);
  assert.match(lines[0] ?? '', /"authorization":"\[redacted\]"/);
});

test('lines are JSON with a time, a level by name and a message, and the level is obeyed', () => {
  const { lines, log } = capture('warn');
  log.info('not this');
  log.warn({ userId: 'usr_1' }, 'this');
  assert.equal(lines.length, 1);
  const entry = JSON.parse(lines[0] ?? '');
  assert.deepEqual([entry.level, entry.msg, entry.userId], ['warn', 'this', 'usr_1']);
  assert.match(entry.time, /^\d{4}-\d\d-\d\dT/);
});

test('people read one line, with the stack where something failed', () => {
  const { lines, log } = capture();
  log.error({ err: new Error('broken'), userId: 'usr_1', n: 3 }, 'It failed');
  const line = humanLine(lines[0] ?? '');
  assert.match(line, /^\d\d:\d\d:\d\d ERROR It failed {2}userId=usr_1 n=3\nError: broken\n {4}at /);
  assert.equal(humanLine('not json'), 'not json');
});

test('files are written in the folder, and everything is in them after the close', async (t) => {
  const dir = join(temporaryDir(t), 'logs');
  const { log, close } = await openLogs({ level: 'info', dir, stdout: 'none' });
  for (let index = 0; index < 200; index++) log.info({ index }, 'line');
  await close();
  const [file = ''] = readdirSync(dir);
  assert.match(file, /^gateway\.\d{4}-\d\d-\d\d\.1\.log$/);
  const lines = readFileSync(join(dir, file), 'utf8').trim().split('\n');
  assert.equal(lines.length, 200);
  assert.equal(JSON.parse(lines[199] ?? '').index, 199);
});
