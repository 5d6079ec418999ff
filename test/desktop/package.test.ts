import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildIfStale } from '../../resources/scripts/build.ts';
import { root } from '../../resources/scripts/run.ts';
import { spawnCli } from '../support/cli.ts';
import { extractApp, filesFor, type PackedFile, packForLinux, readFuses } from './packing.ts';

/** Of the app itself, without Electron. */
const BUDGET_BYTES = 40_000_000;
const SYSTEMS = [
  ['linux', 'x64', 'linux-x64'],
  ['mac', 'arm64', 'darwin-arm64'],
  ['win', 'x64', 'win32-x64'],
] as const;

const total = (files: readonly PackedFile[]) => files.reduce((sum, { bytes }) => sum + bytes, 0);
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};

const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** `name@version` of every package that may be shipped, from the lockfile. electron-builder lays them out anew. */
function shippable(): Set<string> {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; version?: string }>;
  };
  const packages = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && !dev);
  return new Set(packages.map(([path, { version }]) => `${nameOf(path)}@${version}`));
}

/** `name@version` of every package that is packed. */
function packagesOf(files: readonly PackedFile[]): string[] {
  const manifests = files.filter(({ path }) => /node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path));
  return manifests.map(({ path, source }) => {
    const { version } = JSON.parse(readFileSync(source, 'utf8')) as { version: string };
    return `${nameOf(path.replace(/\/package\.json$/, ''))}@${version}`;
  });
}

describe('what is packed', () => {
  before(buildIfStale);

  for (const [system, arch, target] of SYSTEMS) {
    test(`for ${target} keeps to its budget and holds nothing of development or of other systems`, async (t) => {
      const files = await filesFor(system, arch);
      t.diagnostic(`${target}: ${files.length} files, ${(total(files) / 1e6).toFixed(1)} MB`);
      assert.ok(total(files) <= BUDGET_BYTES, `${total(files)} bytes`);

      const paths = files.map(({ path }) => path);
      const tops = new Set(paths.map((path) => path.split('/')[0]));
      assert.deepEqual([...tops].sort(), ['LICENSE', 'node_modules', 'out', 'package.json', 'resources']);
      assert.deepEqual(
        new Set(paths.filter((path) => path.startsWith('resources/')).map((path) => path.split('/')[1])),
        new Set(['migrations', 'icons']),
      );
      const natives = paths.filter((path) => path.endsWith('.node'));
      const foreign = natives.filter((path) => !path.includes(target));
      assert.deepEqual(foreign, [], 'addons of other systems');
      assert.ok(natives.some((path) => path.endsWith(`better-sqlite3/prebuilds/${target}.node`)));
      assert.deepEqual(
        paths.filter((path) => /\.(map|ts|md|cpp|h)$/.test(path)),
        [],
      );

      const allowed = shippable();
      const packages = packagesOf(files);
      const stowaways = packages.filter((name) => !allowed.has(name));
      assert.deepEqual(stowaways, [], 'packages that only development needs');
      for (const [name, version] of Object.entries(dependencies))
        assert.ok(packages.includes(`${name}@${version}`), name);
    });
  }
});

// Elsewhere the addons of Linux are not installed; there, releases are packed by the workflow.
const isHere = process.platform === 'linux' && process.arch === 'x64';
describe('a package made by electron-builder', { skip: !isHere && 'packs for Linux on x64 only' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'solaris-package-'));
  const app = join(folder, 'app');
  let packed = { resources: '', program: '' };

  before(async () => {
    await buildIfStale();
    packed = packForLinux(folder);
    extractApp(packed.resources, app);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('holds the files that were counted, addons beside the archive', async () => {
    const found = readdirSync(app, { recursive: true, encoding: 'utf8' }).filter((path) =>
      statSync(join(app, path)).isFile(),
    );
    const counted = (await filesFor('linux', 'x64')).map(({ path }) => path);
    assert.deepEqual(found.map((path) => path.split(sep).join('/')).sort(), counted.sort());
    const beside = globSync('app.asar.unpacked/**/*.node', { cwd: packed.resources });
    assert.equal(beside.length, 2, beside.join());
  });

  test('has the fuses set before it is signed', async () => {
    assert.deepEqual(await readFuses(packed.program), {
      RunAsNode: false,
      EnableCookieEncryption: true,
      EnableNodeOptionsEnvironmentVariable: false,
      EnableNodeCliInspectArguments: false,
      EnableEmbeddedAsarIntegrityValidation: true,
      OnlyLoadAppFromAsar: true,
      LoadBrowserProcessSpecificV8Snapshot: false,
      GrantFileProtocolExtraPrivileges: false,
    });
  });

  test('runs its gateway: console, reference, files and passwords need nothing that was left out', async (t) => {
    const email = 'owner@example.com';
    const password = 'correct horse battery';
    const config = join(folder, 'config.json');
    writeFileSync(config, JSON.stringify({ port: 0, operators: [{ email, password, role: 'owner' }] }));
    const args = ['serve', '--data-dir', join(folder, 'data'), '--config', config];
    const gateway = spawnCli(t, args, {}, { program: join(app, 'out/main/cli.js') });
    const [url] = await gateway.printed(/http:\/\/127\.0\.0\.1:\d+/);

    assert.match(await (await fetch(`${url}/admin/`)).text(), /<div id="root">/);
    const reference = await fetch(`${url}/api/docs/reference.js`);
    assert.equal(reference.status, 200);
    assert.ok((await reference.text()).length > 1_000_000);

    const json = { 'content-type': 'application/json' };
    const login = await fetch(`${url}/api/auth/login`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ email, password }),
    });
    const { token } = (await login.json()) as { token: string };
    for (const [format, start] of [
      ['pdf', /^%PDF-/],
      ['xlsx', /^PK/],
    ] as const) {
      const file = await fetch(`${url}/api/admin/reports/export`, {
        method: 'POST',
        headers: { ...json, authorization: `Bearer ${token}` },
        body: JSON.stringify({ type: 'usage', format, filters: { groupBy: 'day' } }),
      });
      const content = Buffer.from(await file.arrayBuffer()).toString('latin1');
      assert.equal(file.status, 200, content + gateway.output());
      assert.match(content, start);
    }
  });
});
