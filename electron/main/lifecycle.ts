/** How the app ends: the gateway is drained first, but not waited for without end. */
import { app, powerMonitor } from 'electron';

export interface Lifecycle {
  /** Whether windows may close for good. */
  isQuitting(): boolean;
  /** An installer is about to end the app, and closes its windows first; false where it could not. */
  letGo(on: boolean): void;
  quit(): void;
}

/** Longer than the gateway's own drain, which cuts what is still open. */
const STOP_DEADLINE_MS = 35_000;

/**
 * Before the app quits, whoever asks for it (menu, tray, system, signal), waits for `stop`.
 *
 * @param stop drains and ends the gateway
 */
export function stopBeforeQuit(stop: () => Promise<void>): Lifecycle {
  let stopping = false;
  let lettingGo = false;
  const stopThenExit = () => {
    if (stopping) return;
    stopping = true;
    void Promise.race([stop().catch(() => undefined), deadline()]).then(() => app.exit());
  };
  app.on('before-quit', (event) => {
    event.preventDefault();
    stopThenExit();
  });
  powerMonitor.on('shutdown', stopThenExit);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, stopThenExit);
  return {
    isQuitting: () => stopping || lettingGo,
    letGo(on) {
      lettingGo = on;
    },
    quit: stopThenExit,
  };
}

function deadline(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, STOP_DEADLINE_MS));
}
