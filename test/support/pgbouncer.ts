/** A real PgBouncer in its mode `transaction`, where this machine has one. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './ports.ts';

export interface PgBouncer {
  /** The server's URL, through it. */
  readonly url: string;
  close(): Promise<void>;
}

/** The reason to skip tests that need one; false where there is one. */
export const noPgBouncer: string | false =
  spawnSync('pgbouncer', ['--version']).status === 0 ? false : 'pgbouncer is not installed here';

/** Starts one in front of the server; all clients share `sessions` of its sessions. */
export async function startPgBouncer(serverUrl: string, sessions = 3): Promise<PgBouncer> {
  const { hostname, port, username, password, pathname } = new URL(serverUrl);
  const folder = mkdtempSync(join(tmpdir(), 'ia-solaris-pgbouncer-'));
  chmodSync(folder, 0o755);
  const ownPort = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(
    file,
    `[databases]
* = host=${hostname} port=${port} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${ownPort}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${sessions}
server_round_robin = 1
`,
  );
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn('pgbouncer', [...user, file], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const url = new URL(serverUrl);
  url.port = String(ownPort);
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let attempt = 0; attempt < 6_000 && child.exitCode === null; attempt++) {
    const client = new pg.Client({ connectionString: url.href });
    try {
      await client.connect();
      await client.query(`SELECT '${pathname}'`);
      await client.end();
      return { url: url.href, close };
    } catch {
      await client.end().catch(() => undefined);
      await pause(10);
    }
  }
  await close();
  throw new Error('The tests’ PgBouncer does not start.');
}
