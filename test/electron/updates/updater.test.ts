import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { createRequire, registerHooks } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, type TestContext, test } from 'node:test';
import type { AppUpdater } from 'electron-updater';
import { openUpdater } from '../../../electron/main/updates/updater.ts';

/** What electron-updater asks Electron for when it installs. */
const standIn = new URL('./stand-in.cjs', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});

/** electron-updater's own way to the network, on Node's sockets in place of Chromium's. */
const { ElectronHttpExecutor } = createRequire(import.meta.url)('electron-updater/out/electronHttpExecutor.js');
class NodeHttpExecutor extends ElectronHttpExecutor {
  createRequest(options: RequestOptions, onResponse: (response: IncomingMessage) => void) {
    return httpRequest(options, onResponse);
  }
}

/** A release on a server of our own: the file, and what describes it. */
async function startServer(t: TestContext, version: string, file: Buffer, checksum = sha512(file)) {
  const asked: string[] = [];
  const yml = [
    `version: ${version}`,
    `files:\n  - url: app.AppImage\n    sha512: ${checksum}\n    size: ${file.length}`,
    `path: app.AppImage\nsha512: ${checksum}`,
    "releaseDate: '2026-11-01T00:00:00.000Z'",
    'releaseNotes: <p>Calmer</p>',
  ].join('\n');
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    asked.push(path);
    if (path.endsWith('.yml')) return response.end(yml);
    if (path === '/app.AppImage') return response.end(file);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const sha512 = (file: Buffer) => createHash('sha512').update(file).digest('base64');

/** The real updater for AppImages in a folder of its own, on an app that notes that it quits. */
async function openIn(t: TestContext, url: string) {
  const folder = mkdtempSync(join(tmpdir(), 'solaris-update-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const installed = join(folder, 'IA-Solaris-0.1.0.AppImage');
  writeFileSync(installed, 'old', { mode: 0o755 });
  process.env.APPIMAGE = installed;
  const quit = Promise.withResolvers<void>();
  const app = {
    version: '0.1.0',
    name: 'ia-solaris',
    isPackaged: true,
    appUpdateConfigPath: join(folder, 'app-update.yml'),
    userDataPath: folder,
    baseCachePath: folder,
    whenReady: async () => undefined,
    quit: () => quit.resolve(),
    relaunch: () => undefined,
    onQuit: () => assert.fail('nothing is installed behind the back of whoever quits'),
  };
  const { AppImageUpdater } = await import('electron-updater');
  const real: AppUpdater = new AppImageUpdater(null, app as never);
  Object.assign(real, { httpExecutor: new NodeHttpExecutor(), autoRunAppAfterInstall: false });
  writeFileSync(app.appUpdateConfigPath, `provider: generic\nurl: ${url}\nupdaterCacheDirName: updates\n`);
  return { updater: await openUpdater(async () => real), installed, quit: quit.promise };
}

// AppImages are Linux's own; what is shown here of electron-updater holds for its siblings.
describe('the updater of the installed app', { skip: process.platform !== 'linux' && 'AppImages run on Linux' }, () => {
  before(() => {
    delete process.env.SNAP;
  });

  test('finds, fetches on demand and installs over the old version on demand', async (t) => {
    // It is started once it is in its place.
    const file = Buffer.from(`#!/bin/sh\nexit 0\n${randomBytes(100_000).toString('hex')}`);
    const server = await startServer(t, '0.2.0', file);
    const { updater, installed, quit } = await openIn(t, server.url);
    const found = await updater.check('latest');
    assert.equal(found?.version, '0.2.0');
    assert.equal(found?.releaseNotes, '<p>Calmer</p>');
    assert.ok(!server.asked.includes('/app.AppImage'), 'a check fetches nothing');

    const percents: number[] = [];
    await updater.download(({ percent }) => percents.push(percent));
    assert.equal(readFileSync(installed, 'utf8'), 'old', 'a download installs nothing');

    updater.quitAndInstall((error) => assert.fail(error));
    await quit;
    assert.deepEqual(readFileSync(join(installed, '..', 'app.AppImage')), file);
    assert.ok(statSync(join(installed, '..', 'app.AppImage')).mode & 0o100, 'it can be started');
  });

  test('asks for the file of the chosen channel, and takes no older version from it', async (t) => {
    const server = await startServer(t, '0.0.9-beta.1', Buffer.from('x'));
    const { updater } = await openIn(t, server.url);
    assert.equal(await updater.check('beta'), null);
    assert.deepEqual(server.asked, ['/beta-linux.yml']);
  });

  test('throws away what is not what the release describes', async (t) => {
    const server = await startServer(t, '0.2.0', randomBytes(10_000), sha512(Buffer.from('something else')));
    const { updater, installed } = await openIn(t, server.url);
    await updater.check('latest');
    await assert.rejects(
      updater.download(() => undefined),
      /checksum mismatch/,
    );
    let problem: Error | null = null;
    updater.quitAndInstall((error) => {
      problem = error;
    });
    assert.ok(problem, 'there is nothing to install');
    assert.equal(readFileSync(installed, 'utf8'), 'old');
  });
});
