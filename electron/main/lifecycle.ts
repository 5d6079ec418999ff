/** How the app ends: the gateway is drained first, but not waited for without end. */
import { app, powerMonitor } from 'electron';

/** Longer than the gateway's own drain, which cuts what is still open. */
const STOP_DEADLINE_MS = 20_000;

/** Before the app quits, whoever asks for it, waits for `stop`. */
export function stopBeforeQuit(stop: () => Promise<void>): void {
  let stopping = false;
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
  process.once('SIGTERM', stopThenExit);
}

function deadline(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, STOP_DEADLINE_MS));
}
