/**
 * What the console may ask of the operating system's side. A channel is added here first. Business data never travels
 * here: the console takes it from the gateway's public API, as it does in a browser.
 */
import { z } from 'zod';

/** Input of each channel, checked in the main process. */
export const inputs = {
  'gateway.state': z.undefined(),
} satisfies Record<string, z.ZodType>;

export type Channel = keyof typeof inputs;
export type Input<C extends Channel> = z.infer<(typeof inputs)[C]>;

export interface Outputs {
  'gateway.state': GatewayState;
}

export interface GatewayState {
  phase: 'starting' | 'running' | 'failed' | 'stopped';
  /** Where LibreChat reaches the gateway; null unless it runs. */
  address: string | null;
  /** Why it failed, for people; null otherwise. */
  problem: string | null;
}

export type Answer<T> = { ok: true; data: T } | { ok: false; code: 'bad_input' | 'failed'; message: string };

/** What the preload script puts on `window.desktop`; absent in a browser. */
export interface DesktopApi {
  gatewayState(): Promise<Answer<GatewayState>>;
}
