/** The gateway's process, as Electron runs it. */
import { type UtilityProcess, utilityProcess } from 'electron';
import type { FromGateway, ToGateway } from './messages.ts';

export interface GatewayChild {
  send(message: ToGateway): void;
  /** Ends it at once. */
  kill(): void;
}

export interface ChildListener {
  onMessage(message: FromGateway): void;
  /** What it writes to its standard streams: nothing, unless something is wrong. */
  onOutput(text: string): void;
  onEnd(code: number): void;
}

export type SpawnGateway = (listener: ChildListener) => GatewayChild;

/** Electron's own `kill` asks politely, which one that hangs does not hear. */
function endAtOnce({ pid }: UtilityProcess): void {
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
}

/** @param entry path of the built `gateway-process.js` */
export function spawnUtility(entry: string): SpawnGateway {
  return (listener) => {
    const child = utilityProcess.fork(entry, [], { serviceName: 'IA Solaris gateway', stdio: 'pipe' });
    child.on('message', (message: FromGateway) => listener.onMessage(message));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text: Buffer) => listener.onOutput(text.toString('utf8')));
    }
    child.on('error', (type, location) => listener.onOutput(`${type} in ${location}\n`));
    child.on('exit', (code) => listener.onEnd(code));
    return { send: (message) => child.postMessage(message), kill: () => endAtOnce(child) };
  };
}
