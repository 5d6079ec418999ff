/** The jobs of this capability, as operators begin them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { Job } from '../contract/jobs.ts';
import { ApiError } from '../ops/api-error.ts';
import { dataDirAt } from '../ops/data-dir.ts';
import { verifyDatabase, verifyPostgres } from '../ops/verify.ts';
import { isBackupName } from './backup-files.ts';
import { proveBackup } from './make-backup.ts';
import { noteRestore } from './pending-restore.ts';
import { prepareRestore } from './restore.ts';
import { backUpNow, backupFolder, ownPlace, sqliteMigrations } from './service.ts';

/** An operator who begins a job, and who the audit log names for it: themselves or their token. */
interface Beginner {
  readonly operatorId: string;
  readonly actor: Actor;
}

/** Begins a backup. @throws ApiError 409 while another job runs */
export function startBackup(context: GatewayContext, { operatorId, actor }: Beginner): Promise<Job> {
  return begin(context, { kind: 'backup', params: {}, operatorId }, (tools) =>
    backUpNow(context, 'manual', tools, actor),
  );
}

/** Begins a test restore of a backup: into a throw-away database, whose books are checked. */
export function startProof(context: GatewayContext, name: string, operatorId: string): Promise<Job> {
  const file = backupPath(context, name);
  return begin(context, { kind: 'verify', params: { name }, operatorId }, async (tools) => {
    const folder = mkdtempSync(join(tmpdir(), 'ia-solaris-verify-'));
    try {
      const { report } = await proveBackup(file, sqliteMigrations(), tools, join(folder, 'test.db'));
      return { ...report };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** Begins a check of the books of the database itself, on one unchanging state of it. */
export function startVerify(context: GatewayContext, operatorId: string): Promise<Job> {
  return begin(context, { kind: 'verify', params: {}, operatorId }, async (tools) => {
    tools.onProgress({ phase: 'check', done: 0, total: 0 });
    const place = ownPlace(context);
    return { ...(place.engine === 'sqlite' ? await verifyDatabase(place.file) : await verifyPostgres(place.url)) };
  });
}

/**
 * Begins a restore. The gateway serves while the backup is proven; then it goes into maintenance and starts anew with
 * the restored data.
 */
export async function startRestore(
  context: GatewayContext,
  name: string,
  withoutSecrets: boolean,
  { operatorId, actor }: Beginner,
): Promise<Job> {
  const { db, clock, audit, secrets, maintenance, restart } = context;
  if (db.engine !== 'sqlite') {
    throw new ApiError(
      409,
      'restore_by_command',
      'A backup cannot be restored into Postgres in one step. Restore it into a SQLite data directory, then run "ia-solaris migrate --to postgres://…".',
    );
  }
  const file = backupPath(context, name);
  const dir = dataDirAt(context.dataDir);
  return begin(context, { kind: 'restore', params: { name }, operatorId }, async (tools) => {
    const order = { file, dir, secrets, withoutSecrets, migrationsFolder: sqliteMigrations() };
    const manifest = await prepareRestore(order, tools);
    tools.onProgress({ phase: 'switch', done: 0, total: 0 });
    await db.tx((tx) =>
      audit.write(tx, {
        actor,
        action: 'backup.restore_begun',
        details: { name, jobId: tools.id },
      }),
    );
    maintenance.begin('restore');
    const { secretKey, createdAt: backupAt } = manifest;
    noteRestore(dir, { jobId: tools.id, name, backupAt, requestedAt: clock.now(), operatorId, secretKey });
    const restarts = restart();
    return { name, backupAt, restartNeeded: !restarts };
  });
}

/** The path of a backup in the folder. @throws ApiError 404 when the name is none of a backup */
export function backupPath(context: GatewayContext, name: string): string {
  if (!isBackupName(name)) throw new ApiError(404, 'backup_not_found', 'There is no backup of this name.');
  return join(backupFolder(context), name);
}

async function begin(
  { jobs }: GatewayContext,
  order: { kind: Job['kind']; params: Record<string, unknown>; operatorId: string },
  work: Parameters<GatewayContext['jobs']['start']>[1],
): Promise<Job> {
  const job = await jobs.start({ ...order, slot: null }, work);
  if (!job) throw new ApiError(409, 'job_running', 'Another job runs now. Wait for its end, or cancel it.');
  return job;
}
