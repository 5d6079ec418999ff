import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openDesktopLog } from '../../../electron/main/files/desktop-log.ts';
import { diagnosticsText } from '../../../electron/main/files/diagnostics.ts';
import { jsonFile } from '../../../electron/main/files/json-file.ts';
import { appPaths } from '../../../electron/main/files/paths.ts';
import { DEFAULT_PREFERENCES, storedPreferences } from '../../../electron/main/files/preferences.ts';
import { redact } from '../../../electron/main/files/redact.ts';
import { placeWindow, windowState } from '../../../electron/main/files/window-state.ts';
import { defaultDataDir } from '../../../gateway/gateway.ts';
import { temporaryDir } from '../../support/build.ts';

describe("the app's own small files", () => {
  test('survive damage: the defaults count, and what was there lies beside', (t) => {
    const file = join(temporaryDir(t), 'preferences.json');
    for (const damaged of ['{"openAtLogin":', '[]', '{"openAtLogin":"yes"}', '\0\0\0']) {
      writeFileSync(file, damaged);
      const notes: string[] = [];
      const preferences = jsonFile(file, storedPreferences, DEFAULT_PREFERENCES, (line) => notes.push(line));
      assert.deepEqual(preferences.read(), DEFAULT_PREFERENCES);
      assert.equal(readFileSync(`${file}.damaged`, 'utf8'), damaged);
      assert.equal(notes.length, 1);
    }
  });

  test('are written whole, for nobody else to read, and stop nothing where they cannot be', (t) => {
    const folder = temporaryDir(t);
    const notes: string[] = [];
    const note = (line: string) => void notes.push(line);
    const file = jsonFile(join(folder, 'window.json'), windowState.nullable(), null, note);
    assert.equal(file.read(), null, 'nothing yet is nothing wrong');
    const state = { x: 10, y: 20, width: 900, height: 700, maximized: false, zoomLevel: 0.5 };
    file.write(state);
    assert.deepEqual(file.read(), state);
    if (process.platform !== 'win32') assert.equal(statSync(join(folder, 'window.json')).mode & 0o777, 0o600);
    assert.deepEqual(notes, []);
    jsonFile(join(folder, 'missing', 'window.json'), windowState.nullable(), null, note).write(state);
    assert.equal(notes.length, 1);
  });

  test('lie where the headless gateway has its data, and the app beside', () => {
    const paths = appPaths({});
    assert.equal(paths.data, defaultDataDir());
    assert.equal(paths.profile, join(defaultDataDir(), 'desktop'));
    assert.equal(appPaths({ SOLARIS_DATA_DIR: ' /srv/solaris ' }).data, '/srv/solaris');
  });
});

describe('the window', () => {
  const main = { x: 0, y: 0, width: 1920, height: 1040 };
  const second = { x: 1920, y: 0, width: 1280, height: 1024 };
  const saved = { x: 2000, y: 100, width: 900, height: 700, maximized: false, zoomLevel: 0 };

  test('comes back where it was, on a display that still exists', () => {
    assert.deepEqual(placeWindow(saved, [main, second]), { x: 2000, y: 100, width: 900, height: 700 });
    assert.deepEqual(placeWindow(saved, [main]), { width: 900, height: 700 }, 'centred where the display is gone');
    assert.deepEqual(placeWindow(null, [main]), { width: 1280, height: 800 });
  });

  test('can always be taken hold of, and fits', () => {
    const off = (changes: Partial<typeof saved>) => placeWindow({ ...saved, ...changes }, [main]);
    assert.deepEqual(off({ x: -850, y: 0 }), { width: 900, height: 700 }, 'only a sliver would show');
    assert.deepEqual(off({ x: 0, y: -50 }), { width: 900, height: 700 }, 'its title bar would be above');
    assert.deepEqual(off({ x: 0, y: 1030 }), { width: 900, height: 700 });
    assert.deepEqual(off({ x: -700, y: 0 }), { x: -700, y: 0, width: 900, height: 700 });
    assert.deepEqual(off({ x: 0, y: 0, width: 9000, height: 9000 }), { x: 0, y: 0, width: 1920, height: 1040 });
    assert.deepEqual(off({ x: 0, y: 0, width: 200, height: 10 }), { x: 0, y: 0, width: 640, height: 480 });
    assert.deepEqual(placeWindow(saved, []), { width: 900, height: 700 }, 'no display is known');
  });
});

describe('what leaves the machine', () => {
  test('holds no key, no address and no name of the account', () => {
    const text = [
      'Bearer abc.def authorization: "secret value"',
      'sk-sol-1234567890abcdef sk-proj-ABCDEFGHIJKL AIzaSyA1234567890123456789',
      'postgres://ana:hunter2@db.example.com/solaris',
      'ana.silva+x@example.com wrote',
      'password=hunter2 {"apiKey":"k-123"}',
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.c2ln',
      '0123456789abcdef0123456789abcdef01',
      '/home/ana/.local/share/ia-solaris',
    ].join('\n');
    const clean = redact(text, '/home/ana');
    assert.doesNotMatch(clean, /abc\.def|secret value|1234567890|ABCDEFGH|hunter2|ana|k-123|eyJ|0123456789abcdef/);
    assert.match(clean, /~\/\.local\/share\/ia-solaris/);
    assert.match(clean, /db\.example\.com/, 'what helps stays');
  });

  test('is a description of app, gateway and the last lines of the log', () => {
    const problem = { kind: 'crashed', text: '', next: '', detail: 'key sk-sol-1234567890 lost' } as const;
    const text = diagnosticsText(
      {
        version: '1.2.3',
        electron: '45',
        chrome: '150',
        node: '24',
        system: 'linux x64 6.1',
        locale: 'pt-BR',
        dataDir: '/home/ana/data',
        keychain: 'keychain',
        gateway: { phase: 'failed', host: 'app', address: null, problem },
        preferences: { openAtLogin: true, closeToTray: false, keepAwake: false, pauseNotices: false },
        log: ['ana@example.com was here'],
      },
      '/home/ana',
    );
    assert.match(text, /IA Solaris 1\.2\.3[\s\S]*Gateway: failed \(app\)\nProblem: crashed: key \[key\] lost/);
    assert.match(text, /Preferences: openAtLogin\n\nLog:\n\[e-mail\] was here\n$/);
    assert.doesNotMatch(text, /ana/);
  });

  test('the log is redacted already, stays small, and stops nothing', (t) => {
    const folder = temporaryDir(t);
    const file = join(folder, 'desktop.log');
    writeFileSync(file, 'x'.repeat(1_000_001));
    const log = openDesktopLog(file);
    assert.ok(existsSync(`${file}.1`));
    log.line('started for ana@example.com');
    log.line('again');
    assert.equal(log.tail(1).length, 1);
    assert.match(log.tail(5).join(), /started for \[e-mail\]/);
    openDesktopLog(join(folder, 'missing', 'desktop.log')).line('nowhere');
  });
});
