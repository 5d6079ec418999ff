/** What is given for deployment is valid, fits together, and does what it says where nginx is installed. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { settingDefinitions } from '../../gateway/config/setting-definitions.ts';
import { temporaryDir } from '../support/build.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { createGate, startMockUpstream } from '../support/mock-upstream/index.ts';
import { freePort, untilListening } from '../support/ports.ts';

const deploy = fileURLToPath(new URL('../../resources/deploy/', import.meta.url));
const read = (file: string) => readFileSync(join(deploy, file), 'utf8');
const NGINX = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', 'nginx'].find(
  (path) => spawnSync(path, ['-v']).status === 0,
);
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** The statements of an nginx file, blocks inside of blocks. */
interface Statement {
  words: string[];
  block: Statement[] | null;
}

/** @throws Error where braces or semicolons are missing */
function parseNginx(text: string): Statement[] {
  const tokens = text.replaceAll(/#.*$/gm, '').match(/"[^"]*"|[{};]|[^\s{};]+/g) ?? [];
  let at = 0;
  const statements = (inBlock: boolean): Statement[] => {
    const found: Statement[] = [];
    let words: string[] = [];
    for (; at < tokens.length; at++) {
      const token = tokens[at] ?? '';
      if (token === ';') found.push({ words, block: null });
      else if (token === '{') {
        at++;
        found.push({ words, block: statements(true) });
      } else if (token === '}') {
        assert.ok(inBlock && words.length === 0, 'a brace too many, or a semicolon too few');
        return found;
      } else {
        words.push(token);
        continue;
      }
      words = [];
    }
    assert.ok(!inBlock && words.length === 0, 'the file ends inside of a statement');
    return found;
  };
  return statements(false);
}

test('the compose file is valid, and its parts fit together', () => {
  const compose = parse(read('compose/compose.yaml'), { merge: true });
  const { services, secrets, volumes, networks } = compose;
  const gateways = Object.keys(services).filter((name) => name.startsWith('gateway'));
  assert.equal(gateways.length, 2);
  const variables = new Set(settingDefinitions().flatMap(({ env }) => env));
  for (const name of gateways) {
    const { environment, secrets: used, depends_on, command } = services[name];
    for (const variable of Object.keys(environment)) {
      const plain = variable.replace(/_FILE$/, '');
      assert.ok(
        variables.has(plain) || ['SOLARIS_DATA_DIR', 'SECRET_KEY', 'MALLOC_ARENA_MAX'].includes(plain),
        `${variable} is a variable of the gateway or of its C library`,
      );
    }
    for (const secret of used) assert.ok(secrets[secret], `${secret} is defined`);
    assert.equal(depends_on.postgres.condition, 'service_healthy');
    assert.deepEqual(command, ['node', 'out/main/cli.js', 'serve']);
    assert.equal(services[name].ports, undefined, 'no way around nginx');
  }
  assert.notDeepEqual(services['gateway-a'].volumes, services['gateway-b'].volumes, 'each its own data directory');
  assert.equal(services.postgres.ports, undefined, 'the database is not published');
  for (const [name, service] of Object.entries<{ image: string; networks?: string[]; volumes?: string[] }>(services)) {
    assert.match(service.image, /:\d/, `${name} has a version`);
    for (const network of service.networks ?? []) assert.ok(network in networks, network);
    for (const [from = ''] of (service.volumes ?? []).map((volume) => volume.split(':')))
      assert.ok(from.startsWith('.') || from in volumes, from);
  }
  const trusted = services['gateway-a'].environment.TRUSTED_PROXIES;
  assert.equal(networks.front.ipam.config[0].subnet, trusted);
  const servers = parseNginx(read('compose/upstreams.conf'))[0]?.block?.filter(({ words }) => words[0] === 'server');
  assert.deepEqual(
    servers?.map(({ words }) => words[1]),
    gateways.map((name) => `${name}:5000`),
  );
});

test('the nginx files are valid, and pass streams on at once', () => {
  const [upstream] = parseNginx(read('nginx/upstreams.conf'));
  assert.equal(upstream?.block?.filter(({ words }) => words[0] === 'server').length, 2);
  const [server] = parseNginx(read('nginx/ia-solaris.conf'));
  const names = (statements: Statement[] | null | undefined) =>
    new Map((statements ?? []).map(({ words }) => [words[0] ?? '', words.slice(1).join(' ')]));
  assert.equal(names(server?.block).get('listen'), '443 ssl http2');
  const locations = server?.block?.filter(({ words }) => words[0] === 'location') ?? [];
  assert.equal(locations.length, 2);
  const root = names(locations[0]?.block);
  assert.equal(root.get('proxy_buffering'), 'off');
  assert.equal(root.get('gzip'), 'off');
  assert.ok(!root.get('proxy_next_upstream')?.includes('non_idempotent'), 'no request is sent twice');
  for (const location of locations) {
    const headers = (location.block ?? [])
      .filter(({ words }) => words[0] === 'proxy_set_header')
      .map(({ words }) => words[1]);
    assert.deepEqual(headers, ['Connection', 'Host', 'X-Forwarded-For', 'X-Forwarded-Proto', 'Forwarded']);
  }
});

test('the systemd unit starts what is built, and gives a stop as long as it may take', () => {
  const unit = read('systemd/ia-solaris.service');
  const values = new Map(
    unit.split('\n').flatMap((line) => {
      const [, name, value] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value ?? ''] as const];
    }),
  );
  assert.match(values.get('ExecStart') ?? '', /out\/main\/cli\.js serve$/);
  assert.ok(Number(values.get('TimeoutStopSec')) > 40, 'longer than the drain and its deadline');
  assert.equal(values.get('RestartPreventExitStatus'), '2 78');
  assert.equal(values.get('NoNewPrivileges'), 'yes');
  assert.equal(values.get('UMask'), '0077');
});

