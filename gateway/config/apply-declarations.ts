/** Makes true what a start-up source lists. Idempotent: applied at every start, it changes only what differs. */
import type { GatewayContext } from '../context.ts';
import { ConfigError } from '../ops/start-error.ts';
import { applyOperators, type IssuedPassword } from './apply-operators.ts';
import { applyPlans } from './apply-plans.ts';
import { applyServiceKeys } from './apply-service-keys.ts';
import { applyUpstreams } from './apply-upstreams.ts';
import { applyUsers, grantPendingCredits } from './apply-users.ts';
import type { DeclarationSource, Declarations } from './declarations.ts';

/**
 * Applies the lists. What a list no longer names stays as it is: a file must not be able to delete by omission.
 * `credits` and `password` count only when the user or operator is made.
 *
 * @returns passwords that were made because the source gave none
 * @throws ConfigError that names the JSON path of what cannot be; then nothing but operators may have changed
 */
export async function applyDeclarations(
  context: GatewayContext,
  declarations: Declarations,
  source: DeclarationSource,
): Promise<IssuedPassword[]> {
  const { db, secrets } = context;
  const problems: string[] = [];
  const upstreams = await Promise.all(
    declarations.upstreams.map(async (declared) => ({
      declared,
      sealed: declared.apiKey == null ? null : await secrets.seal(declared.apiKey),
    })),
  );
  await db.tx(async (tx) => {
    const applying = { context, tx, source, problems };
    await applyPlans(applying, declarations.plans);
    await applyUpstreams(applying, upstreams);
    await applyServiceKeys(applying, declarations.serviceKeys);
    await applyUsers(applying, declarations.users);
    if (problems.length > 0) throw new ConfigError(problems.map((problem) => `${problem} (in ${source.name})`));
  });
  await grantPendingCredits(context);
  return applyOperators(context, declarations.operators, source);
}
