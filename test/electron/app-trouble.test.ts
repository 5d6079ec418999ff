/** What can go wrong around the desktop app: each has an answer that a person can act on. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryDir } from '../support/build.ts';
import { CONSOLE, homeAt, isSettled, poll, startApp, type TestApp } from './app-kit.ts';

const CLI = fileURLToPath(new URL('../../out/main/cli.js', import.meta.url));
const CRASH = fileURLToPath(new URL('./stand-in/crash.mjs', import.meta.url));

/** The headless gateway on the data of `home`. @returns its output, complete when it has printed an address or ended */
async function startHeadless(t: TestContext, home: string) {
  const child = spawn(process.execPath, [CLI, 'serve', '--data-dir', join(home, 'data'), '--port', '0'], {
    env: { ...process.env, ...homeAt(home) },
  });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const ended = once(child, 'close').then(([code]) => code as number);
  const url = () => /OpenAI base URL\s+(\S+)\/v1/.exec(output)?.[1] ?? null;
  const listens = new Promise<void>((resolve) => child.stdout.on('data', () => url() !== null && resolve()));
  await Promise.race([listens, ended]);
  return { child, ended, output: () => output, url: url() };
}

/** A disk of its own for the folder. @returns false where this account may not have one */
function mountSmall(t: TestContext, folder: string, size: string, how = ''): boolean {
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `${how}size=${size}`, 'tmpfs', folder], {
    stdio: 'ignore',
  });
  if (status === 0 && how === '') t.after(() => spawnSync('umount', ['-l', folder]));
  return status === 0;
}

async function ownerOf(app: TestApp): Promise<{ status: number; role: string | undefined }> {
  const origin = (await app.ask({ bridge: 'console' })) as string;
  const response = await fetch(`${origin}/api/auth/refresh`, { method: 'POST' });
  const body = (await response.json()) as { operator?: { role: string } };
  return { status: response.status, role: body.operator?.role };
}