const KEY = 'sk-sol-deploy-test-00000000000000000';

test('the real nginx passes streams of two gateways on piece by piece, over TLS', {
  skip: !NGINX ? 'nginx is not installed here' : !hasOpenssl ? 'openssl is not installed here' : false,
}, async (t) => {
  const dir = temporaryDir(t);
  const gate = createGate();
  const upstream = await startMockUpstream(t, { text: 'one two three four five six', chunks: 6 });
  const port = await freePort();
  const config = {
    publicUrl: `https://ia.example.com:${port}`,
    trustedProxies: ['127.0.0.1'],
    upstreams: [{ id: 'mock', kind: 'openai', baseUrl: upstream.baseUrl, apiKey: 'sk-upstream-000', models: ['*'] }],
    serviceKeys: [{ name: 'librechat', key: KEY }],
  };
  const gateways = await Promise.all(
    ['a', 'b'].map((name) => startGatewayProcess({ dataDir: join(dir, name), config })),
  );
  t.after(() => {
    for (const { child } of gateways) child.kill('SIGKILL');
  });
  const { ca } = await startNginx(
    t,
    dir,
    port,
    gateways.map(({ url }) => new URL(url).host),
  );

  const ask = (onFirst?: () => void) =>
    new Promise<{ status: number; text: string; id: string }>((resolve, reject) => {
      const options = {
        ...{ host: '127.0.0.1', port, path: '/v1/chat/completions', method: 'POST', ca, servername: 'ia.example.com' },
        headers: {
          host: `ia.example.com:${port}`,
          authorization: `Bearer ${KEY}`,
          'content-type': 'application/json',
          'x-user-email': 'ana@example.com',
        },
      };
      const call = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          if (text === '') onFirst?.();
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text, id: String(response.headers['x-request-id']) }),
        );
        response.on('error', reject);
      });
      call.on('error', reject);
      call.end(JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'hi' }] }));
    });

  // The upstream holds the rest back until the client has seen the beginning: a proxy that gathers would never end.
  upstream.next({ wait: { 'chunk:3': gate } });
  const first = ask(() => gate.open());
  await gate.reached;
  const answer = await first;
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.text, /\[DONE\]/);

  for (let round = 0; round < 8; round++) assert.equal((await ask()).status, 200);
  for (const { url } of gateways) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const served = /^ia_solaris_requests_total\{[^}]*\} (\d+)$/m.exec(metrics);
    assert.ok(Number(served?.[1]) > 0, `${url} got requests`);
  }
});

async function startNginx(t: TestContext, dir: string, port: number, hosts: string[]): Promise<{ ca: string }> {
  const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=ia.example.com', '-addext', 'subjectAltName=DNS:ia.example.com', '-keyout', key, '-out', cert],
  ]);
  assert.equal(made.status, 0, made.stderr.toString());
  const ours = (file: string) =>
    read(file)
      .replace('127.0.0.1:5000', hosts[0] ?? '')
      .replace('127.0.0.1:5001', hosts[1] ?? '')
      .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
      .replace('/etc/nginx/tls/ia-solaris.crt', cert)
      .replace('/etc/nginx/tls/ia-solaris.key', key);
  mkdirSync(join(dir, 'tmp'));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${join(dir, 'tmp', kind)};`,
  );
  const file = join(dir, 'nginx.conf');
  writeFileSync(
    file,
    [
      `daemon off; master_process off; pid ${join(dir, 'nginx.pid')}; error_log stderr warn;`,
      'events { worker_connections 256; }',
      `http { access_log off; ${temporary.join(' ')}`,
      ours('nginx/upstreams.conf'),
      ours('nginx/ia-solaris.conf'),
      '}',
    ].join('\n'),
  );
  const checked = spawnSync(NGINX ?? '', ['-t', '-c', file, '-e', 'stderr']);
  assert.equal(checked.status, 0, checked.stderr.toString());
  const nginx = spawn(NGINX ?? '', ['-c', file, '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(async () => {
    nginx.kill('SIGKILL');
    await once(nginx, 'exit');
  });
  await untilListening(nginx, port);
  return { ca: readFileSync(cert, 'utf8') };
}
