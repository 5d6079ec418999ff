/** The gateway under test, started as people start it, with a data directory of its own. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../support/ports.ts';
import type { GatewayCall } from '../hosts/gateway-host.ts';
import { emailOf } from '../traffic/messages.ts';
import { startChild } from './child.ts';

/** People who share the load. None is ever near the limit, but every check of one is made. */
export const PEOPLE = 50;
export const SERVICE_KEY = 'sk-sol-bench-0000000000000000';
/** Signs in to the console. */
export const OWNER = { email: 'owner@example.com', password: 'bench owner password' };
const MONTHLY_LIMIT = 1_000_000_000_000;
const CLI = fileURLToPath(new URL('../../../out/main/cli.js', import.meta.url));

export interface MeteredFolder {
  readonly dataDir: string;
  readonly configFile: string;
  remove(): void;
}

export interface MeteredProcess {
  readonly pid: number;
  readonly port: number;
  /** Stops as a service manager would and waits for the end. */
  stop(): Promise<void>;
}

export interface FolderOptions {
  /** Of a Postgres; default: a file of the data directory. */
  databaseUrl?: string | undefined;
  /** Whether `OWNER` can sign in: a start takes a little longer for it. */
  owner?: boolean;
}

/** Makes a data directory in `parent` and a config file whose only upstream is the mock. */
export function makeFolder(parent: string, upstreamPort: number, options: FolderOptions = {}): MeteredFolder {
  const folder = mkdtempSync(join(parent, 'solaris-bench-'));
  return { ...folderAt(folder, upstreamPort, options), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The same in a folder that is there, whose data stay what they are. It is not removed. */
export function folderAt(
  folder: string,
  upstreamPort: number,
  { databaseUrl, owner = false }: FolderOptions = {},
): MeteredFolder {
  const configFile = join(folder, 'config.json');
  writeFileSync(
    configFile,
    JSON.stringify({
      databaseUrl: databaseUrl ?? null,
      upstreams: [
        {
          id: 'mock',
          kind: 'openai',
          baseUrl: `http://127.0.0.1:${upstreamPort}/v1`,
          apiKey: 'sk-mock',
          models: ['*'],
        },
      ],
      serviceKeys: [{ name: 'bench', key: SERVICE_KEY }],
      ...(owner ? { operators: [{ ...OWNER, role: 'owner' }], 'setup.finished': true } : {}),
      users: Array.from({ length: PEOPLE }, (_, person) => ({
        email: emailOf(person),
        plan: 'enterprise',
        monthlyLimit: MONTHLY_LIMIT,
      })),
    }),
  );
  return { dataDir: join(folder, 'data'), configFile, remove: () => undefined };
}

/** The database that a first start has made. @throws Error when it made none */
export function databaseOf({ dataDir }: MeteredFolder): string {
  const file = join(dataDir, 'ia-solaris.db');
  if (!existsSync(file)) throw new Error(`The gateway made no ${file}.`);
  return file;
}

/** Starts the built command line and returns at once; nothing may listen yet. */
export function spawnMetered({ dataDir, configFile }: MeteredFolder, port: number): MeteredProcess {
  const args = [CLI, 'serve', '--data-dir', dataDir, '--port', String(port), '--config', configFile];
  // As `npm start` and the sample units do.
  const env = { ...process.env, MALLOC_ARENA_MAX: '2' };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'], env });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid: child.pid ?? 0,
    port,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

export interface Unusual {
  /** Each commit takes so much longer. */
  commitDelayMs?: number;
  /** Where its clock starts, in epoch milliseconds. */
  startAt?: number;
}

/** Starts the gateway and waits until it answers. */
export async function startMetered(folder: MeteredFolder, unusual: Unusual = {}): Promise<MeteredProcess> {
  const port = await freePort();
  if (Object.values(unusual).every((value) => value === undefined)) {
    const metered = spawnMetered(folder, port);
    await untilHealthy(port);
    return metered;
  }
  const host = startChild<GatewayCall>('gateway-host.ts');
  await host.call({ kind: 'start', dataDir: folder.dataDir, configFile: folder.configFile, port, ...unusual });
  return {
    pid: host.pid,
    port,
    async stop() {
      await host.call({ kind: 'stop' });
      await host.stop();
    },
  };
}

/** A large database may have to be copied and brought to a newer version first. */
const HEALTH_DEADLINE_MS = 300_000;

async function untilHealthy(port: number): Promise<void> {
  const deadline = performance.now() + HEALTH_DEADLINE_MS;
  while (performance.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('The gateway did not start within five minutes.');
}