describe('two gateways on one data directory', () => {
  test('never run: the app uses the headless one, signs its owner in there, and leaves it running', async (t) => {
    const home = temporaryDir(t);
    const headless = await startHeadless(t, home);
    const app = await startApp(t, { home });
    const state = await app.until(isSettled);
    assert.deepEqual([state.phase, state.host, state.address], ['running', 'headless', headless.url]);
    assert.deepEqual(await ownerOf(app), { status: 200, role: 'owner' });
    assert.equal(app.gatewayPid(), headless.child.pid);
    assert.ok((await app.seen()).tray.includes(`Connected to the gateway at ${headless.url}`));
    assert.equal((await app.quit()).code, 0);
    assert.equal((await fetch(`${headless.url}/health`)).status, 200);
    headless.child.kill('SIGTERM');
    assert.equal(await headless.ended, 0);
  });

  test('never run: the headless one is told who has the data', async (t) => {
    const app = await startApp(t);
    const { address } = await app.until(isSettled);
    const headless = await startHeadless(t, app.home);
    assert.equal(await headless.ended, 69);
    assert.match(headless.output(), new RegExp(`Another IA Solaris .*${address}`));
    assert.equal((await app.state()).phase, 'running');
    await app.ask({ event: { of: 'powerMonitor', name: 'shutdown', args: [] } });
    assert.equal((await app.exited).code, 0);
    assert.ok(!existsSync(join(app.dataDir, 'server.json')), 'the gateway was closed before the system went down');
  });

  test('are told apart from a lock whose owner cannot prove itself', async (t) => {
    const home = temporaryDir(t);
    const headless = await startHeadless(t, home);
    writeFileSync(join(home, 'data/local.secret'), '0'.repeat(64));
    const app = await startApp(t, { home, env: { STAND_IN_LANGUAGE: 'pt-BR' } });
    const state = await app.until(isSettled);
    assert.deepEqual([state.phase, state.problem?.kind], ['failed', 'in_use']);
    assert.match(state.problem?.text ?? '', /Outro IA Solaris \(http:\/\/127.*não foi possível se conectar/);
    assert.equal(app.gatewayPid(), headless.child.pid);
    await app.quit();
  });
});

describe('a gateway that cannot start', () => {
  test('says that its port is taken, by whom, and what to do', async (t) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as { port: number };
    const cancels = { STAND_IN_ANSWER: '2' };
    const app = await startApp(t, { env: { PORT: String(port), STAND_IN_LANGUAGE: 'pt-BR', ...cancels } });
    const { phase, problem } = await app.until(isSettled);
    assert.deepEqual([phase, problem?.kind], ['failed', 'port_taken']);
    assert.match(problem?.text ?? '', new RegExp(`A porta ${port} já está em uso`));
    assert.match(problem?.next ?? '', /use outra porta e informe o novo endereço ao LibreChat/);
    // Asked without being asked, by a native dialog.
    await app.untilSeen(({ calls }) => calls.some((call) => call.startsWith(`message box A porta ${port}`)));
    await app.seen({ choose: { menu: 'tray', label: 'Usar outra porta desta vez' } });
    const elsewhere = await app.until(({ phase: now }) => now === 'running');
    assert.notEqual(new URL(elsewhere.address ?? '').port, String(port));
    await app.ask({ event: { of: 'window', name: 'query-session-end', args: [] } });
    assert.equal((await app.exited).code, 0, 'Windows ends the session');
  });

  test('says that it may not write, without losing its window', async (t) => {
    const home = temporaryDir(t);
    writeFileSync(join(home, 'a-file'), '');
    const app = await startApp(t, { home, env: { SOLARIS_DATA_DIR: join(home, 'a-file', 'data') } });
    const { phase, problem } = await app.until(isSettled);
    assert.deepEqual([phase, problem?.kind], ['failed', 'unwritable']);
    assert.match(problem?.text ?? '', /may not write in its data folder, .*a-file/);
    assert.equal((await app.seen()).windows[0]?.visible, true);
    await app.quit();
  });

  test('says that the disk is full, and starts by itself once a person has made room and asked', async (t) => {
    const home = temporaryDir(t);
    const dataDir = join(home, 'data');
    mkdirSync(dataDir);
    if (!mountSmall(t, dataDir, '256k')) return t.skip('needs the right to mount a small disk (Linux, root)');
    const app = await startApp(t, { home, env: { STAND_IN_LANGUAGE: 'pt-BR' } });
    const { phase, problem } = await app.until(isSettled);
    assert.deepEqual([phase, problem?.kind], ['failed', 'disk_full'], problem?.detail);
    assert.match(problem?.text ?? '', /O disco está cheio/);
    mountSmall(t, dataDir, '64m', 'remount,');
    await app.ask({ ask: { channel: 'gateway.retry', frame: CONSOLE } });
    assert.equal((await app.until(isSettled)).phase, 'running');
    await app.quit();
  });

  test('because it crashes is started again, and its last words are kept without secrets', async (t) => {
    const app = await startApp(t, { env: { STAND_IN_GATEWAY: CRASH } });
    const { problem } = await app.until(({ phase }) => phase === 'restarting');
    assert.equal(problem?.kind, 'crashed');
    assert.match(problem?.detail ?? '', /the heart has stopped/);
    // Between two tries: while one is under way there is no problem to tell, and nothing to try.
    const copied = async () => {
      await app.ask({ ask: { channel: 'diagnostics.copy', frame: CONSOLE } });
      return app.seen();
    };
    const { clipboard, notifications } = await poll(
      copied,
      (seen) => seen.clipboard.includes('Problem: ') && seen.tray.includes('Try again now'),
    );
    assert.match(clipboard, /Problem: crashed: Error: the heart has stopped \(\[key\]\)/);
    assert.ok(!clipboard.includes('secret00000000') && !clipboard.includes(app.home));
    assert.equal(notifications[0]?.title, 'The gateway stopped unexpectedly');
    const log = readFileSync(join(app.home, 'ia-solaris/desktop/desktop.log'), 'utf8');
    assert.match(log, /gateway: Error: the heart has stopped \(\[key\]\)/);
    assert.equal((await app.quit()).code, 0, 'nothing to wait for');
  });
});

