/** A move of a gateway that runs ends with its next start, which finds itself in the other database and says so there. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { SYSTEM } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { DataDir } from '../ops/data-dir.ts';
import { putAside } from './migrate.ts';

const noteSchema = z.object({
  jobId: z.string(),
  engine: z.enum(['sqlite', 'postgres']),
  stamp: z.string(),
  result: z.record(z.string(), z.unknown()),
});

function noteFile({ path }: DataDir): string {
  return join(path, 'moved.json');
}

/** Writes down that everything has moved, for the next start. */
export function noteMove(dir: DataDir, note: z.infer<typeof noteSchema>): void {
  const draft = `${noteFile(dir)}.partial`;
  writeFileSync(draft, JSON.stringify(note), { mode: 0o600, flush: true });
  renameSync(draft, noteFile(dir));
}

/** Ends the job in the database that was moved to, and puts the old one aside. */
export async function recordMove(dir: DataDir, { db, audit, clock }: GatewayContext): Promise<void> {
  let text: string;
  try {
    text = readFileSync(noteFile(dir), 'utf8');
  } catch {
    return;
  }
  const { jobId, engine, stamp, result } = noteSchema.parse(JSON.parse(text));
  // The start did not follow: something else still names the old database.
  if (engine !== db.engine) return;
  const aside = engine === 'postgres' ? putAside(dir, stamp) : null;
  const { jobs } = db.tables;
  await db.tx(async (tx) => {
    const ended = { status: 'done' as const, result: { ...result, aside }, errorCode: null, errorMessage: null };
    await tx
      .update(jobs)
      .set({ ...ended, leaseUntil: null, endedAt: clock.now() })
      .where(eq(jobs.id, jobId));
    await audit.write(tx, { actor: SYSTEM, action: 'database.moved', details: { jobId, engine, ...result } });
  });
  rmSync(noteFile(dir), { force: true });
}
