/** The main thread's end of a transfer. */
import { Worker } from 'node:worker_threads';
import { StartError } from '../ops/start-error.ts';
import { BackupError } from './backup-error.ts';
import type { Progress } from './steps.ts';
import type { TransferReply, TransferResults, TransferTask } from './transfer-tasks.ts';

export interface TransferOptions {
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the work at the next page of rows. */
  readonly signal?: AbortSignal;
}

/**
 * Does a task on a thread of its own.
 *
 * @throws BackupError, StartError where a database cannot be used, or an Error with the sentence of what went wrong
 */
export function runTransfer<Kind extends TransferTask['kind']>(
  task: Extract<TransferTask, { kind: Kind }>,
  { onProgress, signal }: TransferOptions = {},
): Promise<TransferResults[Kind]> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./transfer-worker.${extension}`, import.meta.url), {
    workerData: task,
    resourceLimits: { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 512 },
  });
  return new Promise((resolve, reject) => {
    const cancel = () => worker.postMessage('cancel');
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
    worker.on('message', (reply: TransferReply) => {
      if (reply.kind === 'progress') onProgress?.(reply.progress);
      else if (reply.kind === 'done') resolve(reply.result as TransferResults[Kind]);
      else reject(asError(reply));
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      signal?.removeEventListener('abort', cancel);
      reject(new Error('The thread that copies has ended without an answer.'));
    });
  });
}

function asError({ code, exitCode, message, cause }: Extract<TransferReply, { kind: 'failed' }>): Error {
  if (exitCode !== null) return new StartError(exitCode, message, { cause });
  return code === null ? new Error(message, { cause }) : new BackupError(code, message, { cause });
}
