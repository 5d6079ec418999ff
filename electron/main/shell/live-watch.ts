/** Keeps a glance at the gateway up to date, by its live events. No Electron in here. */
import type { OwnerClient } from '../owner-client.ts';
import { type Glance, readGlance } from './glance.ts';

export interface LiveWatch {
  /** Watches from now on, until `pause`. */
  resume(): void;
  pause(): void;
}

const REFRESH_EVERY_MS = 60_000;
/** What comes in a burst is looked at once. */
const GATHER_MS = 500;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
const CONCERNS = /"kind":"(connected|ticket_changed|alert_raised|alert_resolved|settings_changed|departments_changed)"/;

/** @param onGlance told of every look, first and later ones */
export function createLiveWatch(client: OwnerClient, onGlance: (glance: Glance) => void): LiveWatch {
  let abort: AbortController | null = null;
  let gathering: NodeJS.Timeout | undefined;
  let refreshing: NodeJS.Timeout | undefined;
  let retry: NodeJS.Timeout | undefined;
  let failures = 0;

  const look = async (signal: AbortSignal) => {
    gathering = undefined;
    const glance = await readGlance(client).catch(() => null);
    if (glance && !signal.aborted) onGlance(glance);
  };
  const soon = (signal: AbortSignal) => {
    gathering ??= setTimeout(() => void look(signal), GATHER_MS);
  };
  const listen = async (signal: AbortSignal) => {
    try {
      const decoder = new TextDecoder();
      for await (const bytes of await client.events(signal)) {
        const text = decoder.decode(bytes, { stream: true });
        if (CONCERNS.test(text)) soon(signal);
        failures = 0;
      }
    } catch {
      // Whatever it was, the answer is the same: try again.
    }
    if (signal.aborted) return;
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** failures++, LONGEST_RETRY_MS);
    retry = setTimeout(() => void listen(signal), waitMs);
  };
  const pause = () => {
    abort?.abort();
    abort = null;
    clearTimeout(gathering);
    clearTimeout(retry);
    clearInterval(refreshing);
    gathering = undefined;
  };
  return {
    resume() {
      pause();
      abort = new AbortController();
      const { signal } = abort;
      failures = 0;
      void listen(signal);
      refreshing = setInterval(() => soon(signal), REFRESH_EVERY_MS);
    },
    pause,
  };
}
