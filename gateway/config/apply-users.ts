/** Users of a start-up source, by e-mail. */
import { eq, inArray, like } from 'drizzle-orm';
import { searchTextOf } from '../accounts/search-text.ts';
import type { GatewayContext } from '../context.ts';
import { newId } from '../db/ids.ts';
import { limitFields } from './apply-plans.ts';
import { type Applying, auditApplied, differing } from './applying.ts';
import type { UserDeclaration } from './declarations.ts';

const CHUNK = 500;
/** Credits that were promised with a user's creation, until the ledger has them. */
const PENDING = 'pending_credits:';

export async function applyUsers(applying: Applying, declared: readonly UserDeclaration[]): Promise<void> {
  if (declared.length === 0) return;
  const { context, tx, problems } = applying;
  const { users, plans, installation } = tx.tables;
  const known = new Set((await tx.select({ id: plans.id }).from(plans)).map(({ id }) => id));
  const now = context.clock.now();
  for (let start = 0; start < declared.length; start += CHUNK) {
    const chunk = declared.slice(start, start + CHUNK);
    const emails = chunk.map(({ email }) => email);
    const rows = await tx.select().from(users).where(inArray(users.email, emails));
    const present = new Map(rows.map((row) => [row.email, row]));
    for (const [offset, { email, name, plan, monthlyLimit, credits }] of chunk.entries()) {
      if (plan !== undefined && !known.has(plan)) {
        problems.push(`$.users[${start + offset}].plan names no plan; there are ${[...known].join(', ')}.`);
        continue;
      }
      const row = present.get(email);
      const wished = { name, planId: plan, ...limitFields(monthlyLimit) };
      if (row) {
        const changed = differing(row, wished);
        if (Object.keys(changed).length === 0) continue;
        await tx
          .update(users)
          .set({ ...changed, searchText: searchTextOf({ ...row, ...changed }), updatedAt: now })
          .where(eq(users.id, row.id));
        await auditApplied(applying, 'user.changed', { kind: 'user', id: row.id }, Object.keys(changed));
        continue;
      }
      const id = newId('usr', now);
      const made = { ...wished, id, email, name: name ?? email.slice(0, email.indexOf('@')), planId: plan ?? 'basic' };
      await tx.insert(users).values({ ...made, searchText: searchTextOf(made), createdAt: now, updatedAt: now });
      await auditApplied(applying, 'user.created', { kind: 'user', id }, [], { email });
      if (credits) await tx.insert(installation).values({ key: PENDING + id, value: String(credits) });
    }
  }
}

/**
 * Grants what users were promised when they were made. A note that survives a crash, and an entry id that the ledger
 * takes once, make it happen exactly once.
 */
export async function grantPendingCredits({ db, clock, calendar }: GatewayContext): Promise<void> {
  const { installation } = db.tables;
  const pending = await db
    .select()
    .from(installation)
    .where(like(installation.key, `${PENDING}%`));
  for (const { key, value } of pending) {
    const userId = key.slice(PENDING.length);
    const at = clock.now();
    await db.ledger.move({
      entryId: `led_declared_${userId}`,
      userId,
      kind: 'grant',
      tokens: Number(value),
      at,
      period: calendar().period(at).id,
      reason: 'Credits of the configuration',
      operatorId: null,
    });
    await db.delete(installation).where(eq(installation.key, key));
  }
}
