/** Checks that nobody has changed, added or removed an entry in the middle of the audit log. */
import { asc, gt } from 'drizzle-orm';
import { readWritten } from '../db/as-written.ts';
import type { Queries } from '../db/database.ts';
import { auditHash, GENESIS, type HashedEntry } from './audit-writer.ts';

/** The hashes of a page are made in one go, and streams wait for them: 3 ms on a slow machine. */
const PAGE = 100;

export type ChainProblem =
  /** Entries are missing before this one, or it was put in. */
  | { kind: 'gap'; seq: number }
  /** The entry does not follow from the one before. */
  | { kind: 'unlinked'; seq: number }
  /** The entry is not what was written. */
  | { kind: 'altered'; seq: number };

export interface ChainReport {
  /** Entries that were checked: all, or those up to the problem. */
  readonly entries: number;
  /** The newest entry. Kept elsewhere, it shows later whether the end of the log was cut off. */
  readonly head: { readonly seq: number; readonly hash: string } | null;
  /** The first problem; null when the chain is whole. */
  readonly problem: ChainProblem | null;
}

/** Reads the whole log in pages, so that it may be of any length. Entries that are written meanwhile are included. */
export async function verifyChain(db: Queries): Promise<ChainReport> {
  const { auditLog } = db.tables;
  let head = { seq: 0, hash: GENESIS };
  let entries = 0;
  const report = (problem: ChainProblem | null): ChainReport => ({
    entries,
    head: entries === 0 ? null : head,
    problem,
  });
  for (;;) {
    const page = await db
      .select()
      .from(auditLog)
      .where(gt(auditLog.seq, head.seq))
      .orderBy(asc(auditLog.seq))
      .limit(PAGE);
    for (const entry of page) {
      const { seq } = entry;
      if (seq !== head.seq + 1) return report({ kind: 'gap', seq });
      if (entry.prevHash !== head.hash) return report({ kind: 'unlinked', seq });
      if (!isProven(head.hash, entry)) return report({ kind: 'altered', seq });
      head = { seq, hash: entry.hash };
      entries += 1;
    }
    if (page.length < PAGE) return report(null);
  }
}

function isProven(prevHash: string, entry: HashedEntry & { hash: string }): boolean {
  if (auditHash(prevHash, entry) === entry.hash) return true;
  const moved = readWritten(entry.details);
  if (moved === null) return false;
  const hashWith = (details: Record<string, unknown>) => auditHash(prevHash, { ...entry, details });
  // What people read must follow from what is proven.
  return hashWith(moved.written) === entry.hash && hashWith(moved.keptOfWritten) === hashWith(moved.kept);
}
