import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { openSqlite } from '../../gateway/db/sqlite.ts';
import { temporaryDir } from '../support/build.ts';
import { ledgerHistories } from '../support/ledger-histories.ts';
import { placeTemplate } from '../support/sqlite-template.ts';

const migrationsFolder = fileURLToPath(new URL('../../resources/migrations/sqlite', import.meta.url));

ledgerHistories('SQLite', async (t) => {
  const folder = temporaryDir(t);
  const [file, copy] = [join(folder, 'solaris.db'), join(folder, 'kept.db')];
  await placeTemplate(file);
  const threads = new Set<Worker>();
  const watch = (thread: Worker) => {
    threads.add(thread);
    thread.once('exit', () => threads.delete(thread));
  };
  process.on('worker', watch);
  t.after(() => process.off('worker', watch));
  return {
    open: () => openSqlite({ file, migrationsFolder, gatewayId: 'gtw_test' }),
    // The thread of the connection ends wherever it is, as with the process.
    crash: async () => void (await Promise.all([...threads].map((thread) => thread.terminate()))),
    keep: async () => copyFileSync(file, copy),
    async bringBack() {
      for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
      copyFileSync(copy, file);
    },
  };
});
