import assert from 'node:assert/strict';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Finding } from '../../gateway/cli/findings.ts';
import { librechatSnippet } from '../../gateway/cli-output.ts';
import { build, temporaryDir } from '../support/build.ts';
import { cli } from '../support/cli.ts';
import { closedPort } from '../support/mock-upstream/index.ts';

async function doctor(dataDir: string, args: readonly string[] = [], env: Record<string, string> = {}) {
  const { code, out } = await cli(['doctor', '--json', '--data-dir', dataDir, ...args], env);
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  return { code, findings, of: (id: string) => findings.filter((finding) => finding.id === id) };
}

async function listening(t: TestContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  t.after(() => void server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

/** An upstream whose list of models answers with the status, and only to the key. */
const upstream = (t: TestContext, status: number, key?: string) =>
  listening(
    t,
    createHttpServer((request, response) => {
      const known = key === undefined || request.headers.authorization === `Bearer ${key}`;
      response.writeHead(known ? status : 401).end('{}');
    }),
  );

test('before the first start nothing is wrong, nothing is made, and the demo is pointed out', async (t) => {
  const dataDir = join(temporaryDir(t), 'not-yet');
  const { code, of, findings } = await doctor(dataDir, [], { PORT: '0' });
  assert.equal(code, 0, JSON.stringify(findings));
  assert.match(of('data_dir')[0]?.message ?? '', /will be made at the first start/);
  assert.equal(of('upstreams')[0]?.status, 'warn');
  assert.match(of('upstreams')[0]?.message ?? '', /solaris-echo/);
  assert.match(of('mail')[0]?.message ?? '', /that is fine/);
  assert.equal(existsSync(dataDir), false);
});

test('beside a gateway that runs, its port is not called taken', async (t) => {
  const { dataDir, url } = await build(t);
  const { code, of } = await doctor(dataDir);
  assert.equal(code, 0);
  assert.match(of('port')[0]?.message ?? '', new RegExp(`answers at ${url}`));
  assert.match(of('database')[0]?.message ?? '', /is sound/);
});

test('a wrong configuration is all that is told, with 78', async (t) => {
  const { code, findings } = await doctor(temporaryDir(t), [], { PORT: 'x', LOCALE: 'y' });
  assert.equal(code, 78);
  assert.deepEqual(
    findings.map(({ id, status }) => [id, status]),
    [
      ['configuration', 'fail'],
      ['configuration', 'fail'],
    ],
  );
});

test('a taken port, an exposed console and an open folder are found', async (t) => {
  const dataDir = temporaryDir(t);
  chmodSync(dataDir, 0o755);
  const port = await listening(t, createServer());
  const { code, of } = await doctor(dataDir, [], { PORT: String(port) });
  assert.equal(code, 1);
  assert.match(of('port')[0]?.message ?? '', new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is used`));
  assert.equal(of('data_dir')[0]?.status, 'warn');
  assert.match(of('data_dir')[0]?.advice ?? '', /chmod 700/);
  const exposed = await doctor(dataDir, [], { HOST: '0.0.0.0', PORT: '0' });
  assert.equal(exposed.of('exposure')[0]?.status, 'fail');
});

test('a damaged database is found', async (t) => {
  const dataDir = temporaryDir(t);
  writeFileSync(join(dataDir, 'ia-solaris.db'), 'no database at all, but long enough to look at');
  const { code, of } = await doctor(dataDir, [], { PORT: '0' });
  assert.equal(code, 1);
  assert.equal(of('database')[0]?.status, 'fail');
  assert.match(of('database')[0]?.advice ?? '', /Restore a (good )?backup|restore a good backup/i);
});

test('upstreams are asked with their keys: good, refused, in trouble, wrong path, gone', async (t) => {
  const dataDir = temporaryDir(t);
  const url = async (port: Promise<number>) => `http://127.0.0.1:${await port}/v1`;
  const goneUrl = await closedPort();
  const config = join(dataDir, 'config.json');
  const entry = (id: string, baseUrl: string, apiKey = 'sk-good') => ({ id, kind: 'openai', baseUrl, apiKey });
  writeFileSync(
    config,
    JSON.stringify({
      port: 0,
      upstreams: [
        entry('good', await url(upstream(t, 200, 'sk-good'))),
        entry('refused', await url(upstream(t, 200, 'sk-other'))),
        entry('trouble', await url(upstream(t, 500))),
        entry('path', await url(upstream(t, 404))),
        entry('gone', goneUrl),
        { ...entry('off', goneUrl), enabled: false },
      ],
    }),
  );
  const { code, of, findings } = await doctor(dataDir, ['--config', config]);
  assert.equal(code, 1);
  assert.deepEqual(
    of('upstreams').map(({ status }) => status),
    ['ok', 'fail', 'fail', 'warn', 'fail'],
  );
  assert.match(of('upstreams')[1]?.message ?? '', /refused refuses its key \(HTTP 401\)/);
  assert.match(of('upstreams')[4]?.message ?? '', /gone cannot be reached.*ECONNREFUSED/);
  assert.doesNotMatch(JSON.stringify(findings), /sk-/);
});

test('keys in the database are used; one that cannot be opened is found, not dropped', async (t) => {
  const port = await upstream(t, 200, 'sk-sealed');
  const built = await build(t, {
    config: { upstreams: [{ id: 'up', kind: 'openai', baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: 'sk-sealed' }] },
  });
  assert.equal((await doctor(built.dataDir)).of('upstreams')[0]?.status, 'ok');
  await built.gateway.stop();
  writeFileSync(join(built.dataDir, 'secret.key'), `${'0'.repeat(64)}\n`);
  const lost = await doctor(built.dataDir, [], { PORT: '0' });
  assert.match(lost.of('upstreams')[0]?.message ?? '', /key of upstream up cannot be opened/);
  assert.equal(lost.code, 1);
});

test('the mail server must greet', async (t) => {
  const greets = await listening(
    t,
    createServer((socket) => void socket.on('error', () => undefined).end('220 mail.example.com\r\n')),
  );
  const silent = await listening(
    t,
    createServer((socket) => void socket.on('error', () => undefined).end('HTTP/1.1 400\r\n\r\n')),
  );
  const mail = async (port: number, from = 'ia@example.com') =>
    (
      await doctor('/nonexistent', [], { PORT: '0', SMTP_HOST: '127.0.0.1', SMTP_PORT: String(port), FROM_EMAIL: from })
    ).of('mail')[0];
  assert.equal((await mail(greets))?.status, 'ok');
  assert.equal((await mail(silent))?.status, 'fail');
  assert.match((await mail(greets, ''))?.message ?? '', /no sender/);
});

const GOOD = librechatSnippet('http://127.0.0.1:5000', 'solaris-echo').join('\n');

async function librechat(t: TestContext, yaml: string, env: Record<string, string> = {}) {
  const dir = temporaryDir(t);
  const file = join(dir, 'librechat.yaml');
  writeFileSync(file, yaml);
  const { of } = await doctor(join(dir, 'data'), ['--librechat', file], env);
  return of('librechat');
}

test('the snippet that the gateway prints passes', async (t) => {
  const findings = await librechat(t, GOOD);
  assert.deepEqual(
    findings.map(({ status }) => status),
    ['ok'],
    JSON.stringify(findings),
  );
});

const WRONG: [name: string, change: (yaml: string) => string, expected: RegExp][] = [
  ['another port', (yaml) => yaml.replace(':5000', ':9999'), /No custom endpoint .* baseURL of this gateway/],
  ['another host', (yaml) => yaml.replace('127.0.0.1', 'api.example.com'), /No custom endpoint/],
  ['no /v1', (yaml) => yaml.replace('/v1', ''), /baseURL is http:\/\/127\.0\.0\.1:5000/],
  ['no e-mail', (yaml) => yaml.replace(/.*USER_EMAIL.*\n/, ''), /no header tells the user's e-mail/],
  [
    'a misspelled placeholder',
    (yaml) => yaml.replace('LIBRECHAT_USER_NAME', 'LIBRECHAT_USERNAME'),
    /\{\{LIBRECHAT_USERNAME\}\}, which LibreChat does not know/,
  ],
  ['keys by users', (yaml) => yaml.replace(/apiKey: .*/, 'apiKey: "user_provided"'), /each user gives an own key/],
  ['no key', (yaml) => yaml.replace(/.*apiKey: .*\n/, ''), /there is no apiKey/],
  [
    'a direct endpoint',
    (yaml) => yaml.replace('      headers:', '      directEndpoint: true\n      headers:'),
    /directEndpoint is set/,
  ],
  [
    'no identity at all',
    (yaml) => yaml.replace(/ {6}headers:[\s\S]*/, '      dropParams: ["user"]\n'),
    /do not say whose they are/,
  ],
  ['no endpoints', () => 'version: 1.3.0\n', /No custom endpoint/],
  ['an empty file', () => '', /No custom endpoint/],
  ['no YAML', () => 'a: [1,\nb: }', /is not valid YAML/],
  ['another shape', () => 'endpoints:\n  custom: everything\n', /is not as LibreChat expects it/],
];

test('what is wrong in a librechat.yaml is found, one by one', async (t) => {
  for (const [name, change, expected] of WRONG) {
    const findings = await librechat(t, change(GOOD));
    const bad = findings.filter(({ status }) => status !== 'ok');
    assert.ok(
      bad.some(({ message, advice }) => expected.test(message) && advice !== null),
      `${name}: ${JSON.stringify(findings)}`,
    );
  }
});

test('addresses by which LibreChat may reach this gateway are known', async (t) => {
  const ok = async (baseUrl: string, env: Record<string, string> = {}) =>
    (await librechat(t, GOOD.replace('http://127.0.0.1:5000', baseUrl), env)).every(({ status }) => status === 'ok');
  assert.ok(await ok('http://localhost:5000'));
  assert.ok(await ok('http://host.docker.internal:5000'));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: LibreChat fills it in from its environment
  assert.ok(await ok('${SOLARIS_URL}'));
  assert.ok(await ok('https://ia.example.com', { PUBLIC_URL: 'https://ia.example.com' }));
  assert.ok(await ok('http://172.31.0.1:5000', { NETWORK_HOSTS: '172.31.0.1' }));
  assert.equal(await ok('http://172.31.0.1:5000'), false);
});

test('a file that cannot be read is named', async (t) => {
  const { of } = await doctor(temporaryDir(t), ['--librechat', '/not/there.yaml'], { PORT: '0' });
  assert.match(of('librechat')[0]?.message ?? '', /\/not\/there\.yaml cannot be read: ENOENT/);
});