describe('the app', () => {
  test('starts with damaged files of its own, hidden or led to a screen', async (t) => {
    const home = temporaryDir(t);
    const profile = join(home, 'ia-solaris/desktop');
    mkdirSync(profile, { recursive: true });
    writeFileSync(join(profile, 'window.json'), '{"x":');
    writeFileSync(join(profile, 'preferences.json'), '{"closeToTray":"perhaps"}');
    const app = await startApp(t, { home, args: ['ia-solaris://users?open=usr_1'] });
    await app.until(isSettled);
    const seen = await app.seen();
    assert.equal(seen.address, `${CONSOLE}users?user=usr_1`);
    assert.deepEqual(seen.windows[0]?.bounds, { x: 0, y: 0, width: 1280, height: 800 });
    for (const file of ['window.json', 'preferences.json']) assert.ok(existsSync(join(profile, `${file}.damaged`)));

    const change = { channel: 'preferences.change', frame: CONSOLE, input: { keepAwake: true, openAtLogin: true } };
    const changed = (await app.ask({ ask: change })) as { data: unknown };
    assert.deepEqual(changed.data, { openAtLogin: true, closeToTray: true, keepAwake: true, pauseNotices: false });
    const autostart = join(home, 'config/autostart/ia-solaris.desktop');
    if (process.platform === 'linux') assert.match(readFileSync(autostart, 'utf8'), /^Exec=.* --hidden$/m);
    assert.ok((await app.seen()).calls.includes('keep awake prevent-app-suspension'));
    await app.quit();

    const hidden = await startApp(t, { home, args: ['--hidden'] });
    const calm = await hidden.untilSeen(({ tray }) => tray[0]?.startsWith('Metering at') === true);
    assert.deepEqual(calm.windows, [], 'started by the system: no window');
    assert.ok(calm.calls.includes('keep awake prevent-app-suspension'), 'as it was set before');
    await hidden.ask({ event: { name: 'activate', args: [] } });
    assert.equal((await hidden.seen()).windows.length, 1);
    await hidden.quit();
  });

  test('seals with a key file of its own where no keychain keeps secrets, and says when one does not open', async (t) => {
    const none = await startApp(t, { env: { STAND_IN_KEYCHAIN: 'basic_text' } });
    await none.until(isSettled);
    const keyFile = join(none.dataDir, 'secret.key');
    if (process.platform === 'linux') {
      assert.equal(statSync(keyFile).mode & 0o777, 0o600);
      assert.ok(
        !existsSync(join(none.home, 'ia-solaris/desktop/secrets.key')),
        'nothing is sealed with a known password',
      );
      assert.deepEqual((await none.seen()).notifications, []);
    }
    await none.quit();

    const kept = await startApp(t);
    await kept.until(isSettled);
    await kept.quit();
    const before = readFileSync(join(kept.home, 'ia-solaris/desktop/secrets.key'));
    const locked = await startApp(t, { home: kept.home, env: { STAND_IN_KEYCHAIN: 'basic_text' } });
    await locked.until(isSettled);
    if (process.platform === 'linux') {
      assert.deepEqual(
        (await locked.seen()).notifications.map(({ title }) => title),
        ['The keychain did not open'],
      );
    }
    assert.deepEqual(readFileSync(join(kept.home, 'ia-solaris/desktop/secrets.key')), before, 'for when it does');
    await locked.quit();
  });

  test('runs without any window where it is told to, and ends on a signal', async (t) => {
    const app = await startApp(t, { args: ['--headless'] });
    const isTold = /IA Solaris is running at http:\/\/127\.0\.0\.1:\d+/;
    await poll(
      async () => app.output(),
      (output) => isTold.test(output),
    );
    const { windows, tray } = await app.seen();
    assert.deepEqual([windows, tray], [[], []]);
    const again = (argv: string[]) => app.ask({ event: { name: 'second-instance', args: [argv, '/'] } });
    await again(['/opt/ia-solaris', '--headless']);
    assert.deepEqual((await app.seen()).windows, []);
    await again(['/opt/ia-solaris', 'ia-solaris://alerts']);
    assert.equal((await app.seen()).address, `${CONSOLE}alerts`, 'a person starts it: there is a screen');
    await app.seen({ choose: { menu: 'app', label: 'Zoom in' } });
    await app.seen({ closeWindow: true });
    const state = JSON.parse(readFileSync(join(app.home, 'ia-solaris/desktop/window.json'), 'utf8'));
    assert.equal(state.zoomLevel, 0.5);
    app.child.kill('SIGTERM');
    assert.equal((await app.exited).code, 0);
    assert.ok(!existsSync(join(app.dataDir, 'server.json')));
  });
});
