/**
 * A restore of a gateway that runs ends with its next start: the proven database lies beside the data, a note says that
 * it is to take its place, and whoever starts next carries it out, before the database is opened.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SYSTEM } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { DataDir } from '../ops/data-dir.ts';
import { installKey, restoredDatabase, switchDatabase } from './restore.ts';

const noteSchema = z.object({
  jobId: z.string(),
  name: z.string(),
  /** When the backup was made, and when it was asked for; epoch milliseconds. */
  backupAt: z.number().int(),
  requestedAt: z.number().int(),
  operatorId: z.string().nullable(),
  secretKey: z.string().nullable(),
  /** Where the data from before is kept; set once it has changed places. */
  aside: z.string().nullable().optional(),
});
type Note = z.infer<typeof noteSchema>;

function noteFile({ path }: DataDir): string {
  return join(path, 'restore.json');
}

/** Writes the note. The database must be proven and wait beside the data. */
export function noteRestore(dir: DataDir, note: Note): void {
  const draft = `${noteFile(dir)}.partial`;
  writeFileSync(draft, JSON.stringify(note), { mode: 0o600, flush: true });
  renameSync(draft, noteFile(dir));
}

/** Carries out what is noted. The caller holds the data directory's lock, and nobody has its database open. */
export async function carryOutRestore(dir: DataDir): Promise<void> {
  const note = readNote(dir);
  if (note === null || note.aside !== undefined || !existsSync(restoredDatabase(dir))) return;
  const stamp = new Date(note.requestedAt).toISOString().slice(0, 19).replaceAll(':', '-');
  if (note.secretKey !== null) installKey(dir, note.secretKey, stamp);
  const aside = await switchDatabase(dir, restoredDatabase(dir), stamp);
  noteRestore(dir, { ...note, secretKey: null, aside });
}

/** Enters a restore that was carried out into the restored database, so that it can be found there; then forgets it. */
export async function recordRestore(dir: DataDir, context: GatewayContext): Promise<void> {
  const note = readNote(dir);
  if (note === null) return;
  const { db, audit, clock, gatewayId } = context;
  const { jobs } = db.tables;
  const { jobId, name, backupAt, requestedAt, operatorId, aside = null } = note;
  await db.tx(async (tx) => {
    const made = await tx
      .insert(jobs)
      .values({
        id: jobId,
        kind: 'restore',
        status: 'done',
        origin: 'operator',
        params: { name },
        result: { name, backupAt, aside },
        operatorId,
        gatewayId,
        createdAt: requestedAt,
        endedAt: clock.now(),
      })
      .onConflictDoNothing()
      .returning({ id: jobs.id });
    if (made.length > 0)
      await audit.write(tx, { actor: SYSTEM, action: 'backup.restored', details: { name, backupAt, jobId, aside } });
  });
  rmSync(noteFile(dir), { force: true });
}

function readNote(dir: DataDir): Note | null {
  let text: string;
  try {
    text = readFileSync(noteFile(dir), 'utf8');
  } catch {
    return null;
  }
  const parsed = noteSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}
