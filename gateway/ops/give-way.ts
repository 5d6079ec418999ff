/** Threads whose work can wait, beside the one that carries the streams. */
import { readlinkSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';

/** Leaves it a quarter of a core that both want: an operator hardly waits longer, and no stream waits. */
const LOWER_BY = 5;

/**
 * Lets this thread wait where another of the process wants the core. Call on the thread itself. Only Linux ranks threads;
 * elsewhere, and where it is forbidden, nothing changes.
 */
export function giveWay(): void {
  if (process.platform !== 'linux') return;
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, Math.min(getPriority(thread) + LOWER_BY, constants.priority.PRIORITY_LOW));
  } catch {
    // The thread works as well at the rank that it has.
  }
}
