/** The move to another database as a job of a gateway that runs. */
import { and, isNull, ne } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { Job } from '../contract/jobs.ts';
import { ApiError } from '../ops/api-error.ts';
import { dataDirAt } from '../ops/data-dir.ts';
import { ownCommand } from '../ops/own-command.ts';
import { StartError } from '../ops/start-error.ts';
import { BackupError } from './backup-error.ts';
import { migrate, openAtNextStart, readTarget } from './migrate.ts';
import { noteMove } from './pending-move.ts';
import { ownPlace } from './service.ts';
import type { Place } from './transfer-tasks.ts';

/** Longer than any answer that a stop would wait for. */
const DRAIN_MS = 60_000;
const LOOK_MS = 250;

/**
 * Begins the move. Requests are refused while it goes on: what one database counts, the other would not know of. At its
 * end the gateway starts anew with the other database; if it fails, it goes on with this one.
 *
 * @throws ApiError when the place is none, or this gateway may not choose its database
 */
export async function startMove(context: GatewayContext, to: string, operatorId: string): Promise<Job> {
  const { db, settings, jobs, maintenance, mail, restart, clock } = context;
  const dir = dataDirAt(context.dataDir);
  const target = targetOf(to, dir.database);
  const setBy = settings.describe().find(({ key }) => key === 'databaseUrl')?.setBy ?? null;
  if (setBy !== null && !setBy.includes('.env'))
    throw new ApiError(
      409,
      'setting_locked',
      `The database is set by ${setBy}. Stop the gateway and run "${ownCommand()} migrate".`,
    );
  if (db.engine === 'postgres') await refuseOthers(context);
  const params = { to: target.engine };
  const job = await jobs.start({ kind: 'migrate', params, operatorId, slot: null }, async (tools) => {
    maintenance.begin('move');
    await mail.stop();
    try {
      await drained(context, tools.signal);
      const { rows, sums, resumed } = await migrate(ownPlace(context), target, tools);
      const stamp = new Date(clock.now()).toISOString().slice(0, 19).replaceAll(':', '-');
      const result = { engine: target.engine, rows, sums, resumed };
      noteMove(dir, { jobId: tools.id, engine: target.engine, stamp, result });
      openAtNextStart(dir, target);
      return { ...result, restartNeeded: !restart() };
    } catch (error) {
      mail.start();
      maintenance.end();
      if (error instanceof StartError) throw new BackupError('target_refused', error.message, { cause: error });
      throw error;
    }
  });
  if (!job) throw new ApiError(409, 'job_running', 'Another job runs now. Wait for its end, or cancel it.');
  return job;
}

function targetOf(to: string, ownFile: string): Place {
  try {
    const target = readTarget(to);
    if (target.engine === 'sqlite' && target.file !== ownFile)
      throw new BackupError('target_not_possible', `From here the data moves to sqlite:${ownFile} only.`);
    return target;
  } catch (error) {
    if (error instanceof BackupError) throw new ApiError(400, error.code, error.message, 'to');
    throw error;
  }
}

/** Until no request is open: those that are have been let through before. */
async function drained({ db }: GatewayContext, signal: AbortSignal): Promise<void> {
  const { holds } = db.tables;
  // In a transaction, which sees what is committed or fails; a mere read may be a moment behind.
  const open = () => db.tx((tx) => tx.$count(holds));
  for (let waited = 0; (await open()) > 0; waited += LOOK_MS) {
    if (signal.aborted) throw new BackupError('job_cancelled', 'It was cancelled. Nothing was changed.');
    if (waited >= DRAIN_MS)
      throw new BackupError('not_quiet', 'Some requests have not ended for a minute. Try again when it is quiet.');
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** One that has died is noted as stopped within a lease: this gateway watches the others. */
async function refuseOthers({ db, gatewayId }: GatewayContext): Promise<void> {
  const { gateways } = db.tables;
  const others = await db.$count(gateways, and(isNull(gateways.stoppedAt), ne(gateways.id, gatewayId)));
  if (others > 0)
    throw new ApiError(409, 'other_gateways', `${others} more gateways use this database. Stop them first.`);
}
