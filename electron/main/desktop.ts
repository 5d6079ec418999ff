/** The app with its window: everything that a person sees of it, and how the parts hear of each other. */
import { join } from 'node:path';
import { app, type BrowserWindow, clipboard, dialog, Menu, nativeTheme, shell } from 'electron';
import type { GatewayProblem, Preferences } from '../contract.ts';
import type { DesktopLog } from './files/desktop-log.ts';
import { diagnosticsText } from './files/diagnostics.ts';
import { jsonFile } from './files/json-file.ts';
import type { AppPaths } from './files/paths.ts';
import type { PreferencesStore } from './files/preferences-store.ts';
import { windowState } from './files/window-state.ts';
import type { RunningGateway } from './gateway/running.ts';
import type { Handlers } from './ipc.ts';
import type { Lifecycle } from './lifecycle.ts';
import { appMenu } from './shell/app-menu.ts';
import { showBadge } from './shell/badge.ts';
import { onClose } from './shell/closing.ts';
import { deepLink, parseDeepLink } from './shell/deep-link.ts';
import type { Glance } from './shell/glance.ts';
import { createKeepAwake } from './shell/keep-awake.ts';
import { createLiveWatch } from './shell/live-watch.ts';
import { gatewayNotice, newsOf, staysAwake } from './shell/notices.ts';
import { createNotifications } from './shell/notifications.ts';
import { openTray } from './shell/tray.ts';
import { type ConsoleWindow, createConsoleWindow } from './window.ts';
import { type Words, words } from './words/words.ts';

const LOG_LINES = 200;

export interface DesktopParts {
  readonly paths: AppPaths;
  /** Folder of all that is built. */
  readonly built: string;
  readonly log: DesktopLog;
  readonly preferences: PreferencesStore;
  readonly gateway: RunningGateway;
  readonly lifecycle: Lifecycle;
  /** Whether a closed window can be found again: on Linux not everywhere. */
  readonly trayIsVisible: () => boolean;
  /** Shows the approver's window. */
  readonly decideOffline: () => void;
}

export interface Desktop {
  readonly window: ConsoleWindow;
  readonly handlers: Pick<Handlers, keyof ReturnType<typeof handlersOf>>;
  /** Follows a link of ours; anything else only brings the window to the front. */
  follow(link: string | null): void;
  gatewayChanged(): void;
  gatewayNews(news: 'crashed' | 'recovered' | 'failed'): void;
  keychainIsLocked(): void;
}

