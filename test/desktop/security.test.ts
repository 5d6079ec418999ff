/**
 * Electron's own security checklist, point by point: each with the check that keeps it, or the reason why there is nothing
 * to check. The checks read the sources and what is built from them; that the rules work is shown in `test/electron`.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { inputs } from '../../electron/contract.ts';
import { buildIfStale } from '../../resources/scripts/build.ts';
import { root } from '../../resources/scripts/run.ts';
import { findForbidden, findMiscounted, windowsOf } from './security-checks.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const sources = globSync('electron/**/*.ts', { cwd: root }).map((path) => ({
  path: path.replaceAll('\\', '/'),
  text: read(path),
}));
/** Sources whose code, comments apart, matches. */
const filesWith = (pattern: RegExp) =>
  sources.filter(({ text }) => pattern.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''))).map(({ path }) => path);

interface Bundle {
  file: string;
  text: string;
}

/** What is built of the desktop: the main process with all that it loads, and the preload script. */
function bundles(): Bundle[] {
  const folder = join(root, 'out/main');
  const seen = new Map<string, string>();
  const queue = ['index.js', 'gateway-process.js'];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue;
    const text = readFileSync(join(folder, file), 'utf8');
    seen.set(file, text);
    queue.push(...[...text.matchAll(/["'`]\.\/([\w.-]+\.js)["'`]/g)].map((match) => match[1] ?? ''));
  }
  const main = [...seen].map(([file, text]) => ({ file: `out/main/${file}`, text }));
  return [...main, { file: 'out/preload/index.cjs', text: read('out/preload/index.cjs') }];
}

describe('what is built of the desktop', () => {
  let built: Bundle[] = [];

  before(async () => {
    await buildIfStale();
    built = bundles();
  });

  test('makes no forbidden call, and each dangerous one in its one place', () => {
    assert.ok(built.length > 10, 'chunks were followed');
    for (const { file, text } of built) assert.deepEqual(findForbidden(text), [], file);
    assert.deepEqual(findMiscounted(built.map(({ text }) => text)), []);
  });

  test('opens windows in a sandbox only', () => {
    const windows = built.flatMap(({ text }) => windowsOf(text));
    assert.ok(windows.length >= 1);
    for (const options of windows) {
      for (const [name, value] of [
        ['sandbox', '(?:true|!0)'],
        ['contextIsolation', '(?:true|!0)'],
        ['nodeIntegration', '(?:false|!1)'],
        ['webviewTag', '(?:false|!1)'],
      ]) {
        assert.match(options, new RegExp(`${name}:${value}`));
      }
    }
  });

  test('would be caught: the checks see each call that they forbid', () => {
    const bad = [
      'new BrowserWindow({webPreferences:{nodeIntegration:true,sandbox:!1,contextIsolation:false,webSecurity:!1,',
      'allowRunningInsecureContent:!0,experimentalFeatures:true,enableBlinkFeatures:`X`,webviewTag:!0}});',
      'w.loadFile(`x`);p.registerSchemesAsPrivileged([{privileges:{bypassCSP:!0}}]);',
      'app.commandLine.appendSwitch(`no-sandbox`);session.setCertificateVerifyProc(f);c.executeJavaScript(`1`);',
      'require(`@electron/remote`);ipcMain.on(`x`,f);ipcRenderer.send(`x`);exposeInMainWorld(`x`,ipcRenderer);',
      'shell.openExternal(a);shell.openExternal(b);',
    ].join('');
    assert.equal(findForbidden(bad).length, 17, findForbidden(bad).join());
    assert.equal(findMiscounted([bad]).length, 2);
    assert.match(windowsOf(bad)[0] ?? '', /sandbox:!1/);
  });
});

interface Point {
  point: string;
  /** Keeps the rule; null where a reason says why nothing can break it. */
  check: (() => void) | null;
  reason?: string;
}

const guards = read('electron/main/guards.ts');
const scheme = read('electron/main/scheme-handler.ts');

const CHECKLIST: readonly Point[] = [
  {
    point: '1. Only load secure content',
    check: () =>
      assert.deepEqual(filesWith(/loadURL\((?!CONSOLE_URL|APPROVER_URL|addressOf)/), [], 'pages of ours only'),
  },
  {
    point: '2. No Node.js in remote content',
    check: () => assert.deepEqual(filesWith(/nodeIntegration\w*: true/), []),
  },
  { point: '3. Context isolation', check: () => assert.deepEqual(filesWith(/contextIsolation: false/), []) },
  {
    point: '4. Process sandboxing',
    check: () => assert.match(read('electron/main/index.ts'), /app\.enableSandbox\(\);[\s\S]*whenReady/),
  },
  {
    point: '5. Permission requests of pages',
    check() {
      for (const name of ['setPermissionRequestHandler', 'setPermissionCheckHandler', 'setDevicePermissionHandler']) {
        assert.ok(guards.includes(name), name);
      }
      assert.match(
        guards,
        /GRANTED: readonly string\[\] = \['clipboard-sanitized-write'\];/,
        'writing to the clipboard only',
      );
    },
  },
  { point: '6. webSecurity stays on', check: () => assert.deepEqual(filesWith(/webSecurity/), []) },
  {
    point: '7. Content security policy',
    check() {
      assert.match(scheme, /"default-src 'none'"/);
      assert.deepEqual(filesWith(/unsafe-inline|unsafe-eval/), []);
    },
  },
  {
    point: '8. No allowRunningInsecureContent',
    check: () => assert.deepEqual(filesWith(/allowRunningInsecureContent/), []),
  },
  { point: '9. No experimental features', check: () => assert.deepEqual(filesWith(/experimentalFeatures/), []) },
  { point: '10. No enableBlinkFeatures', check: () => assert.deepEqual(filesWith(/enableBlinkFeatures/), []) },
  {
    point: '11. No allowpopups for webviews',
    check: null,
    reason: 'There is no webview: the tag is off in every window, and attaching one is prevented (12).',
  },
  {
    point: '12. Webviews are verified before they are made',
    check: () => assert.match(guards, /'will-attach-webview', \(event\) => event\.preventDefault\(\)/),
  },
  {
    point: '13. Navigation is limited',
    check() {
      for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate'])
        assert.ok(guards.includes(`'${name}'`));
      assert.doesNotMatch(guards, /\.startsWith\(|\.includes\('(app|http)/, 'addresses are compared by their parts');
    },
  },
  {
    point: '14. New windows are limited',
    check: () => assert.match(guards, /setWindowOpenHandler[\s\S]*?action: 'deny'/),
  },
  {
    point: '15. openExternal gets nothing that is not trusted',
    check: () => assert.deepEqual(filesWith(/openExternal\(/), ['electron/main/outside.ts']),
  },
  {
    point: '16. A current version of Electron',
    check() {
      const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
      const [, major] = /^(\d+)\.\d+\.\d+$/.exec(devDependencies.electron ?? '') ?? [];
      assert.ok(Number(major) >= 45, 'pinned exactly; each release is made with a major version that is still mended');
    },
  },
  {
    point: '17. The sender of every IPC message is validated',
    check() {
      assert.deepEqual(filesWith(/\bipcMain\b/), ['electron/main/ipc.ts']);
      assert.match(read('electron/main/ipc.ts'), /senderFrame !== null && senderFrame\.parent === null && pageOf\(/);
      const names = Object.values(inputs).flatMap((channels) => Object.keys(channels));
      assert.equal(new Set(names).size, names.length, 'each channel belongs to one page');
      for (const channels of Object.values(inputs)) {
        for (const [name, schema] of Object.entries(channels)) {
          assert.ok(!schema.safeParse({ anything: 'else' }).success, `${name} takes what it does not know`);
        }
      }
    },
  },
  {
    point: '18. No file: protocol',
    check: () => assert.deepEqual(filesWith(/loadFile|file:\/\/|registerFileProtocol/), []),
  },
  {
    point: '19. Fuses',
    check() {
      const { electronFuses } = parse(read('electron-builder.yml')) as { electronFuses: Record<string, boolean> };
      assert.equal(electronFuses.runAsNode, false);
      assert.equal(electronFuses.onlyLoadAppFromAsar, true);
      assert.equal(electronFuses.enableEmbeddedAsarIntegrityValidation, true);
    },
  },
  {
    point: '20. No API of Electron for pages',
    check() {
      const preload = read('electron/preload/index.ts');
      const exposed = [...preload.matchAll(/exposeInMainWorld\('(\w+)', (\w+)\)/g)].map((match) => match.slice(1));
      assert.ok(
        exposed.length > 0 &&
          exposed.every(([name, value]) => name === value && /^(desktop|approver)$/.test(name ?? '')),
      );
      assert.deepEqual(filesWith(/\bipcRenderer\b/), ['electron/preload/index.ts']);
    },
  },
];

describe("Electron's security checklist", () => {
  test('is answered in all twenty points', () => {
    assert.deepEqual(
      CHECKLIST.map(({ point }) => Number.parseInt(point, 10)),
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    for (const { point, check, reason } of CHECKLIST) assert.ok(check !== null || reason, point);
  });

  for (const { point, check } of CHECKLIST) if (check) test(point, check);
});
