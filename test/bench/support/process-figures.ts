/** What the system says of a process. Null where there is no `/proc`. */
import { readFileSync } from 'node:fs';

/** Clock ticks a second in `/proc/<pid>/stat`: fixed at 100 by Linux's interface. */
const TICKS_PER_SECOND = 100;

/** Resident memory in bytes. */
export function residentBytes(pid: number): number | null {
  const line = /VmRSS:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return line === undefined ? null : Number(line) * 1024;
}

/** CPU time used so far by all threads, in microseconds. */
export function cpuMicros(pid: number): number | null {
  const fields = read(`/proc/${pid}/stat`)?.split(') ')[1]?.split(' ');
  if (!fields) return null;
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return ((user + system) / TICKS_PER_SECOND) * 1e6;
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
