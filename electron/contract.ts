/**
 * What a page of the app may ask of the operating system's side, and what it is told by it. A channel is added here first.
 * Business data never travels here: the console takes it from the gateway's public API, as it does in a browser.
 */
import { z } from 'zod';

/** The app's own pages, each an origin of its own: `app://console`, `app://approver`. */
export type Page = 'console' | 'approver';

const nothing = z.undefined();

/** Channels by the page that may use them: input of each, checked in the main process. */
export const inputs = {
  console: {
    'gateway.state': nothing,
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
}

/** What the main process tells pages by itself. */
export interface Events {
  'gateway.changed': GatewayState;
  /** A place in the console to go to, as `/requests?status=open`. Deep links navigate, they never act. */
  navigate: string;
}

export interface GatewayState {
  phase: 'starting' | 'running' | 'failed' | 'stopped';
  /** Where LibreChat reaches the gateway; null unless it runs. */
  address: string | null;
  /** Why it failed, for people; null otherwise. */
  problem: string | null;
}

export type Answer<T> = { ok: true; data: T } | { ok: false; code: 'bad_input' | 'failed'; message: string };

/** Ends a subscription. */
export type Unsubscribe = () => void;

/** What the preload script puts on `window.desktop` of the console; absent in a browser. */
export interface DesktopApi {
  gatewayState(): Promise<Answer<GatewayState>>;
  onGatewayChanged(listener: (state: GatewayState) => void): Unsubscribe;
  onNavigate(listener: (path: string) => void): Unsubscribe;
}
