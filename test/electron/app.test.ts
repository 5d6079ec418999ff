import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CONSOLE, isSettled, startApp } from './app-kit.ts';

describe('the desktop app', () => {
  test('locks, isolates and denies before it opens its one window, and serves console and gateway in it', async (t) => {
    const { home, dataDir, ask, seen, until, quit } = await startApp(t);
    const running = await until(isSettled);
    assert.equal(running.problem, null);
    assert.equal(running.host, 'app');
    assert.match(running.address ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);

    const { calls } = await seen();
    const order = [
      'app.setPath userData',
      'app.requestSingleInstanceLock',
      'app.enableSandbox',
      'app.setAppUserModelId org.ia-solaris.desktop',
      'protocol.registerSchemesAsPrivileged app',
      'app.whenReady',
      'utilityProcess.fork IA Solaris gateway',
      'permission false',
      'permission check false',
      'device false',
      'protocol.handle app',
      'window {"sandbox":true,"contextIsolation":true,"nodeIntegration":false,"webviewTag":false}',
      'window.open deny',
      `loadURL ${CONSOLE}`,
    ];
    assert.deepEqual(
      calls.filter((call) => order.includes(call)),
      order,
    );

    const health = (await ask({ url: 'app://console/health' })) as { status: number; body: string };
    assert.equal(health.status, 200);
    assert.match(health.body, /"service":"ia-solaris"/);

    assert.equal(globSync('**/desktop/secrets.key', { cwd: home }).length, 1);
    assert.ok(!existsSync(join(dataDir, 'secret.key')), 'no key in the clear beside the database');

    assert.deepEqual(await ask({ navigate: 'https://example.com/' }), { prevented: true });
    assert.deepEqual(await ask({ navigate: 'app://approver/' }), { prevented: true });
    assert.deepEqual(await ask({ navigate: `${CONSOLE}users` }), { prevented: false });
    const outside = (await ask({ url: 'app://console/admin/..%2f..%2fpackage.json' })) as { status: number };
    assert.equal(outside.status, 404);

    const foreign = await ask({ ask: { channel: 'gateway.state', frame: 'https://example.com/admin/' } });
    assert.deepEqual(foreign, { rejected: 'Only the console may ask.' });
    const inner = await ask({ ask: { channel: 'gateway.state', frame: CONSOLE, isInner: true } });
    assert.deepEqual(inner, { rejected: 'Only the console may ask.' });
    const wrong = await ask({ ask: { channel: 'gateway.state', frame: CONSOLE, input: { please: true } } });
    assert.equal((wrong as { code: string }).code, 'bad_input');

    const { exited, code } = await quit();
    const end = exited.filter((call) => call === 'before-quit prevented' || call === 'app.exit');
    assert.deepEqual(end, ['before-quit prevented', 'app.exit'], 'not before the gateway has ended');
    assert.equal(code, 0);
    for (const file of ['server.json', 'local.secret']) {
      assert.ok(!existsSync(join(dataDir, file)), 'the gateway was closed first');
    }
  });

  test('says in the language of the person why the gateway could not start, and tries again when asked', async (t) => {
    const { ask, seen, until, quit } = await startApp(t, { env: { LOG_LEVEL: 'loud', STAND_IN_LANGUAGE: 'pt-BR' } });
    const failed = await until(isSettled);
    assert.equal(failed.phase, 'failed');
    assert.equal(failed.address, null);
    assert.deepEqual(failed.problem?.kind, 'configuration');
    assert.match(failed.problem?.text ?? '', /configurado/);
    assert.match(failed.problem?.detail ?? '', /LOG_LEVEL/);
    const { notifications, tray } = await seen();
    assert.deepEqual(
      notifications.map(({ title }) => title),
      ['O IA Solaris não está medindo'],
    );
    assert.ok(tray.includes('Tentar de novo agora'));

    const appearance = { locale: 'en', theme: 'dark' };
    await ask({ ask: { channel: 'appearance.tell', frame: CONSOLE, input: appearance } });
    assert.match((await until(isSettled)).problem?.text ?? '', /configured/, 'as the console speaks');
    const before = (await seen()).calls.filter((call) => call.startsWith('utilityProcess')).length;
    await seen({ choose: { menu: 'tray', label: 'Try again now' } });
    await until(isSettled);
    const after = await seen();
    assert.equal(after.calls.filter((call) => call.startsWith('utilityProcess')).length, before + 1);
    assert.equal(after.notifications.length, 1, 'the same failure is told once');
    await quit();
  });

  test('leaves at once where it runs already', async (t) => {
    const { exited } = await startApp(t, { env: { SECOND_INSTANCE: 'yes' } });
    const { exited: calls, code } = await exited;
    assert.deepEqual(calls, ['app.setPath userData', 'app.requestSingleInstanceLock', 'app.exit']);
    assert.equal(code, 0);
  });

  test('says what is in the way where it may not write its own files', async (t) => {
    for (const [language, words] of [
      ['en', /cannot be used .*right to write there/],
      ['pt-BR', /não pode ser usada .*permissão de gravação/],
    ] as const) {
      const { home } = await startApp(t, { env: { SECOND_INSTANCE: 'yes' } });
      const file = join(home, 'a-file');
      writeFileSync(file, '');
      const { exited } = await startApp(t, { env: { XDG_DATA_HOME: file, STAND_IN_LANGUAGE: language }, home });
      const { exited: calls, code } = await exited;
      assert.equal(code, 78);
      assert.match(calls.find((call) => call.startsWith('error box')) ?? '', words);
    }
  });
});

test('the preload script exposes named functions and no way to reach any other channel', () => {
  const source = readFileSync(new URL('../../electron/preload/index.ts', import.meta.url), 'utf8');
  const exposed = [...source.matchAll(/exposeInMainWorld\(([^)]*)\)/g)].map((match) => match[1]);
  assert.deepEqual(exposed, ["'approver', approver", "'desktop', desktop"], 'one of them for each page');
  assert.doesNotMatch(source, /exposeInMainWorld\([^)]*(ipcRenderer|ask)\b/);
});
