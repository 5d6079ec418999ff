/** A gateway in a process of its own, for tests that end it from outside or from within. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataDirAt } from '../../gateway/ops/data-dir.ts';
import { placeTemplate } from './sqlite-template.ts';

export interface GatewayProcess {
  readonly child: ChildProcess;
  /** Base URL, without a slash at the end. */
  readonly url: string;
  /** Resolves with the signal or code that ended the process. */
  readonly ended: Promise<string>;
}

export interface GatewayProcessOptions {
  dataDir: string;
  /** As in a config file. */
  config: unknown;
  /** On a shared database: when the others take it for dead. */
  leaseMs?: number;
  /** Where its clock starts, in epoch milliseconds. */
  startAt?: number;
  /** Variables that the gateway reads. */
  env?: Record<string, string>;
  /** Where the process dies: a fault point, or `point:n`. */
  faultPoint?: string;
}

/** The test build where `npm test` has made one, which starts four times as fast as the sources. */
const HOST = process.env.SOLARIS_TEST_HOST ?? fileURLToPath(new URL('./gateway-process-host.ts', import.meta.url));

/** Starts the gateway and waits until it listens. @throws Error with its output when it does not */
export async function startGatewayProcess({
  dataDir,
  config,
  faultPoint,
  ...options
}: GatewayProcessOptions): Promise<GatewayProcess> {
  if (!('databaseUrl' in Object(config))) await placeTemplate(dataDirAt(dataDir).database);
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', HOST, dataDir, JSON.stringify(config), JSON.stringify(options)],
    {
      // Compiled code is kept between starts: tests start many.
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: join(tmpdir(), 'ia-solaris-compile-cache'),
        ...(faultPoint === undefined ? {} : { SOLARIS_FAULT_POINT: faultPoint }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const ended = once(child, 'exit').then(([code, signal]) => String(signal ?? code));
  let errors = '';
  child.stderr.on('data', (bytes: Buffer) => {
    errors += bytes.toString();
  });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (bytes: Buffer) => {
      output += bytes.toString();
      const match = /^url (\S+)$/m.exec(output);
      if (match?.[1]) resolve(match[1]);
    });
    ended.then((how) => reject(new Error(`The gateway ended (${how}) before it listened: ${errors}`)));
  });
  return { child, url, ended };
}
