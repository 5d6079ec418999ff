/**
 * What a run deletes is counted where it deletes it, so that the audit log tells of every record that went: also of those
 * of a run whose gateway died.
 */
import { eq } from 'drizzle-orm';
import { type AuditWriter, SYSTEM } from '../audit/audit-writer.ts';
import type { Tx } from '../db/database.ts';
import { readInstallation, writeInstallation } from '../db/installation.ts';
import type { CutOff } from './cut-off.ts';

const KEY = 'usage_deletion';

interface Count {
  readonly jobId: string;
  /** Records that began before this day are gone. */
  readonly before: string;
  readonly records: number;
}

/** Adds to what the run has deleted so far. */
export async function addDeleted(tx: Tx, jobId: string, { day }: CutOff, records: number): Promise<void> {
  const before = await readCount(tx);
  const count: Count = { jobId, before: day, records: (before?.records ?? 0) + records };
  await writeInstallation(tx, KEY, JSON.stringify(count));
}

/** Ends the count with an entry in the audit log; nothing where nothing was deleted. */
export async function auditDeleted(tx: Tx, audit: AuditWriter): Promise<void> {
  const { installation } = tx.tables;
  const count = await readCount(tx);
  if (!count) return;
  const { jobId, before, records } = count;
  await audit.write(tx, {
    actor: SYSTEM,
    action: 'usage.deleted',
    target: { kind: 'job', id: jobId },
    details: { records, before },
  });
  await tx.delete(installation).where(eq(installation.key, KEY));
}

async function readCount(tx: Tx): Promise<Count | null> {
  const value = await readInstallation(tx, KEY);
  return value === null ? null : (JSON.parse(value) as Count);
}
