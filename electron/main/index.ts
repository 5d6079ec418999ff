/** The desktop app, as a table of contents: paths, lock, scheme, guards, gateway, window or none, calls, end. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, protocol, session } from 'electron';
import { createDesktop, type Desktop } from './desktop.ts';
import { openDesktopLog } from './files/desktop-log.ts';
import { jsonFile } from './files/json-file.ts';
import { appPaths } from './files/paths.ts';
import { DEFAULT_PREFERENCES, storedPreferences } from './files/preferences.ts';
import { openPreferences } from './files/preferences-store.ts';
import { loopbackFetch } from './gateway/loopback-fetch.ts';
import { openGateway } from './gateway/running.ts';
import { denyPermissions, guardAllContents } from './guards.ts';
import { answerIpc } from './ipc.ts';
import { stopBeforeQuit } from './lifecycle.ts';
import { openOutside } from './outside.ts';
import { SCHEME } from './pages.ts';
import { createSchemeHandler } from './scheme-handler.ts';
import { LINK_SCHEME, linkAmong } from './shell/deep-link.ts';
import { startedAtLogin, systemLoginItem } from './shell/login-item.ts';
import { traysAreShown } from './shell/status-notifier.ts';
import { createAppUpdates } from './updates/app-updates.ts';
import { systemLocale, words } from './words/words.ts';

const BUILT = join(import.meta.dirname, '..');
const APP_ID = 'org.ia-solaris.desktop';
/** Runs the gateway as ever, and shows nothing: for servers. */
const isHeadless = process.argv.includes('--headless');

const paths = appPaths(process.env);
// The lock is one per profile, so the path comes first, and it must be there.
const obstacle = makeProfile();
if (obstacle !== null) void explainProfile(obstacle);
else if (app.requestSingleInstanceLock()) {
  // Not awaited: the app is not ready before this module has been evaluated.
  void run();
} else app.exit();

async function run(): Promise<void> {
  app.enableSandbox();
  app.setAppUserModelId(APP_ID);
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
  const log = openDesktopLog(paths.log);
  const gateway = openGateway(paths, join(BUILT, 'main'), {
    onChange: (state) => {
      if (isHeadless && state.phase === 'running') process.stdout.write(`IA Solaris is running at ${state.address}\n`);
      desktop?.gatewayChanged();
    },
    onNews: (news, { failure }) => {
      if (isHeadless && failure) process.stderr.write(`${failure.detail}\n`);
      desktop?.gatewayNews(news);
    },
    onLocked: () => desktop?.keychainIsLocked(),
    log: log.line,
    words: () => words[preferences.locale()],
  });
  guardAllContents((address) => void openOutside(address, gateway.state().address));
  const preferences = openPreferences(
    jsonFile(paths.preferences, storedPreferences, DEFAULT_PREFERENCES, log.line),
    systemLoginItem(process.env),
    () => systemLocale(app.getPreferredSystemLanguages()),
  );

  let desktop: Desktop | null = null;
  let openedBy = linkAmong(process.argv);
  let trayIsVisible = process.platform !== 'linux';
  const follow = (link: string | null) => {
    if (desktop) desktop.follow(link);
    else openedBy = link;
  };
  app.on('second-instance', (_event, argv) => follow(linkAmong(argv)));
  app.on('activate', () => follow(null));
  app.on('open-url', (event, url) => {
    event.preventDefault();
    follow(url);
  });
  app.on('window-all-closed', () => undefined);

  await app.whenReady();
  gateway.supervisor.start();
  const lifecycle = stopBeforeQuit(gateway.supervisor.stop);
  denyPermissions(session.defaultSession);
  protocol.handle(
    SCHEME,
    createSchemeHandler({
      pages: join(BUILT, 'renderer'),
      gateway: () => gateway.state().address,
      session: gateway.session,
      fetch: loopbackFetch,
    }),
  );
  if (isHeadless) return app.dock?.hide();

  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
  desktop = createDesktop({
    paths,
    built: BUILT,
    log,
    preferences,
    gateway,
    lifecycle,
    trayIsVisible: () => trayIsVisible,
  });
  const updates = createAppUpdates({
    profile: paths.profile,
    setting: process.env.SOLARIS_UPDATES,
    drain() {
      lifecycle.letGo(true);
      return gateway.supervisor.stop();
    },
    async resume() {
      lifecycle.letGo(false);
      gateway.supervisor.start();
    },
    changed: (state) => desktop?.window.tell('updates.changed', state),
  });
  answerIpc({ ...desktop.handlers, ...updates.handlers }, desktop.window.owns);
  if (openedBy !== null || !startedAtLogin(process.argv)) desktop.follow(openedBy);
  trayIsVisible = await traysAreShown(process.platform);
}

/** @returns what the system says against it; null when the folder is there */
function makeProfile(): string | null {
  try {
    mkdirSync(paths.profile, { recursive: true, mode: 0o700 });
    app.setPath('userData', paths.profile);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function explainProfile(cause: string): Promise<void> {
  await app.whenReady();
  const { title, text } = words[systemLocale(app.getPreferredSystemLanguages())].profile;
  dialog.showErrorBox(title, text(paths.profile, cause));
  app.exit(78);
}
