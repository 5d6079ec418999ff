/** Whose the answers are that providers keep, and what they bring into the prompts that refer to them. */
import { createHash } from 'node:crypto';
import { and, desc, eq, inArray, lt } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';

export interface KeptAnswers {
  /** Remembers that the upstream keeps these for the user, each with so many tokens. */
  remember(userId: string, ids: readonly string[], tokens: number, upstreamId: string): Promise<void>;
  /**
   * The tokens that these bring along together, and the upstream that keeps the newest of them; null when one of them
   * is not the user's.
   */
  find(userId: string, ids: readonly string[]): Promise<{ tokens: number; upstreamId: string | null } | null>;
}

/** Longer than any provider keeps what nobody refers to. */
const KEPT_MS = 90 * 86_400_000;
const DAY_MS = 86_400_000;

export function createKeptAnswers({ db, clock }: GatewayContext): KeptAnswers {
  const { keptAnswers } = db.tables;
  let cleanedAt = 0;

  return {
    async remember(userId, ids, tokens, upstreamId) {
      const updatedAt = clock.now();
      const rows = [...new Set(ids)].map((id) => ({ idHash: hashOf(id), userId, tokens, upstreamId, updatedAt }));
      if (rows.length === 0) return;
      await db.ledger.keep(rows);
      if (updatedAt - cleanedAt < DAY_MS) return;
      cleanedAt = updatedAt;
      await db.delete(keptAnswers).where(lt(keptAnswers.updatedAt, updatedAt - KEPT_MS));
    },
    async find(userId, ids) {
      const hashes = [...new Set(ids.map(hashOf))];
      const rows = await db
        .select({ tokens: keptAnswers.tokens, upstreamId: keptAnswers.upstreamId })
        .from(keptAnswers)
        .where(and(inArray(keptAnswers.idHash, hashes), eq(keptAnswers.userId, userId)))
        .orderBy(desc(keptAnswers.updatedAt));
      if (rows.length !== hashes.length) return null;
      return { tokens: rows.reduce((sum, { tokens }) => sum + tokens, 0), upstreamId: rows[0]?.upstreamId ?? null };
    },
  };
}

/** Ids are as good as keys to what they name, so they are not kept as they are. */
function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}