export function createDesktop(parts: DesktopParts): Desktop {
  const { paths, built, log, preferences, gateway, lifecycle } = parts;
  let glance: Glance | null = null;
  const say = (): Words => words[preferences.locale()];

  const follow = (link: string | null) => {
    const screen = link === null ? null : parseDeepLink(link);
    if (link !== null && screen === null) log.line('A link was not followed: it leads to no screen.');
    window.show(screen ?? undefined);
  };
  const notifications = createNotifications(follow);
  const tellHidden = () => {
    if (preferences.stored().toldHidden || process.platform === 'darwin') return;
    preferences.change({ toldHidden: true });
    const { hiddenTitle, hiddenBody } = say().notice;
    notifications.show({ title: hiddenTitle, body: hiddenBody, link: deepLink('overview') });
  };
  const window = createConsoleWindow({
    preload: join(built, 'preload/index.cjs'),
    file: jsonFile(paths.window, windowState.nullable(), null, log.line),
    onClose: () =>
      onClose({
        platform: process.platform,
        closeToTray: preferences.current().closeToTray,
        trayIsVisible: tray !== null && parts.trayIsVisible(),
        isQuitting: lifecycle.isQuitting(),
      }),
    async ask(closing) {
      const { message, detail, keep, quit, cancel } = say().closing;
      const buttons = [keep, quit, cancel];
      const { response } = await dialog.showMessageBox(closing, {
        message,
        detail,
        buttons,
        defaultId: 0,
        cancelId: 2,
      });
      if (response === 0) closing.hide();
      if (response === 1) lifecycle.quit();
    },
    quit: lifecycle.quit,
    onHidden: tellHidden,
    onSessionEnd: lifecycle.quit,
  });

  const openDataFolder = async () => {
    const problem = await shell.openPath(paths.data);
    if (problem) throw new Error(problem);
  };
  const copyDiagnostics = () => clipboard.writeText(diagnosticsText(factsOf(parts)));
  const copyFromMenu = async () => {
    await copyDiagnostics();
    const { copied, copiedBody } = say().notice;
    notifications.show({ title: copied, body: copiedBody, link: deepLink('overview') });
  };
  const openFolderFromMenu = () => void openDataFolder().catch((error: unknown) => log.line(String(error)));
  const change = (changes: Partial<Preferences>) => {
    try {
      preferences.change(changes);
    } catch (error) {
      log.line(`A preference could not be changed: ${String(error)}`);
      refresh();
    }
  };

  /** Whoever waits for the gateway can choose at once. */
  const askForPort = async (front: BrowserWindow, { text, next, detail }: GatewayProblem) => {
    const { retry, retryElsewhere } = say().menu;
    const buttons = [retry, retryElsewhere, say().closing.cancel];
    const options = { type: 'warning', message: text, detail: `${next}\n\n${detail}`, buttons, cancelId: 2 } as const;
    const { response } = await dialog.showMessageBox(front, options);
    if (response === 0) gateway.supervisor.retry();
    if (response === 1) gateway.supervisor.retryElsewhere();
  };
  const tray = openTray(join(built, '../resources/icons/shipped'), {
    open: (screen) => window.show(screen),
    retry: gateway.supervisor.retry,
    retryElsewhere: gateway.supervisor.retryElsewhere,
    copyAddress: () => void clipboard.writeText(`${gateway.state().address ?? ''}/v1`),
    openDataFolder: openFolderFromMenu,
    copyDiagnostics: () => void copyFromMenu(),
    change,
    quit: lifecycle.quit,
  });
  const keepAwake = createKeepAwake();
  const refresh = () => {
    const state = gateway.state();
    tray?.update({ gateway: state, glance, preferences: preferences.current(), locale: preferences.locale() }, say());
    keepAwake(staysAwake(state.phase, preferences.stored().keepAwake));
    showBadge(glance?.waiting ?? 0, window.current(), say().tray.waiting(glance?.waiting ?? 0));
  };
  const refreshMenu = () => {
    const template = appMenu(say(), process.platform, {
      open: (screen) => window.show(screen),
      zoom: window.zoom,
      openDataFolder: openFolderFromMenu,
      copyDiagnostics: () => void copyFromMenu(),
      decideOffline: parts.decideOffline,
      quit: lifecycle.quit,
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
    nativeTheme.themeSource = preferences.stored().theme;
  };
  const watch = createLiveWatch(gateway.client, (seen) => {
    for (const notice of newsOf(glance, seen, say(), preferences.locale())) {
      // Whoever looks at the console sees it there.
      if (!window.current()?.isFocused() && !preferences.stored().pauseNotices) notifications.show(notice);
    }
    glance = seen;
    refresh();
  });
  nativeTheme.on('updated', refresh);
  preferences.onChange(() => {
    refreshMenu();
    refresh();
  });
  refreshMenu();
  refresh();

  return {
    window,
    follow,
    handlers: handlersOf(parts, window, openDataFolder, copyDiagnostics),
    gatewayChanged() {
      const state = gateway.state();
      window.tell('gateway.changed', state);
      if (state.phase === 'running') watch.resume();
      else {
        watch.pause();
        if (state.phase !== 'starting') glance = null;
      }
      if (state.phase === 'stopping') window.hide();
      refresh();
    },
    gatewayNews(news) {
      const state = gateway.state();
      const front = window.current();
      if (state.problem?.kind === 'port_taken' && front?.isVisible()) void askForPort(front, state.problem);
      else notifications.show(gatewayNotice(news, state, say()));
    },
    keychainIsLocked() {
      const { keychainTitle, keychainBody } = say().notice;
      notifications.show({ title: keychainTitle, body: keychainBody, link: deepLink('settings') });
    },
  };
}

function handlersOf(
  { gateway, preferences }: DesktopParts,
  window: ConsoleWindow,
  openDataFolder: () => Promise<void>,
  copyDiagnostics: () => Promise<void>,
) {
  return {
    'gateway.state': async () => gateway.state(),
    async 'gateway.retry'() {
      gateway.supervisor.retry();
      return null;
    },
    async 'gateway.retryElsewhere'() {
      gateway.supervisor.retryElsewhere();
      return null;
    },
    'preferences.read': async () => preferences.current(),
    async 'preferences.change'(changes) {
      preferences.change(changes);
      return preferences.current();
    },
    async 'appearance.tell'({ locale, theme }) {
      window.pageIsReady();
      const known = preferences.stored();
      if (known.locale !== locale || known.theme !== theme) preferences.change({ locale, theme });
      return null;
    },
    async 'data.open'() {
      await openDataFolder();
      return null;
    },
    async 'diagnostics.copy'() {
      await copyDiagnostics();
      return null;
    },
  } satisfies Partial<Handlers>;
}

function factsOf({ paths, log, preferences, gateway }: DesktopParts) {
  const { electron = '', chrome = '', node } = process.versions;
  return {
    version: app.getVersion(),
    electron,
    chrome,
    node,
    system: `${process.platform} ${process.arch} ${process.getSystemVersion()}`,
    locale: preferences.locale(),
    dataDir: paths.data,
    keychain: gateway.keychainState(),
    gateway: gateway.state(),
    preferences: preferences.current(),
    log: log.tail(LOG_LINES),
  };
}
