/** What a new installation needs before anybody can use it: a service key and an owner. */
import { count, eq } from 'drizzle-orm';
import { SYSTEM } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import { newId } from '../db/ids.ts';
import { newServiceKey } from '../keys/key-hash.ts';
import { insertKey } from '../keys/queries.ts';
import { applyOperators, type IssuedPassword } from './apply-operators.ts';
import { DEFAULT_OWNER } from './environment-declarations.ts';

/** Secrets that were made just now. Only their hashes are kept, so this is the one moment to show them. */
export interface IssuedSecrets {
  /** LibreChat's key. */
  readonly serviceKey: string | null;
  readonly passwords: readonly IssuedPassword[];
}

/** Makes a service key and an owner where there has never been one. */
export async function makeFirstSecrets(context: GatewayContext): Promise<IssuedSecrets> {
  const { db } = context;
  const { operators } = db.tables;
  const serviceKey = await makeFirstServiceKey(context);
  const [row] = await db.select({ operators: count() }).from(operators);
  const owner = row?.operators === 0 ? [{ email: DEFAULT_OWNER, role: 'owner' as const }] : [];
  return { serviceKey, passwords: await applyOperators(context, owner, { name: 'the first start' }) };
}

async function makeFirstServiceKey({ db, clock, audit }: GatewayContext): Promise<string | null> {
  const { keys } = db.tables;
  const [row] = await db.select({ keys: count() }).from(keys).where(eq(keys.kind, 'service'));
  if (row && row.keys > 0) return null;
  const { secret, hash, hint } = newServiceKey();
  const now = clock.now();
  const id = newId('key', now);
  await db.tx(async (tx) => {
    await insertKey(tx, { id, kind: 'service', name: 'librechat', hash, hint, source: 'console', createdAt: now });
    await audit.write(tx, {
      actor: SYSTEM,
      action: 'key.created',
      target: { kind: 'key', id },
      details: { kind: 'service' },
    });
  });
  return secret;
}
