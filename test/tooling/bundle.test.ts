import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildIfStale } from '../../resources/scripts/build.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const main = join(root, 'out/main');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const packageJson = JSON.parse(read('package.json')) as { version: string; dependencies: Record<string, string> };

/** What a built file asks for when it runs, static and dynamic. */
function specifiersOf(file: string): string[] {
  const source = readFileSync(join(main, file), 'utf8');
  const patterns = [
    /(?:^|[;}\n])(?:import|export)\b[^"'`();]*["']([^"'`]+)["']/g,
    /\bimport\(["'`]([^"'`]+)["'`]\)/g,
    /\b__require\(["'`]([^"'`]+)["'`]\)/g,
  ];
  return patterns.flatMap((pattern) => [...source.matchAll(pattern)].map((match) => match[1] ?? ''));
}

/** The entries and every chunk that can be reached from them. */
function reachable(entries: readonly string[]): string[] {
  const seen = new Set<string>();
  const queue = [...entries];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    queue.push(
      ...specifiersOf(file).flatMap((name) => (name.startsWith('./') && name.endsWith('.js') ? name.slice(2) : [])),
    );
  }
  return [...seen];
}

const isBuiltIn = (name: string) => name.startsWith('node:') || builtinModules.includes(name);
const packageOf = (name: string) =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

describe('what is built', () => {
  const gateway = [
    'cli.js',
    'gateway-process.js',
    'sqlite-worker.js',
    'tokenizer-worker.js',
    'transfer-worker.js',
    'export-worker.js',
  ];

  before(async () => {
    await buildIfStale();
  });

  test('the headless gateway runs on Node alone', () => {
    const version = execFileSync(process.execPath, [join(main, 'cli.js'), 'version'], { encoding: 'utf8' });
    assert.match(version, new RegExp(packageJson.version.replaceAll('.', '\\.')));
  });

  test('no file of the headless gateway asks for Electron', () => {
    const files = reachable(gateway);
    assert.ok(files.length > 20, 'chunks were followed');
    const wanted = files.filter((file) => specifiersOf(file).some((name) => /^electron(\/|$)/.test(name)));
    assert.deepEqual(wanted, []);
    assert.ok(specifiersOf('index.js').includes('electron'), 'the desktop asks for it, so it would have been seen');
  });

  test('what is left outside the bundle is what package.json ships, and no more', () => {
    const wanted = reachable([...gateway, 'index.js']).flatMap(specifiersOf);
    const packages = wanted.filter((name) => /^[@a-z]/.test(name) && !isBuiltIn(name)).map(packageOf);
    const outside = new Set(packages.filter((name) => name !== 'electron'));
    const shipped = Object.keys(packageJson.dependencies).sort();
    assert.deepEqual([...outside].sort(), shipped, 'what is bundled belongs to devDependencies');
  });

  test('no file declares its `require` twice: it would not load', () => {
    for (const file of globSync('*.js', { cwd: main })) {
      const declared = readFileSync(join(main, file), 'utf8').match(/(?:^|[;}\n])(?:const|let|var) require=/g);
      assert.ok((declared?.length ?? 0) <= 1, file);
    }
  });

  test('threads lie beside the modules that start them, under the names these look for', () => {
    for (const file of globSync('*.js', { cwd: main })) {
      const source = readFileSync(join(main, file), 'utf8');
      for (const [, name] of source.matchAll(/new URL\(`\.\/([\w-]+)\.\$\{/g))
        assert.ok(existsSync(join(main, `${name}.js`)), name);
    }
  });

  test('the preload script is one CommonJS file that a sandbox can load', () => {
    const preload = read('out/preload/index.cjs');
    const required = [...preload.matchAll(/\brequire\(["']([^"']+)["']\)/g)].map((match) => match[1]);
    assert.deepEqual([...new Set(required)], ['electron']);
    assert.doesNotMatch(preload, /^import |ipcRenderer\.send|exposeInMainWorld\([^)]*ipcRenderer/m);
    assert.ok(statSync(join(root, 'out/preload/index.cjs')).size < 4_000, 'no library came along');
  });

  test('the page carries no inline script or style, and its files are found wherever it is served', () => {
    const html = read('out/renderer/index.html');
    assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
    const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    assert.ok(addresses.length >= 3);
    for (const address of addresses) {
      assert.match(address, /^\.\//);
      assert.ok(existsSync(join(root, 'out/renderer', address)), address);
    }
  });
});
