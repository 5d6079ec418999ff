/** The desktop app, as a table of contents: lock, paths, scheme, guards, gateway, window, calls. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, protocol, session } from 'electron';
import { createGateway, createKeyBox, defaultDataDir } from '../../gateway/gateway.ts';
import { createGatewayHost } from './gateway-host.ts';
import { denyPermissions, guardAllContents } from './guards.ts';
import { answerIpc } from './ipc.ts';
import { keychain } from './keychain.ts';
import { openKeychainKey } from './keychain-key.ts';
import { stopBeforeQuit } from './lifecycle.ts';
import { openOutside } from './outside.ts';
import { SCHEME } from './pages.ts';
import { createSchemeHandler } from './scheme-handler.ts';
import { createAppUpdates } from './updates/app-updates.ts';
import { createConsoleWindow } from './window.ts';

const BUILT = join(import.meta.dirname, '..');
// Chromium's own files lie apart from the gateway's data, so that a backup or a move takes only what is ours.
const PROFILE = join(defaultDataDir(), 'desktop');

// The lock is one per profile, so the path comes first, and it must be there.
mkdirSync(PROFILE, { recursive: true, mode: 0o700 });
app.setPath('userData', PROFILE);
if (app.requestSingleInstanceLock()) {
  // Not awaited: the app is not ready before this module has been evaluated.
  void run();
} else app.exit();

async function run(): Promise<void> {
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
  const host = createGatewayHost(async () => {
    const key = await openKeychainKey(keychain, join(PROFILE, 'secrets.key'));
    const logs = { files: true, stdout: 'none' } as const;
    return createGateway({ env: process.env, logs, ...(key ? { secrets: createKeyBox([key]) } : {}) });
  });
  guardAllContents((address) => void openOutside(address, host.state().address));
  const window = createConsoleWindow(join(BUILT, 'preload/index.cjs'));

  app.on('second-instance', () => window.show());
  app.on('activate', () => window.show());
  app.on('window-all-closed', () => app.quit());

  await app.whenReady();
  stopBeforeQuit(() => host.stop());
  denyPermissions(session.defaultSession);
  const pages = join(BUILT, 'renderer');
  protocol.handle(SCHEME, createSchemeHandler({ pages, gateway: () => host.state().address, fetch }));
  const updates = createAppUpdates({
    profile: PROFILE,
    setting: process.env.SOLARIS_UPDATES,
    drain: () => host.stop(),
    resume: () => host.start(),
    changed: (state) => window.tell('updates.changed', state),
  });
  answerIpc({ 'gateway.state': async () => host.state(), ...updates.handlers }, window.owns);
  window.show();
  await host.start();
}
