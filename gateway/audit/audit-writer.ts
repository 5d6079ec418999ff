/** Writes the audit log: append-only, each entry's hash covers the one before. */
import { createHash } from 'node:crypto';
import { desc } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { ActorKind } from '../db/json-columns.ts';
import { storableJson, storableText } from '../db/storable.ts';
import type { Clock } from '../ops/clock.ts';

export interface Actor {
  readonly kind: ActorKind;
  readonly id: string | null;
}

export const SYSTEM: Actor = { kind: 'system', id: null };

export interface AuditEntry {
  actor: Actor;
  /** `<thing>.<verb>`, such as `user.suspended`. */
  action: string;
  target?: { kind: string; id: string };
  /** Ids, numbers, names of settings. Never personal data, never secrets. */
  details?: Record<string, unknown>;
  /** What the entry tells of a person (e-mail, name, address, free text); erased with the person. */
  personal?: { subjectId: string | null; data: Record<string, unknown> };
}

export interface AuditWriter {
  /** Appends inside the caller's transaction, so that an act and its entry stand or fall together. @returns the entry's id */
  write(tx: Tx, entry: AuditEntry): Promise<string>;
}

export interface HashedEntry {
  seq: number;
  id: string;
  at: number;
  actorKind: string;
  actorId: string | null;
  action: string;
  targetKind: string | null;
  targetId: string | null;
  details: Record<string, unknown>;
}

/** Hash of the chain's start. */
export const GENESIS = '0'.repeat(64);

/** SHA-256, hex, over the previous hash and the entry in canonical JSON (sorted keys). */
export function auditHash(prevHash: string, entry: HashedEntry): string {
  const { seq, id, at, actorKind, actorId, action, targetKind, targetId, details } = entry;
  const canonical = JSON.stringify([
    prevHash,
    seq,
    id,
    at,
    actorKind,
    actorId,
    action,
    targetKind,
    targetId,
    sorted(details),
  ]);
  return createHash('sha256').update(canonical).digest('hex');
}

export function createAuditWriter(clock: Clock): AuditWriter {
  return {
    async write(tx, entry) {
      const { auditLog, auditPersonal } = tx.tables;
      const [last] = await tx
        .select({ seq: auditLog.seq, hash: auditLog.hash })
        .from(auditLog)
        .orderBy(desc(auditLog.seq))
        .limit(1);
      const at = clock.now();
      const hashed: HashedEntry = {
        seq: (last?.seq ?? 0) + 1,
        id: newId('aud', at),
        at,
        actorKind: entry.actor.kind,
        actorId: textOf(entry.actor.id),
        action: entry.action,
        targetKind: entry.target?.kind ?? null,
        targetId: textOf(entry.target?.id ?? null),
        details: asKept(entry.details ?? {}),
      };
      const prevHash = last?.hash ?? GENESIS;
      await tx
        .insert(auditLog)
        .values({ ...hashed, actorKind: entry.actor.kind, prevHash, hash: auditHash(prevHash, hashed) });
      if (entry.personal) {
        const { subjectId, data } = entry.personal;
        await tx.insert(auditPersonal).values({ auditId: hashed.id, subjectId, data: asKept(data) });
      }
      return hashed.id;
    },
  };
}

/**
 * As it will be read back, from whatever engine: what JSON cannot hold (a Date, undefined), and what Postgres cannot keep
 * of texts, must not be in the hash either.
 */
function asKept(value: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(storableJson(JSON.stringify(value)));
}

function textOf(id: string | null): string | null {
  return id === null ? null : storableText(id);
}

/** Key order must not matter: Postgres' jsonb does not keep it. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
