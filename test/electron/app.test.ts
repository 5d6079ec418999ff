import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { GatewayState } from '../../electron/contract.ts';
import type { Question } from './stand-in/electron.ts';

const MAIN = fileURLToPath(new URL('../../electron/main/index.ts', import.meta.url));
const HOOKS = new URL('./stand-in/hooks.ts', import.meta.url).href;
const CONSOLE = 'app://console/admin/';

type Message = { id: number; value: unknown } | { exited: string[] };

/** Where each system looks for the places of a user. */
function homeAt(home: string): Record<string, string> {
  return { HOME: home, XDG_DATA_HOME: home, USERPROFILE: home, LOCALAPPDATA: home, APPDATA: home };
}

/** The desktop's real main process and gateway, on the stand-in for Electron, with a home of its own. */
function startApp(t: TestContext, env: Record<string, string> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'solaris-desktop-'));
  const child = fork(MAIN, {
    execArgv: ['--import', HOOKS],
    env: { ...process.env, ...homeAt(home), SOLARIS_DATA_DIR: join(home, 'data'), PORT: '0', ...env },
    silent: true,
  });
  t.after(() => {
    child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  });
  let nextId = 1;
  const ask = async (question: Omit<Question, 'id'>): Promise<unknown> => {
    const id = nextId++;
    const answered = nextMessage(child, (message) => 'id' in message && message.id === id);
    child.send({ ...question, id });
    const message = await answered;
    return 'value' in message ? message.value : undefined;
  };
  const state = async (): Promise<GatewayState> => {
    const answer = await ask({ ask: { channel: 'gateway.state', frame: CONSOLE } });
    return (answer as { data: GatewayState }).data;
  };
  return { home, child, ask, state, exited: nextMessage(child, (message) => 'exited' in message) };
}

async function nextMessage(child: ChildProcess, wanted: (message: Message) => boolean): Promise<Message> {
  for (;;) {
    const [message] = (await once(child, 'message')) as [Message];
    if (wanted(message)) return message;
  }
}

/** Asks until the gateway has left its first phase: there is no event for it yet. */
async function untilSettled(state: () => Promise<GatewayState>): Promise<GatewayState> {
  for (;;) {
    const current = await state();
    if (current.phase !== 'starting' && current.phase !== 'stopped') return current;
  }
}

describe('the desktop app', () => {
  test('locks, isolates and denies before it opens its one window, and serves console and gateway in it', async (t) => {
    const { home, ask, state, exited } = startApp(t);
    const running = await untilSettled(state);
    assert.equal(running.problem, null);
    assert.match(running.address ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);

    const { calls } = (await ask({})) as { calls: string[] };
    const order = [
      'app.setPath userData',
      'app.requestSingleInstanceLock',
      'app.enableSandbox',
      'protocol.registerSchemesAsPrivileged app',
      'app.whenReady',
      'permission false',
      'permission check false',
      'device false',
      'protocol.handle app',
      'window {"sandbox":true,"contextIsolation":true,"nodeIntegration":false,"webviewTag":false}',
      'window.open deny',
      `loadURL ${CONSOLE}`,
    ];
    assert.deepEqual(calls, order);

    const health = (await ask({ url: 'app://console/health' })) as { status: number; body: string };
    assert.equal(health.status, 200);
    assert.match(health.body, /"service":"ia-solaris"/);

    assert.equal(globSync('**/desktop/secrets.key', { cwd: home }).length, 1);
    assert.ok(!existsSync(join(home, 'data/secret.key')), 'no key in the clear beside the database');

    assert.deepEqual(await ask({ navigate: 'https://example.com/' }), { prevented: true });
    assert.deepEqual(await ask({ navigate: 'app://approver/' }), { prevented: true });
    assert.deepEqual(await ask({ navigate: `${CONSOLE}users` }), { prevented: false });

    await ask({ quit: true });
    const message = await exited;
    const after = 'exited' in message ? message.exited.slice(order.length) : [];
    assert.deepEqual(after, ['before-quit prevented', 'app.exit']);
    assert.ok(!existsSync(join(home, 'data/server.json')), 'the gateway was closed first');
  });

  test('answers its own page only', async (t) => {
    const { ask } = startApp(t);
    const foreign = await ask({ ask: { channel: 'gateway.state', frame: 'https://example.com/admin/' } });
    assert.deepEqual(foreign, { rejected: 'Only the console may ask.' });
    const wrong = await ask({ ask: { channel: 'gateway.state', frame: CONSOLE, input: { please: true } } });
    assert.equal((wrong as { code: string }).code, 'bad_input');
  });

  test('shows why the gateway could not start', async (t) => {
    const { state } = startApp(t, { LOG_LEVEL: 'loud' });
    const failed = await untilSettled(state);
    assert.equal(failed.phase, 'failed');
    assert.match(failed.problem ?? '', /LOG_LEVEL/);
    assert.equal(failed.address, null);
  });

  test('leaves at once where it runs already', async (t) => {
    const { child, exited } = startApp(t, { SECOND_INSTANCE: 'yes' });
    const message = await exited;
    const calls = 'exited' in message ? message.exited : [];
    assert.deepEqual(calls, ['app.setPath userData', 'app.requestSingleInstanceLock', 'app.exit']);
    assert.equal(child.exitCode ?? 0, 0);
  });
});

test('the preload script exposes named functions and no way to reach any other channel', () => {
  const source = readFileSync(new URL('../../electron/preload/index.ts', import.meta.url), 'utf8');
  assert.equal(source.match(/exposeInMainWorld/g)?.length, 1);
  assert.doesNotMatch(source, /exposeInMainWorld\([^)]*(ipcRenderer|ask)\b/);
});
