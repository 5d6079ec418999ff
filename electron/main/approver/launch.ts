/** Pure: whether a start of the app is about deciding offline. */
import { isAbsolute, resolve } from 'node:path';
import { PACKET_EXTENSION } from './approver.ts';

export const APPROVER_FLAG = '--approver';

/** What the arguments ask for: a packet to open, the approver's page without one, or neither. */
export function approverStart(args: readonly string[], folder: string): { packet: string | null } | null {
  // The program itself comes first; of switches, none is a file.
  const files = args.slice(1).filter((arg) => !arg.startsWith('-') && arg.toLowerCase().endsWith(PACKET_EXTENSION));
  const file = files.at(-1);
  if (file !== undefined) return { packet: isAbsolute(file) ? file : resolve(folder, file) };
  return args.includes(APPROVER_FLAG) ? { packet: null } : null;
}
