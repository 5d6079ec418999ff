import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { librechatSnippet, startText } from '../../gateway/cli-output.ts';
import { build, temporaryDir } from '../support/build.ts';
import { cli, spawnCli } from '../support/cli.ts';

const run = promisify(execFile);

test('the first start prints what is needed, the printed curl streams, later starts keep the secrets', async (t) => {
  const dataDir = temporaryDir(t);
  const first = spawnCli(t, ['serve', '--data-dir', dataDir, '--port', '0']);
  const [, url = ''] = await first.printed(
    /OpenAI base URL +(http:\/\/127\.0\.0\.1:\d+)\/v1\n[\s\S]*Stop with Ctrl\+C/,
  );
  const text = first.output();
  const key = /^ {2}(sk-sol-\S+)$/m.exec(text)?.[1] ?? '';
  const password = /^ {2}Password +(\S+)$/m.exec(text)?.[1] ?? '';
  assert.ok(key && password, text);
  assert.match(text, new RegExp(`Console +${url}/admin/`));
  assert.match(text, /E-mail +admin@localhost/);

  const command = /^ {2}curl [\s\S]*?'\}?'?$/m.exec(text)?.[0] ?? '';
  const { stdout } = await run('sh', ['-c', command]);
  assert.match(stdout, /^data: \{/);
  assert.match(stdout, /data: \[DONE\]\n\n$/);
  const login = await fetch(`${url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'admin@localhost', password }),
  });
  assert.equal(login.status, 200);
  await login.arrayBuffer();

  const status = await cli(['status', '--data-dir', dataDir]);
  assert.equal(status.code, 0);
  assert.match(status.out, new RegExp(`IA Solaris .*: (healthy|degraded)[\\s\\S]*Address +${url}`));
  const second = await cli(['serve', '--data-dir', dataDir]);
  assert.equal(second.code, 69);
  assert.match(second.err, new RegExp(`Another IA Solaris \\(process ${first.child.pid} at ${url}\\)`));

  first.child.kill('SIGTERM');
  assert.equal(await first.exited, 0);
  assert.match(first.output(), /Stopping: requests in flight may end/);

  const logs = readdirSync(join(dataDir, 'logs'));
  assert.equal(logs.length, 1);
  const log = readFileSync(join(dataDir, 'logs', logs[0] ?? ''), 'utf8');
  for (const line of log.trim().split('\n')) assert.equal(typeof JSON.parse(line).time, 'string');
  assert.ok(!log.includes(key) && !log.includes(password), 'secrets are printed, not logged');
  for (const file of ['ia-solaris.db', 'secret.key', `logs/${logs[0]}`]) {
    assert.equal(statSync(join(dataDir, file)).mode & 0o077, 0, `${file} is for its owner only`);
  }

  const later = spawnCli(t, ['--data-dir', dataDir, '--port', '0', '--json-logs']);
  await later.printed(/Stop with Ctrl\+C/);
  assert.doesNotMatch(later.output(), /sk-sol-|Password/);
  assert.match(later.output(), /^\{"level":"info"/m);
  later.child.kill('SIGINT');
  assert.equal(await later.exited, 0);
});

test('a gateway that is killed leaves no lock behind, and the next start takes over', async (t) => {
  const dataDir = temporaryDir(t);
  const first = spawnCli(t, ['serve', '--data-dir', dataDir, '--port', '0']);
  await first.printed(/Stop with Ctrl\+C/);
  first.child.kill('SIGKILL');
  await first.exited;
  assert.equal((await cli(['status', '--data-dir', dataDir])).code, 69, 'what it left written does not fool anybody');
  const second = spawnCli(t, ['serve', '--data-dir', dataDir, '--port', '0']);
  await second.printed(/Stop with Ctrl\+C/);
  second.child.kill('SIGTERM');
  assert.equal(await second.exited, 0);
});

const FACTS = {
  version: '1.2.3',
  dataDir: '/data',
  addresses: { url: 'http://127.0.0.1:5000', network: [] as string[], publicUrl: null },
  issued: { serviceKey: 'sk-sol-x', passwords: [{ email: 'o@example.com', password: 'p-w' }] },
  model: 'solaris-echo',
  isDemo: false,
};

test('the text says what applies and nothing else', () => {
  const first = startText(FACTS);
  assert.match(first, /sk-sol-x/);
  assert.match(first, /NETWORK_HOSTS/);
  const reachable = startText({
    ...FACTS,
    addresses: { ...FACTS.addresses, network: ['http://172.17.0.1:5000'], publicUrl: 'https://ia.example.com' },
  });
  assert.match(reachable, /Console +https:\/\/ia\.example\.com\/admin\//);
  assert.match(reachable, /baseURL: "http:\/\/172\.17\.0\.1:5000\/v1"/);
  assert.doesNotMatch(reachable, /NETWORK_HOSTS/);
  const later = startText({ ...FACTS, issued: { serviceKey: null, passwords: [] } });
  assert.doesNotMatch(later, /curl|librechat|Password/i);
  assert.match(startText({ ...FACTS, isDemo: true }), /\/data \(thrown away at the end\)/);
});

test('the snippet is YAML that names the user of each request', () => {
  const config = parse(librechatSnippet('http://127.0.0.1:5000', 'solaris-echo').join('\n'));
  const [endpoint] = config.endpoints.custom;
  assert.equal(endpoint.baseURL, 'http://127.0.0.1:5000/v1');
  assert.equal(endpoint.headers['X-User-Email'], '{{LIBRECHAT_USER_EMAIL}}');
  assert.equal(endpoint.headers['X-User-Id'], '{{LIBRECHAT_USER_ID}}');
  assert.deepEqual(endpoint.models, { default: ['solaris-echo'], fetch: true });
});

test('a start that fails late ends the process by itself, with its exit code', async (t) => {
  const { url } = await build(t);
  const dataDir = temporaryDir(t);
  const taken = ['serve', '--data-dir', dataDir, '--port', new URL(url).port];
  const failing = spawnCli(t, taken);
  assert.equal(await failing.exited, 69);
  assert.match(failing.output(), /is already used by another IA Solaris gateway/);
  const named = spawnCli(t, taken, { ADMIN_EMAIL: 'boss@example.com' });
  assert.equal(await named.exited, 69);
  assert.match(named.output(), /shown this once: boss@example\.com signs in with \S+/);
  const works = spawnCli(t, ['serve', '--data-dir', dataDir, '--port', '0']);
  await works.printed(/Service key for LibreChat[\s\S]*sk-sol-/);
  works.child.kill('SIGTERM');
  assert.equal(await works.exited, 0);
});

test('the demo is a living team in a folder that is thrown away', async (t) => {
  const tmp = temporaryDir(t);
  const demo = spawnCli(t, ['serve', '--demo', '--port', '0'], { TMPDIR: tmp });
  const [, url = ''] = await demo.printed(/OpenAI base URL +(http:\/\/127\.0\.0\.1:\d+)\/v1\n[\s\S]*Stop with Ctrl\+C/);
  const password = /^ {2}Password +(\S+)$/m.exec(demo.output())?.[1] ?? '';
  const login = await fetch(`${url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'admin@localhost', password }),
  });
  const { token } = (await login.json()) as { token: string };
  const users = await fetch(`${url}/api/admin/users?limit=1`, { headers: { authorization: `Bearer ${token}` } });
  assert.ok(((await users.json()) as { total: number }).total > 10);
  assert.equal(readdirSync(tmp).filter((name) => name.startsWith('ia-solaris-demo-')).length, 1);
  demo.child.kill('SIGTERM');
  assert.equal(await demo.exited, 0);
  assert.deepEqual(
    readdirSync(tmp).filter((name) => name.startsWith('ia-solaris-demo-')),
    [],
  );
});
