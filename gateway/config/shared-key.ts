/** Gateways on one database open each other's secrets: whoever has another key than they is told so before it serves. */
import { and, eq, gt, isNull, ne } from 'drizzle-orm';
import { z } from 'zod';
import type { GatewayContext } from '../context.ts';
import { readInstallation } from '../db/installation.ts';
import type { Sealed } from '../db/json-columns.ts';
import { ConfigError } from '../ops/start-error.ts';
import { SecretLostError } from './secret-box.ts';

/** In `installation`: a known text, sealed with the key that all gateways have. */
const PROOF = 'secret_proof';
const TEXT = 'ia-solaris';
/** However clocks differ: whoever gave no sign of life for so long runs no more. */
const LONGEST_SILENCE_MS = 300_000;
const sealedSchema: z.ZodType<Sealed> = z.object({ sealedBy: z.string(), box: z.string() });

/**
 * Compares this gateway's key with that of the others, and leaves its own where there was none. A gateway that is alone
 * may have lost its key: then its new one counts, and secrets are to be entered again.
 *
 * @throws ConfigError when others run that have another key
 */
export async function checkSharedKey({
  db,
  secrets,
  clock,
  log,
  gatewayId,
}: Pick<GatewayContext, 'db' | 'secrets' | 'clock' | 'log' | 'gatewayId'>): Promise<void> {
  const { installation, gateways } = db.tables;
  const value = JSON.stringify(await secrets.seal(TEXT));
  await db.insert(installation).values({ key: PROOF, value }).onConflictDoNothing();
  const proof = await readInstallation(db, PROOF);
  const isOurs = await secrets.open(sealedSchema.parse(JSON.parse(proof ?? 'null'))).then(
    (text) => text === TEXT,
    (error: unknown) => {
      if (error instanceof SecretLostError) return false;
      throw error;
    },
  );
  if (isOurs) return;
  const running = await db.$count(
    gateways,
    and(
      isNull(gateways.stoppedAt),
      ne(gateways.id, gatewayId),
      gt(gateways.heartbeatAt, clock.now() - LONGEST_SILENCE_MS),
    ),
  );
  if (running > 0) {
    throw new ConfigError([
      'Gateways that share this database have another secret key: what one seals, the others could not open. Give all of them the same SECRET_KEY.',
    ]);
  }
  log.warn('The secrets in the database were sealed with another key: give that SECRET_KEY, or enter them again');
  await db.update(installation).set({ value }).where(eq(installation.key, PROOF));
}
