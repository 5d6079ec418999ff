/**
 * A thread that reads, packs and fills databases, so that streams do not wait for it; begun for one task, and gone after.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { MoveTarget, RowSource } from '../db/transfer.ts';
import { dropUnmarkedDraft } from '../db/transfer-sqlite.ts';
import { giveWay } from '../ops/give-way.ts';
import { StartError } from '../ops/start-error.ts';
import { BackupError } from './backup-error.ts';
import { loadArchive } from './load-archive.ts';
import { completeMove, move } from './move.ts';
import { openMoveTarget, openSource } from './places.ts';
import { createSteps, type Progress } from './steps.ts';
import type { MoveTask, TransferReply, TransferTask } from './transfer-tasks.ts';
import { writeArchive } from './write-archive.ts';

/** People look at it: more often is of no use. */
const PROGRESS_EVERY_MS = 200;

const port = parentPort;
if (!port) throw new Error('transfer-worker runs as a worker thread only');

giveWay();

const cancelled = new AbortController();
port.on('message', () => cancelled.abort());

let told: Progress | null = null;
let toldAt = 0;
const steps = createSteps((progress) => {
  const now = performance.now();
  if (told?.phase === progress.phase && now - toldAt < PROGRESS_EVERY_MS) return;
  told = progress;
  toldAt = now;
  reply({ kind: 'progress', progress });
}, cancelled.signal);

async function run(task: TransferTask): Promise<unknown> {
  switch (task.kind) {
    case 'dump': {
      const source = await openSource(task.from);
      try {
        return await writeArchive(task.file, source, task.facts, steps);
      } finally {
        await source.close();
      }
    }
    case 'load':
      await loadArchive(task, steps);
      return null;
    case 'move':
      if (task.to.engine === 'sqlite') dropUnmarkedDraft(task.to.file);
      return withBoth(task, (source, target) => move(source, target, steps));
    case 'complete':
      return withBoth(task, async (source, target) => {
        await completeMove(source, target);
        return null;
      });
  }
}

async function withBoth<T>(
  { from, to, migrationsDir }: MoveTask,
  work: (source: RowSource, target: MoveTarget) => Promise<T>,
): Promise<T> {
  const source = await openSource(from);
  try {
    const target = await openMoveTarget(to, migrationsDir);
    try {
      return await work(source, target);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

function reply(message: TransferReply): void {
  port?.postMessage(message);
}

try {
  reply({ kind: 'done', result: await run(workerData as TransferTask) });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error ? (error.stack ?? message) : message;
  const code = error instanceof BackupError ? error.code : null;
  const exitCode = error instanceof StartError ? error.exitCode : null;
  reply({ kind: 'failed', code, exitCode, message, cause });
}
port.close();
