/** Service keys of a start-up source: kept as hashes, like all keys. */
import { eq, inArray } from 'drizzle-orm';
import { newId } from '../db/ids.ts';
import { hashKey, hintOf } from '../keys/key-hash.ts';
import { type Applying, auditApplied } from './applying.ts';
import type { ServiceKeyDeclaration } from './declarations.ts';

export async function applyServiceKeys(applying: Applying, declared: readonly ServiceKeyDeclaration[]): Promise<void> {
  if (declared.length === 0) return;
  const { context, tx, source, problems } = applying;
  const { keys } = tx.tables;
  const hashes = declared.map(({ key }) => hashKey(key));
  const present = new Map(
    (await tx.select().from(keys).where(inArray(keys.hash, hashes))).map((row) => [row.hash, row]),
  );
  const now = context.clock.now();
  for (const [index, { name, key }] of declared.entries()) {
    const hash = hashKey(key);
    const row = present.get(hash);
    if (!row) {
      const id = newId('key', now);
      await tx
        .insert(keys)
        .values({ id, kind: 'service', name, hash, hint: hintOf(key), source: source.kind, createdAt: now });
      await auditApplied(applying, 'key.created', { kind: 'key', id }, []);
    } else if (row.kind !== 'service') {
      problems.push(`$.serviceKeys[${index}].key is a personal key; make a new one.`);
    } else if (row.revokedAt !== null) {
      // Whoever revoked it meant it: a file that was forgotten must not bring it back.
      context.log.warn(
        { keyId: row.id },
        `The service key "${name}" was revoked and stays so; take it out of the configuration`,
      );
    } else if (row.name !== name) {
      await tx.update(keys).set({ name }).where(eq(keys.id, row.id));
      await auditApplied(applying, 'key.changed', { kind: 'key', id: row.id }, ['name']);
    }
  }
}
