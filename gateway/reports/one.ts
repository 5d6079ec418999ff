/** One row of the long lists, by its id: where a link leads, whatever page it stands on. */
import { eq } from 'drizzle-orm';
import type { ListedRefusal, ListedUsage } from '../contract/reports.ts';
import type { Queries } from '../db/database.ts';
import { userNames } from '../identity/names.ts';
import { ApiError } from '../ops/api-error.ts';
import { isOfDeletedTime } from '../retention/kept-from.ts';
import { toRefusal, toUsageRecord } from './rows.ts';

/** @throws ApiError 404 */
export async function findUsage(db: Queries, id: string): Promise<ListedUsage> {
  const { usageRecords } = db.tables;
  const [row] = await db.select().from(usageRecords).where(eq(usageRecords.id, id));
  if (!row) {
    if (await isOfDeletedTime(db, id)) {
      throw new ApiError(404, 'usage_not_kept', 'Requests of that time are no longer kept one by one.');
    }
    throw new ApiError(404, 'usage_not_found', 'There is no usage record with this id.');
  }
  const names = await userNames(db, [row.userId]);
  return { ...toUsageRecord(row), userName: names.get(row.userId) ?? null };
}

/** @throws ApiError 404 */
export async function findRefusal(db: Queries, id: string): Promise<ListedRefusal> {
  const { refusals } = db.tables;
  const [row] = await db.select().from(refusals).where(eq(refusals.id, id));
  if (!row) throw new ApiError(404, 'refusal_not_found', 'There is no refused request with this id.');
  const names = await userNames(db, [row.userId]);
  return { ...toRefusal(row), userName: (row.userId === null ? undefined : names.get(row.userId)) ?? null };
}
