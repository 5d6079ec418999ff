/** Service keys of a start-up source: kept as hashes, like all keys. */
import { and, eq, inArray, ne } from 'drizzle-orm';
import { searchTextOf } from '../accounts/search-text.ts';
import { newId } from '../db/ids.ts';
import { hashKey, hintOf } from '../keys/key-hash.ts';
import { type Applying, auditApplied, differing } from './applying.ts';
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
  for (const [index, { name, key, chargeUnnamedTo }] of declared.entries()) {
    const hash = hashKey(key);
    const row = present.get(hash);
    if (row && row.kind !== 'service') {
      problems.push(`$.serviceKeys[${index}].key is a personal key; make a new one.`);
      continue;
    }
    if (row && row.revokedAt !== null) {
      // Whoever revoked it meant it: a file that was forgotten must not bring it back.
      context.log.warn(
        { keyId: row.id },
        `The service key "${name}" was revoked and stays so; take it out of the configuration`,
      );
      continue;
    }
    const unnamedUserId = chargeUnnamedTo == null ? chargeUnnamedTo : await serviceAccount(applying, chargeUnnamedTo);
    if (!row) {
      const id = newId('key', now);
      const made = { id, kind: 'service', name, hash, hint: hintOf(key), unnamedUserId } as const;
      await tx.insert(keys).values({ ...made, source: source.kind, createdAt: now });
      await auditApplied(applying, 'key.created', { kind: 'key', id }, []);
      continue;
    }
    const changed = differing(row, { name, unnamedUserId });
    if (Object.keys(changed).length === 0) continue;
    await tx.update(keys).set(changed).where(eq(keys.id, row.id));
    await auditApplied(applying, 'key.changed', { kind: 'key', id: row.id }, Object.keys(changed));
  }
}

/** The id of the service account with this name; it is made where there is none. */
async function serviceAccount(applying: Applying, name: string): Promise<string> {
  const { context, tx } = applying;
  const { users } = tx.tables;
  const [known] = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.kind, 'service'), eq(users.name, name), ne(users.status, 'deleted')))
    .orderBy(users.id)
    .limit(1);
  if (known) return known.id;
  const now = context.clock.now();
  const id = newId('usr', now);
  const searchText = searchTextOf({ name, email: null });
  await tx
    .insert(users)
    .values({ id, kind: 'service', name, searchText, planId: 'basic', createdAt: now, updatedAt: now });
  await auditApplied(applying, 'user.created', { kind: 'user', id }, [], { name });
  return id;
}
