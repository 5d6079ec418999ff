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
  /** Whether requests and alerts come without a notification; what stops the gateway is told all the same. */
  pauseNotices: z.boolean(),
});
export type Preferences = z.infer<typeof preferences>;

/** What the console shows itself in, so that menus and notifications follow. */
const appearance = z.strictObject({ locale: z.enum(locales), theme: z.enum(['system', 'light', 'dark']) });
export type Appearance = z.infer<typeof appearance>;

const MOST_TOKENS = 1_000_000_000_000;

/** What an approver decided about one request. */
export const offlineDecision = z.discriminatedUnion('decision', [
  z.strictObject({
    decision: z.literal('approve'),
    id: z.string().min(1).max(100),
    amount: z.number().int().min(1).max(MOST_TOKENS),
    note: z.string().max(2_000).nullable(),
  }),
  z.strictObject({
    decision: z.literal('reject'),
    id: z.string().min(1).max(100),
    reason: z.string().trim().min(1).max(500),
  }),
]);
export type OfflineDecision = z.infer<typeof offlineDecision>;

/** SHA-256 in hex. */
const digest = z.string().regex(/^[0-9a-f]{64}$/);

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
    /** The same on a free port, until the app ends: for one whose port is taken. */
    'gateway.retryElsewhere': nothing,
    'preferences.read': nothing,
    'preferences.change': preferences.partial(),
    'appearance.tell': appearance,
    'data.open': nothing,
    /** Puts a description of app and gateway, without secrets and names, on the clipboard. */
    'diagnostics.copy': nothing,
  },
  approver: {
    'approver.key': nothing,
    'approver.makeKey': nothing,
    /** Asks for a file and opens it. */
    'approver.open': nothing,
    /** What the app was asked to open last. */
    'approver.opened': nothing,
    /** The fingerprint of the open packet was compared with its owner's. */
    'approver.trust': z.strictObject({ digest }),
    /** Signs, asks where to, and saves. */
    'approver.decide': z.strictObject({ digest, decisions: z.array(offlineDecision).min(1).max(1_000) }),
  },
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
  'gateway.retryElsewhere': null;
  'preferences.read': Preferences;
  'preferences.change': Preferences;
  'appearance.tell': null;
  'data.open': null;
  'diagnostics.copy': null;
  'approver.key': ApproverKey;
  'approver.makeKey': ApproverKey;
  'approver.open': PacketOutcome | null;
  'approver.opened': PacketOutcome | null;
  'approver.trust': PacketOutcome | null;
  'approver.decide': DecisionOutcome;
}

/** What the main process tells pages by itself. */
export interface Events {
  'gateway.changed': GatewayState;
  'updates.changed': UpdateState;
  /** A place in the console to go to, as `/requests?status=open`. Deep links navigate, they never act. */
  navigate: string;
  /** The system asked to open another file of requests. */
  'packet.opened': PacketOutcome;
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

/** The key that an approver signs with. Only its public half ever reaches a page. */
export type ApproverKey =
  | { kind: 'none' }
  | { kind: 'kept'; publicKey: string; fingerprint: string }
  /** There is one that the system's keychain does not give, or that is damaged. It stays where it is. */
  | { kind: 'locked' }
  /** Nothing on this system keeps secrets, so that no key is made. */
  | { kind: 'no_keychain' };

export interface OfflineRequest {
  id: string;
  number: number;
  kind: string;
  urgency: 'low' | 'medium' | 'high' | 'critical';
  /** Tokens asked for; null where no number was named. */
  amount: number | null;
  message: string;
  conversation: { by: 'user' | 'operator' | 'system'; text: string; at: number }[];
  createdAt: number;
  dueAt: number;
  user: {
    name: string;
    email: string | null;
    plan: string;
    monthlyLimit: number | null;
    used: number;
    credits: number;
    usage30Days: number;
    granted90Days: number;
  };
}

export interface OfflinePacket {
  /** Name of the file. */
  file: string;
  digest: string;
  /** Of the key that signed it, as people read it out. */
  fingerprint: string;
  /** Whether that fingerprint was compared before. */
  isTrusted: boolean;
  createdAt: number;
  expiresAt: number;
  isOver: boolean;
  currency: string;
  /** Millionths of the currency for a million tokens. */
  pricePerMillion: number;
  requests: OfflineRequest[];
}

export type PacketOutcome =
  | { kind: 'opened'; packet: OfflinePacket }
  | {
      kind: 'refused';
      file: string;
      code: 'not_a_packet' | 'wrong_file' | 'newer_version' | 'altered' | 'other_key' | 'unreadable' | 'too_large';
    };

export type DecisionOutcome =
  | { kind: 'saved'; file: string; count: number }
  /** No place was chosen. Nothing is lost. */
  | { kind: 'cancelled' }
  | {
      kind: 'refused';
      code:
        | 'over'
        | 'another_packet'
        | 'not_trusted'
        | 'unknown_request'
        | 'twice'
        | 'no_credits'
        | 'no_key'
        | 'unwritable';
    };

export type Answer<T> = { ok: true; data: T } | { ok: false; code: 'bad_input' | 'failed'; message: string };

/** Ends a subscription. */
export type Unsubscribe = () => void;

/** What the preload script puts on `window.desktop` of the console; absent in a browser. */
export interface DesktopApi {
  gatewayState(): Promise<Answer<GatewayState>>;
  retryGateway(): Promise<Answer<null>>;
  retryGatewayElsewhere(): Promise<Answer<null>>;
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

/** What the preload script puts on `window.approver` of the approver's page. */
export interface ApproverApi {
  key(): Promise<Answer<ApproverKey>>;
  makeKey(): Promise<Answer<ApproverKey>>;
  /** @returns null where no file was chosen */
  open(): Promise<Answer<PacketOutcome | null>>;
  opened(): Promise<Answer<PacketOutcome | null>>;
  trust(digest: string): Promise<Answer<PacketOutcome | null>>;
  decide(digest: string, decisions: OfflineDecision[]): Promise<Answer<DecisionOutcome>>;
  onOpened(listener: (outcome: PacketOutcome) => void): Unsubscribe;
}
