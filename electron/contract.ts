/**
 * What a page of the app may ask of the operating system's side, and what it is told by it. A channel is added here first.
 * Business data never travels here: the console takes it from the gateway's public API, as it does in a browser.
 */
import { z } from 'zod';

/** The app's own pages, each an origin of its own: `app://console`, `app://approver`. */
export type Page = 'console' | 'approver';

const nothing = z.undefined();

/** Which releases are offered: finished ones, or also those that are tried out first. */
export const releaseChannels = ['latest', 'beta'] as const;
export type ReleaseChannel = (typeof releaseChannels)[number];

/** What people decide about updates; a part of it changes that part only. */
export const updateChoices = z.strictObject({
  channel: z.enum(releaseChannels),
  /** Whether the app looks for new versions by itself. It never fetches or installs one by itself. */
  looksByItself: z.boolean(),
});
export type UpdateChoices = z.infer<typeof updateChoices>;

export const locales = ['en', 'pt-BR'] as const;
export type Locale = (typeof locales)[number];

/** What this machine does for the gateway; a part of it changes that part only. */
export const preferences = z.strictObject({
  openAtLogin: z.boolean(),
  /** Whether closing the window leaves the app in the tray. */
  closeToTray: z.boolean(),
  /** Whether the computer stays awake while the gateway runs. */
  keepAwake: z.boolean(),
});
export type Preferences = z.infer<typeof preferences>;

/** What the console shows itself in, so that menus and notifications follow. */
const appearance = z.strictObject({ locale: z.enum(locales), theme: z.enum(['system', 'light', 'dark']) });
export type Appearance = z.infer<typeof appearance>;

/** Channels by the page that may use them: input of each, checked in the main process. */
export const inputs = {
  console: {
    'gateway.state': nothing,
    'updates.state': nothing,
    'updates.check': nothing,
    'updates.download': nothing,
    'updates.cancel': nothing,
    'updates.install': nothing,
    'updates.choose': updateChoices.partial(),
    /** Starts again, now, a gateway that could not start. */
    'gateway.retry': nothing,
    'preferences.read': nothing,
    'preferences.change': preferences.partial(),
    'appearance.tell': appearance,
    'data.open': nothing,
    /** Puts a description of app and gateway, without secrets and names, on the clipboard. */
    'diagnostics.copy': nothing,
  },
  approver: {},
} satisfies Record<Page, Record<string, z.ZodType>>;

type ConsoleInputs = typeof inputs.console;
type ApproverInputs = typeof inputs.approver;
type AllInputs = ConsoleInputs & ApproverInputs;

export type Channel = keyof AllInputs;
export type Input<C extends Channel> = z.infer<AllInputs[C]>;

export interface Outputs {
  'gateway.state': GatewayState;
  'updates.state': UpdateState;
  'updates.check': UpdateState;
  'updates.download': UpdateState;
  'updates.cancel': UpdateState;
  'updates.install': UpdateState;
  'updates.choose': UpdateState;
  'gateway.retry': null;
  'preferences.read': Preferences;
  'preferences.change': Preferences;
  'appearance.tell': null;
  'data.open': null;
  'diagnostics.copy': null;
}

/** What the main process tells pages by itself. */
export interface Events {
  'gateway.changed': GatewayState;
  'updates.changed': UpdateState;
  /** A place in the console to go to, as `/requests?status=open`. Deep links navigate, they never act. */
  navigate: string;
}

export interface GatewayState {
  phase: 'starting' | 'running' | 'restarting' | 'failed' | 'stopping' | 'stopped';
  /** `headless`: the app uses a gateway that was started without it, on the same data. */
  host: 'app' | 'headless';
  /** Where LibreChat reaches the gateway; null unless it runs. */
  address: string | null;
  /** Why it does not run, in the language of the console; null otherwise. */
  problem: GatewayProblem | null;
}

export interface GatewayProblem {
  kind:
    | 'in_use'
    | 'port_taken'
    | 'port_forbidden'
    | 'disk_full'
    | 'unwritable'
    | 'configuration'
    | 'crashed'
    | 'unknown';
  /** What happened. */
  text: string;
  /** What to do. */
  next: string;
  /** The technical cause. */
  detail: string;
}

export interface UpdateState {
  /** Of this app. */
  version: string;
  choices: UpdateChoices;
  step: UpdateStep;
}

/** A version that can be had. */
export interface Release {
  version: string;
  /** What is new, as plain text; empty where nothing was written. */
  notes: string;
  /** ISO 8601; null where the release does not say. */
  publishedAt: string | null;
  /** Of the download; null where the release does not say. */
  bytes: number | null;
}

export type UpdateStep =
  /** This app is not updated from here: run from its sources, or looked after by whoever installed it. */
  | { kind: 'off'; why: 'sources' | 'managed' }
  | { kind: 'idle' }
  | { kind: 'checking' }
  | { kind: 'current'; checkedAt: number }
  | { kind: 'available'; release: Release }
  | { kind: 'downloading'; release: Release; percent: number; bytesPerSecond: number }
  /** On this machine and checked; installed only when asked for. */
  | { kind: 'ready'; release: Release }
  | { kind: 'installing'; release: Release }
  | { kind: 'failed'; during: 'check' | 'download' | 'install'; message: string };

export type Answer<T> = { ok: true; data: T } | { ok: false; code: 'bad_input' | 'failed'; message: string };

/** Ends a subscription. */
export type Unsubscribe = () => void;

/** What the preload script puts on `window.desktop` of the console; absent in a browser. */
export interface DesktopApi {
  gatewayState(): Promise<Answer<GatewayState>>;
  retryGateway(): Promise<Answer<null>>;
  preferences(): Promise<Answer<Preferences>>;
  changePreferences(changes: Partial<Preferences>): Promise<Answer<Preferences>>;
  tellAppearance(appearance: Appearance): Promise<Answer<null>>;
  openDataFolder(): Promise<Answer<null>>;
  copyDiagnostics(): Promise<Answer<null>>;
  onGatewayChanged(listener: (state: GatewayState) => void): Unsubscribe;
  onNavigate(listener: (path: string) => void): Unsubscribe;
  updateState(): Promise<Answer<UpdateState>>;
  checkForUpdate(): Promise<Answer<UpdateState>>;
  downloadUpdate(): Promise<Answer<UpdateState>>;
  cancelUpdate(): Promise<Answer<UpdateState>>;
  /** Drains the gateway, installs what was downloaded and starts the app again. */
  installUpdate(): Promise<Answer<UpdateState>>;
  chooseUpdates(choices: Partial<UpdateChoices>): Promise<Answer<UpdateState>>;
  onUpdateChanged(listener: (state: UpdateState) => void): Unsubscribe;
}
