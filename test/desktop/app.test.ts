/**
 * The real app in the real Electron, driven by Playwright: what only the binary can show. Everything else is tested on the
 * stand-in, in `test/electron`.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type ElectronApplication, _electron as electron, type Page } from 'playwright-core';
import { buildIfStale } from '../../resources/scripts/build.ts';
import { root } from '../../resources/scripts/run.ts';
import { temporaryDir } from '../support/build.ts';
import { requireElectron } from './electron-binary.ts';

const SERVICE_KEY = 'sk-sol-desktop-test-0123456789abcdef';

interface RealApp {
  app: ElectronApplication;
  page: Page;
}

/** The unfused app with a home of its own: Playwright needs the inspector, which a package does not have. */
async function startReal(t: TestContext, args: string[] = []): Promise<RealApp | null> {
  const executablePath = requireElectron(t);
  if (executablePath === null) return null;
  await buildIfStale();
  const home = temporaryDir(t);
  const config = join(home, 'config.json');
  writeFileSync(config, JSON.stringify({ port: 0, serviceKeys: [{ name: 'test', key: SERVICE_KEY }] }));
  const places = {
    HOME: home,
    XDG_DATA_HOME: home,
    XDG_CONFIG_HOME: home,
    USERPROFILE: home,
    LOCALAPPDATA: home,
    APPDATA: home,
  };
  const env = { ...process.env, ...places, SOLARIS_DATA_DIR: join(home, 'data'), SOLARIS_CONFIG: config } as Record<
    string,
    string
  >;
  const app = await electron.launch({ executablePath, args: [root, ...args], env });
  t.after(() => app.close().catch(() => undefined));
  return { app, page: await app.firstWindow() };
}

const addressOf = (page: Page) =>
  page.evaluate(async () => {
    const desktop = (
      globalThis as unknown as { desktop: { gatewayState(): Promise<{ data: { address: string | null } }> } }
    ).desktop;
    return (await desktop.gatewayState()).data.address;
  });

describe('the real app', () => {
  test('shows the console, signed in as its owner, and meters while its window is closed', async (t) => {
    const started = await startReal(t);
    if (!started) return;
    const { app, page } = started;
    await page.getByRole('navigation').first().waitFor();
    assert.equal(new URL(page.url()).origin, 'app://console');

    const address = await addressOf(page);
    assert.match(address ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);
    const ask = () =>
      fetch(`${address}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${SERVICE_KEY}`,
          'content-type': 'application/json',
          'x-user-email': 'ana@example.com',
        },
        body: JSON.stringify({ model: 'solaris-echo', messages: [{ role: 'user', content: 'Hello' }] }),
      });
    assert.equal((await ask()).status, 200);
    await app.evaluate(({ BrowserWindow }) => {
      for (const window of BrowserWindow.getAllWindows()) window.hide();
    });
    assert.equal((await ask()).status, 200);
  });

  test('keeps its page in a sandbox: no Node, no Electron, no way out', async (t) => {
    const started = await startReal(t);
    if (!started) return;
    const { app, page } = started;
    await page.getByRole('navigation').first().waitFor();
    const inside = await page.evaluate(async () => {
      const text = async (address: string) => {
        const answer = await fetch(address).catch(() => null);
        return answer === null ? 'refused' : String(answer.status);
      };
      return {
        globals: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter(
          (name) => name in globalThis,
        ),
        bridges: ['desktop', 'approver'].filter((name) => name in globalThis),
        opened: window.open('https://example.com/') === null,
        escape: await text('app://console/admin/..%2f..%2fpackage.json'),
        other: await text('https://example.com/'),
        file: await text('file:///etc/hosts'),
        camera: await navigator.mediaDevices?.getUserMedia({ video: true }).then(
          () => 'granted',
          () => 'denied',
        ),
      };
    });
    assert.deepEqual(inside.globals, []);
    assert.deepEqual(inside.bridges, ['desktop']);
    assert.deepEqual([inside.opened, inside.escape, inside.other, inside.file], [true, '404', 'refused', 'refused']);
    assert.notEqual(inside.camera, 'granted');

    await page.evaluate(() => {
      location.href = 'https://example.com/';
    });
    assert.equal(new URL(page.url()).origin, 'app://console', 'it stays where it is');
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
      return contents.getLastWebPreferences();
    });
    const { sandbox, contextIsolation, nodeIntegration, webSecurity } = preferences;
    assert.deepEqual([sandbox, contextIsolation, nodeIntegration, webSecurity], [true, true, false, true]);
  });

  test('opens packets of requests without any gateway', async (t) => {
    const started = await startReal(t, ['--approver']);
    if (!started) return;
    const { app, page } = started;
    await page.getByRole('heading', { level: 1 }).waitFor();
    assert.equal(new URL(page.url()).origin, 'app://approver');
    assert.equal(app.windows().length, 1);
    const bridges = await page.evaluate(() => ['desktop', 'approver'].filter((name) => name in globalThis));
    assert.deepEqual(bridges, ['approver']);
  });
});
