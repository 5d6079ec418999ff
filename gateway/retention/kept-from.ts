/** From when on all requests are kept one by one. Whoever lists them says so: else it looks as if nothing had happened before. */
import type { Queries, Tx } from '../db/database.ts';
import { idTime } from '../db/ids.ts';
import { readInstallation, writeInstallation } from '../db/installation.ts';

const KEY = 'usage_kept_from';

/** Epoch milliseconds; null while none were deleted. */
export async function usageKeptFrom(db: Queries): Promise<number | null> {
  const value = await readInstallation(db, KEY);
  return value === null ? null : Number(value);
}

/** Whether a usage record that is not there may have been deleted for its age. @param id `req_…` */
export async function isOfDeletedTime(db: Queries, id: string): Promise<boolean> {
  const keptFrom = await usageKeptFrom(db);
  return keptFrom !== null && idTime(id) < keptFrom;
}

/** Written with the first records that go. What was deleted once stays so when more is kept later. */
export async function noteKeptFrom(tx: Tx, at: number): Promise<void> {
  await writeInstallation(tx, KEY, String(Math.max(at, (await usageKeptFrom(tx)) ?? 0)));
}
