/** Who has a port: a gateway of ours, or another program, as far as it can be found out. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const PROBE_TIMEOUT_MS = 1_000;

/**
 * Names who listens on a TCP port of this machine, for an error message.
 *
 * @returns such as `another IA Solaris gateway` or `nginx (process 812)`; null when it cannot be told
 */
export async function findPortOwner(host: string, port: number): Promise<string | null> {
  const program = findProgram(port);
  const ours = await isGateway(host, port);
  if (ours) return `another IA Solaris gateway${program ? `, ${program}` : ''}`;
  return program;
}

async function isGateway(host: string, port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://${host}:${port}/health`, {
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
      redirect: 'manual',
    });
    return (await response.text()).includes('ia-solaris');
  } catch {
    return false;
  }
}

/** Linux only: from the port to its socket's inode, from there to the process that has it open. */
function findProgram(port: number): string | null {
  try {
    const inode = ['/proc/net/tcp', '/proc/net/tcp6']
      .map((table) => listeningInode(table, port))
      .find((found) => found !== null);
    if (inode === undefined || inode === null) return null;
    const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && hasSocket(name, inode));
    return pid ? `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (process ${pid})` : null;
  } catch {
    return null;
  }
}

function listeningInode(table: string, port: number): string | null {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (local?.endsWith(suffix) && state === '0A' && inode) return inode;
  }
  return null;
}

function hasSocket(pid: string, inode: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((fd) => linkOf(`${folder}/${fd}`) === `socket:[${inode}]`);
  } catch {
    return false;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
