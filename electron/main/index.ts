/** The desktop app, as a table of contents: paths, lock, scheme, guards, gateway, windows or none, calls, end. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, protocol, session } from 'electron';
import { createAppApprover } from './approver/app-approver.ts';
import { approverStart } from './approver/launch.ts';
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
const HEADLESS = '--headless';
/** Runs the gateway as ever, and shows nothing before a person starts the app again. */
const isHeadless = process.argv.includes(HEADLESS);

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
  /** Starts gateway and console; null until the app is ready. */
  let openAll: ((link: string | null) => void) | null = null;
  let openedBy = linkAmong(process.argv);
  let trayIsVisible = process.platform !== 'linux';
  // Whoever opens a packet may decide on another machine than the gateway's: then there is nothing to start.
  let offline = isHeadless ? null : approverStart(process.argv, process.cwd());
  const approver = createAppApprover({
    profile: paths.profile,
    preload: join(BUILT, 'preload/index.cjs'),
    say: () => words[preferences.locale()],
    log: log.line,
    onClosed: () => desktop ?? app.quit(),
  });
  const decide = (packet: string | null) => {
    if (openAll) approver.show(packet);
    else offline = { packet };
  };
  const follow = (link: string | null) => {
    if (desktop) desktop.follow(link);
    else if (openAll) openAll(link);
    else openedBy = link;
  };
  app.on('second-instance', (_event, argv, folder) => {
    if (argv.includes(HEADLESS)) return;
    const wish = approverStart(argv, folder);
    if (wish) decide(wish.packet);
    else follow(linkAmong(argv));
  });
  app.on('activate', () => {
    if (desktop) follow(null);
    else approver.show(null);
  });
  app.on('open-url', (event, url) => {
    event.preventDefault();
    follow(url);
  });
  app.on('open-file', (event, file) => {
    event.preventDefault();
    decide(file);
  });
  app.on('window-all-closed', () => undefined);

  await app.whenReady();
  let isHosting = false;
  const lifecycle = stopBeforeQuit(async () => {
    if (isHosting) await gateway.supervisor.stop();
  });
  const host = () => {
    if (isHosting) return;
    isHosting = true;
    gateway.supervisor.start();
  };
  // First of all: what follows can be done while it starts.
  if (!offline) host();
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
  answerIpc('approver', approver.handlers, approver.owns);
  const openDesktop = (link: string | null): void => {
    host();
    if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
    const opened = createDesktop({
      paths,
      built: BUILT,
      log,
      preferences,
      gateway,
      lifecycle,
      trayIsVisible: () => trayIsVisible,
      decideOffline: () => approver.show(null),
    });
    desktop = opened;
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
      changed: (state) => opened.window.tell('updates.changed', state),
    });
    answerIpc('console', { ...opened.handlers, ...updates.handlers }, opened.window.owns);
    if (link !== null || !startedAtLogin(process.argv)) opened.follow(link);
  };
  openAll = openDesktop;

  if (isHeadless) return app.dock?.hide();
  if (offline) approver.show(offline.packet);
  else openDesktop(openedBy);
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
