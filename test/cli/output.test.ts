/** Output that nobody takes: a pipe without a reader, a full disk, a terminal that was closed. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { verifyDatabase } from '../../gateway/ops/verify.ts';
import { withBooks } from '../support/books.ts';
import { build, temporaryDir } from '../support/build.ts';
import { spawnCli } from '../support/cli.ts';
import { closedPort, createGate, startMockUpstream } from '../support/mock-upstream/index.ts';

const SERVICE_KEY = `sk-sol-${'0123456789'.repeat(4)}`;
const hasFullDevice = existsSync('/dev/full');

async function configFile(t: TestContext, baseUrl: string): Promise<string> {
  const file = join(temporaryDir(t), 'config.json');
  const upstreams = [
    { id: 'mock', kind: 'openai', baseUrl, apiKey: 'sk-mock', models: ['gpt-4o-mini'] },
    { id: 'gone', kind: 'openai', baseUrl: await closedPort(), apiKey: 'x', models: ['gone'] },
  ];
  writeFileSync(file, JSON.stringify({ port: 0, upstreams, serviceKeys: [{ name: 'test', key: SERVICE_KEY }] }));
  return file;
}

const chat = (url: string, model: string, stream: boolean) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${SERVICE_KEY}`,
      'content-type': 'application/json',
      'x-user-email': 'ana@example.com',
    },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hi' }] }),
  });

/** Resolves when the gateway there no longer takes connections. */
async function draining(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/health`, { headers: { connection: 'close' } }).catch(() => null);
    if (answer === null) return;
    await answer.arrayBuffer();
  }
}

test('a gateway whose output nobody reads goes on, and a closed terminal lets its streams end', async (t) => {
  const upstream = await startMockUpstream(t);
  const gate = createGate();
  upstream.script({ text: ['one ', 'two ', 'three'], wait: { 'chunk:1': gate } });
  const dataDir = temporaryDir(t);
  const config = await configFile(t, upstream.baseUrl);
  const gateway = spawnCli(t, ['serve', '--data-dir', dataDir, '--config', config]);
  const [, url = ''] = await gateway.printed(/OpenAI base URL +(\S+)\/v1\n[\s\S]*Stop with Ctrl\+C/);
  gateway.child.stdout?.destroy();
  gateway.child.stderr?.destroy();

  // It logs, and has nowhere to.
  for (let time = 0; time < 3; time++) assert.equal((await chat(url, 'gone', false)).status, 502);
  const stream = await chat(url, 'gpt-4o-mini', true);
  await gate.reached;
  gateway.child.kill('SIGHUP');
  await draining(url);
  gateway.child.kill('SIGHUP');
  gate.open();
  assert.match(await stream.text(), /data: \[DONE\]\n\n$/);
  assert.equal(await gateway.exited, 0);
  const [log = ''] = readdirSync(join(dataDir, 'logs'));
  assert.match(readFileSync(join(dataDir, 'logs', log), 'utf8'), /"level":"warn"/, 'the log files go on');
});

test('a full disk under its output neither keeps a gateway from its work nor its stop', async (t) => {
  if (!hasFullDevice) return t.skip('There is no /dev/full here.');
  const dataDir = temporaryDir(t);
  const config = await configFile(t, await closedPort());
  const gateway = spawnCli(t, ['serve', '--data-dir', dataDir, '--config', config], {}, { stdout: fullDevice(t) });
  const url = await addressIn(dataDir, gateway.exited);
  for (let time = 0; time < 3; time++) assert.equal((await chat(url, 'gone', false)).status, 502);
  assert.equal((await fetch(`${url}/health`)).status, 200);
  gateway.child.kill('SIGTERM');
  assert.equal(await gateway.exited, 0);
});

test('a command whose reader has gone ends quietly, as it would have ended', async (t) => {
  const built = await build(t, { engine: 'sqlite' });
  await withBooks(built);
  for (const args of [['export', 'audit'], ['doctor'], ['verify']]) {
    const command = spawnCli(t, [...args, '--data-dir', built.dataDir]);
    let said = '';
    command.child.stderr?.on('data', (bytes: Buffer) => (said += String(bytes)));
    command.child.stdout?.destroy();
    const code = await command.exited;
    assert.ok(code === 0 || (args[0] === 'doctor' && code === 1), `${args}: ${code}`);
    assert.equal(said, '', args.join(' '));
  }
});

test('a command that cannot print its result says so in a sentence; what was done stays done', async (t) => {
  if (!hasFullDevice) return t.skip('There is no /dev/full here.');
  const built = await build(t, { engine: 'sqlite' });
  await withBooks(built);
  const target = join(temporaryDir(t), 'all.solaris-backup');
  for (const [code, ...args] of [
    [1, 'export', 'audit'],
    [1, 'version'],
    [0, 'backup', target],
  ] as const) {
    const dataDir = args[0] === 'version' ? [] : ['--data-dir', built.dataDir];
    const command = spawnCli(t, [...args, ...dataDir], {}, { stdout: fullDevice(t) });
    assert.equal(await command.exited, code, args.join(' '));
    assert.match(command.output(), /Standard output cannot be written \(ENOSPC\).* Free some space\.\n$/);
    assert.doesNotMatch(command.output(), /\n\s+at /);
  }
  assert.ok(statSync(target).size > 0);
  assert.equal((await verifyDatabase(join(built.dataDir, 'ia-solaris.db'))).ok, true);
});

function fullDevice(t: TestContext): number {
  const handle = openSync('/dev/full', 'w');
  t.after(() => closeSync(handle));
  return handle;
}

/** Where the gateway listens that starts there. */
async function addressIn(dataDir: string, exited: Promise<number | null>): Promise<string> {
  const file = join(dataDir, 'server.json');
  const watcher = watch(dataDir);
  try {
    for (;;) {
      const changed = once(watcher, 'change');
      const { url } = existsSync(file)
        ? (JSON.parse(readFileSync(file, 'utf8')) as { url: string | null })
        : { url: null };
      if (url !== null) return url;
      const code = await Promise.race([changed, exited]);
      if (typeof code === 'number') throw new Error(`It ended with ${code}.`);
    }
  } finally {
    watcher.close();
  }
}
