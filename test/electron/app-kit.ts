/** The desktop's built main process on the stand-in for Electron, with a home of its own and its gateway in a real process. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { GatewayState } from '../../electron/contract.ts';
import { buildIfStale } from '../../resources/scripts/build.ts';
import { temporaryDir } from '../support/build.ts';
import type { Question } from './stand-in/answering.ts';

const MAIN = fileURLToPath(new URL('../../out/main/index.js', import.meta.url));
const HOOKS = new URL('./stand-in/hooks.ts', import.meta.url).href;
export const CONSOLE = 'app://console/admin/';
/** What takes longer hangs, however much else the machine has to do. */
const PATIENCE_MS = 240_000;

export type Message =
  | { id: number; value: unknown }
  | { exited: string[]; code: number }
  | { told: { channel: string; args: unknown[] } }
  | { shown: number };

/** How the app stands, as the stand-in saw it. */
export interface Seen {
  calls: string[];
  address: string | undefined;
  windows: { visible: boolean; destroyed: boolean; bounds: { x: number; y: number; width: number; height: number } }[];
  tray: string[];
  notifications: { title: string; body: string }[];
  clipboard: string;
}

export interface TestApp {
  readonly home: string;
  readonly dataDir: string;
  readonly child: ChildProcess;
  readonly output: () => string;
  ask(question: Omit<Question, 'id'>): Promise<unknown>;
  seen(question?: Omit<Question, 'id'>): Promise<Seen>;
  state(): Promise<GatewayState>;
  /** Waits until the gateway's state satisfies `wanted`. */
  until(wanted: (state: GatewayState) => boolean): Promise<GatewayState>;
  /** Waits until what the stand-in saw satisfies `wanted`. */
  untilSeen(wanted: (seen: Seen) => boolean): Promise<Seen>;
  /** Process id of the gateway, as it says itself. */
  gatewayPid(): number;
  /** Messages of the stand-in, as they come. */
  onMessage(listener: (message: Message) => void): void;
  /** Resolves with exit code and calls. */
  readonly exited: Promise<{ exited: string[]; code: number }>;
  /** Quits and waits for the end. */
  quit(): Promise<{ exited: string[]; code: number }>;
}

export interface AppOptions {
  env?: Record<string, string>;
  args?: string[];
  /** Of an app that ran before. */
  home?: string;
  /** Bare Node for benchmarks: nothing is asked, nothing is typed. */
  nodeArgs?: string[];
}

/** Where each system looks for the places of a user. */
export function homeAt(home: string): Record<string, string> {
  return {
    HOME: home,
    XDG_DATA_HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    USERPROFILE: home,
    LOCALAPPDATA: home,
    APPDATA: home,
  };
}

export async function startApp(t: TestContext, options: AppOptions = {}): Promise<TestApp> {
  await buildIfStale();
  const home = options.home ?? temporaryDir(t);
  const dataDir = join(home, 'data');
  const child = fork(MAIN, options.args ?? [], {
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', HOOKS],
    env: { ...process.env, ...homeAt(home), SOLARIS_DATA_DIR: dataDir, PORT: '0', ...options.env },
    silent: true,
  });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (bytes: Buffer) => {
      output += bytes.toString();
    });
  }
  // Its last words arrive before its end.
  const ended = once(child, 'close');
  const listeners = new Set<(message: Message) => void>();
  child.on('message', (message: Message) => {
    for (const listener of listeners) listener(message);
  });
  const first = <M extends Message>(wanted: (message: Message) => message is M) =>
    new Promise<M>((resolve, reject) => {
      const listener = (message: Message) => {
        if (!wanted(message)) return;
        listeners.delete(listener);
        resolve(message);
      };
      listeners.add(listener);
      ended.then(() => reject(new Error(`The app has ended:\n${output}`)));
    });
  const exited = first((message) => 'exited' in message);
  exited.catch(() => undefined);

  let nextId = 1;
  const ask = async (question: Omit<Question, 'id'>): Promise<unknown> => {
    const id = nextId++;
    const answered = first(
      (message): message is Message & { id: number; value: unknown } => 'id' in message && message.id === id,
    );
    child.send({ ...question, id });
    return (await answered).value;
  };
  const seen = async (question: Omit<Question, 'id'> = {}) => (await ask(question)) as Seen;
  const state = async (): Promise<GatewayState> => {
    const answer = await ask({ ask: { channel: 'gateway.state', frame: CONSOLE } });
    return (answer as { data: GatewayState }).data;
  };
  return {
    home,
    dataDir,
    child,
    output: () => output,
    ask,
    seen,
    state,
    until: (wanted) => poll(state, wanted),
    untilSeen: (wanted) => poll(seen, wanted),
    gatewayPid: () => (JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')) as { pid: number }).pid,
    onMessage: (listener) => void listeners.add(listener),
    exited,
    async quit() {
      await ask({ quit: true }).catch(() => undefined);
      return exited;
    },
  };
}

/** Looks again and again until what is seen satisfies `wanted`. @returns it */
export async function poll<T>(look: () => Promise<T>, wanted: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const current = await look();
    if (wanted(current)) return current;
    if (Date.now() > deadline) throw new Error(`It stays ${JSON.stringify(current)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const isSettled = ({ phase }: GatewayState) => phase === 'running' || phase === 'failed';
