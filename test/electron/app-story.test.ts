/** The whole story of the desktop app, on its built files: real processes, real SQLite, real HTTP, a real browser. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDir, verifyBooks } from '../support/build.ts';
import { createGate, startMockUpstream, words } from '../support/mock-upstream/index.ts';
import { freePort } from '../support/ports.ts';
import { isSettled, startApp, type TestApp } from './app-kit.ts';
import { openPage } from './app-page.ts';

const SERVICE_KEY = 'sk-sol-desktop-test-0000000000000000';

function writeConfig(home: string, upstream: string): string {
  const file = join(home, 'config.json');
  writeFileSync(
    file,
    JSON.stringify({
      upstreams: [{ id: 'mock', kind: 'openai', baseUrl: upstream, apiKey: 'sk-upstream-000', models: ['*'] }],
      serviceKeys: [{ name: 'librechat', key: SERVICE_KEY }],
    }),
  );
  return file;
}

async function ask(app: Pick<TestApp, 'state'>, stream: boolean): Promise<Response> {
  const { address } = await app.state();
  return fetch(`${address}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${SERVICE_KEY}`,
      'content-type': 'application/json',
      'x-user-email': 'ana@example.com',
    },
    body: JSON.stringify({ model: 'gpt-4o', stream, messages: [{ role: 'user', content: 'hello' }] }),
  });
}

test('from the start over a crash to the quit while a stream runs', async (t) => {
  const home = temporaryDir(t);
  const gate = createGate();
  const upstream = await startMockUpstream(t, { text: words(40), chunks: 4 });
  const port = String(await freePort());
  const env = { SOLARIS_CONFIG: writeConfig(home, upstream.baseUrl), PORT: port, STAND_IN_PACKAGED: 'yes' };
  const app = await startApp(t, { home, env });
  const started = await app.until(isSettled);
  assert.equal(started.address, `http://127.0.0.1:${port}`);

  // The owner is signed in without a password, on the console's own first screen.
  const page = await openPage(t, app);
  if (!page) return;
  await page.getByRole('navigation').first().waitFor();
  assert.equal(await page.locator('input[type=password]').count(), 0);
  assert.deepEqual(await page.evaluate(() => document.cookie), '', 'the session is no business of scripts');

  const answer = await ask(app, false);
  assert.equal(answer.status, 200);
  await answer.json();

  // A gateway that dies is started again at the same address, and the console says so and goes on.
  const before = app.gatewayPid();
  process.kill(before, 'SIGKILL');
  await page.getByText('The gateway stopped unexpectedly and is being started again.').waitFor();
  await app.until(({ phase, address }) => phase === 'running' && address === started.address);
  assert.notEqual(app.gatewayPid(), before);
  await page.getByText('The gateway stopped unexpectedly').waitFor({ state: 'detached' });
  assert.equal((await ask(app, false)).status, 200);
  const titles = (await app.seen()).notifications.map(({ title }) => title);
  assert.deepEqual(titles, ['The gateway stopped unexpectedly', 'The gateway is back']);

  // A second start hands its link to the first, and a hostile one only brings the window to the front.
  const second = { name: 'second-instance', args: [['/opt/ia-solaris', 'ia-solaris://requests'], home] };
  await app.ask({ event: second });
  await page.waitForURL(/\/admin\/requests$/);
  const hostile = ['ia-solaris://requests?open=1&approve=1', 'ia-solaris://../../etc', 'javascript:alert(1)'];
  for (const link of hostile) await app.ask({ event: { ...second, args: [['/opt/ia-solaris', link], home] } });
  await app.ask({ event: { name: 'open-url', args: ['ia-solaris://alerts'] } });
  await page.waitForURL(/\/admin\/alerts$/);
  await page.goBack();
  assert.match(page.url(), /\/admin\/requests$/, 'no hostile link left a trace');

  // What the console chooses, the system's side follows.
  await page.evaluate(() => localStorage.setItem('solaris.locale', 'pt-BR'));
  await page.reload();
  await page.getByRole('navigation').first().waitFor();
  await page.waitForFunction(() => document.documentElement.lang === 'pt-BR');
  const { tray } = await app.untilSeen(({ tray: items }) => items.includes('Abrir o IA Solaris'));
  assert.ok(tray.includes(`Medindo em ${started.address}`));

  // A closed window leaves everything as it was; a notification leads back in.
  const hidden = await app.seen({ closeWindow: true });
  assert.deepEqual([hidden.windows.length, hidden.windows[0]?.destroyed], [1, false]);
  const state = JSON.parse(readFileSync(join(home, 'ia-solaris/desktop/window.json'), 'utf8'));
  assert.deepEqual([state.width, state.maximized], [1280, false]);
  assert.equal((await ask(app, false)).status, 200);
  const back = await app.seen({ click: 'The gateway is back' });
  assert.equal(back.windows[0]?.visible, true);
  await page.waitForURL(/\/admin\/$/);
  await app.seen({ choose: { menu: 'app', label: 'Usuários' } });
  await page.waitForURL(/\/admin\/users$/);

  // Quitting waits for the stream that runs, to its last byte.
  upstream.next({ wait: { finish: gate } });
  const stream = await ask(app, true);
  assert.equal(stream.status, 200);
  const text = stream.text();
  const quitting = app.quit();
  await app.until(({ phase }) => phase === 'stopping');
  gate.open();
  assert.match(await text, /data: \[DONE\]/);
  const { code } = await quitting;
  assert.equal(code, 0);
  assert.ok(!existsSync(join(app.dataDir, 'server.json')));
  assert.equal((await verifyBooks(app.dataDir)).ok, true);
  assert.doesNotMatch(readFileSync(join(home, 'ia-solaris/desktop/desktop.log'), 'utf8'), /sk-sol-|@example/);
});
