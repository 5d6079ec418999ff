/** Who this installation is, and the key that it signs packets with. Made when they are first needed. */
import { inArray } from 'drizzle-orm';
import { z } from 'zod';
import type { GatewayContext } from '../context.ts';
import { newId } from '../db/ids.ts';
import type { Sealed } from '../db/json-columns.ts';
import { type KeyPair, newKeyPair, privateKeyPem, readPrivateKey } from './signing.ts';

export interface Installation {
  readonly id: string;
  readonly key: KeyPair;
}

const ID = 'id';
const KEY = 'packet_key';
const sealedSchema: z.ZodType<Sealed> = z.object({ sealedBy: z.string(), box: z.string() });

export async function installationOf({
  db,
  clock,
  secrets,
}: Pick<GatewayContext, 'db' | 'clock' | 'secrets'>): Promise<Installation> {
  const { installation } = db.tables;
  const read = () =>
    db
      .select()
      .from(installation)
      .where(inArray(installation.key, [ID, KEY]));
  let rows = await read();
  if (rows.length < 2) {
    const sealed = await secrets.seal(privateKeyPem(newKeyPair().privateKey));
    await db
      .insert(installation)
      .values([
        { key: ID, value: newId('ins', clock.now()) },
        { key: KEY, value: JSON.stringify(sealed) },
      ])
      // Another call, or another gateway, may have been faster: its values stand.
      .onConflictDoNothing();
    rows = await read();
  }
  const values = new Map(rows.map(({ key, value }) => [key, value]));
  const sealed = sealedSchema.parse(JSON.parse(values.get(KEY) ?? 'null'));
  return { id: values.get(ID) ?? '', key: readPrivateKey(await secrets.open(sealed)) };
}
