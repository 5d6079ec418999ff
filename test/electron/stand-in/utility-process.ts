/** Electron's utility process: a real child process of Node, with a parent port. */
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type Electron from 'electron';
import { note } from './record.ts';

const PORT = new URL('./parent-port.mjs', import.meta.url).href;

type Bare<T> = Partial<Omit<T, keyof EventEmitter>>;

class Utility extends EventEmitter implements Bare<Electron.UtilityProcess> {
  readonly #child: ChildProcess;
  readonly stdout: NonNullable<ChildProcess['stdout']>;
  readonly stderr: NonNullable<ChildProcess['stderr']>;

  constructor(entry: string, args: string[], options: Electron.ForkOptions) {
    super();
    note(`utilityProcess.fork ${options.serviceName}`);
    const child = fork(entry, args, { execArgv: ['--import', PORT], silent: true, ...environment(options) });
    if (!child.stdout || !child.stderr) throw new Error('The child has no streams.');
    this.#child = child;
    this.stdout = child.stdout;
    this.stderr = child.stderr;
    child.on('message', (message) => this.emit('message', message));
    child.on('exit', (code) => this.emit('exit', code ?? 1));
    child.on('error', () => undefined);
    // Electron ends them with the app.
    process.on('exit', () => child.kill('SIGKILL'));
  }
  postMessage(message: unknown): void {
    if (this.#child.connected) this.#child.send(message as object);
  }
  get pid(): number | undefined {
    return this.#child.exitCode === null ? this.#child.pid : undefined;
  }
}

function environment({ env }: Electron.ForkOptions) {
  return env ? { env: env as NodeJS.ProcessEnv } : {};
}

export const utilityProcess = {
  fork: (entry: string, args: string[] = [], options: Electron.ForkOptions = {}) =>
    new Utility(process.env.STAND_IN_GATEWAY ?? entry, args, options),
} satisfies { fork(...args: Parameters<typeof Electron.utilityProcess.fork>): Bare<Electron.UtilityProcess> };
