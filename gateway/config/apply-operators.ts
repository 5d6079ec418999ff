/** Operators of a start-up source, by e-mail. */
import { SYSTEM } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import { hashPassword } from '../operators/password.ts';
import { findOperatorByEmail } from '../operators/queries.ts';
import { changeOperator, insertOperator } from '../operators/service.ts';
import { ApiError } from '../ops/api-error.ts';
import { ConfigError } from '../ops/start-error.ts';
import type { OperatorDeclaration } from './declarations.ts';
import { generatePassword } from './generated-password.ts';

/** A password that nobody knows yet but the one who reads this. */
export interface IssuedPassword {
  readonly email: string;
  readonly password: string;
}

/**
 * Makes operators who are missing and corrects roles. Passwords of those who exist are never touched.
 *
 * @returns the passwords of those who were made without one
 * @throws ConfigError when no owner would be left
 */
export async function applyOperators(
  context: GatewayContext,
  declared: readonly OperatorDeclaration[],
  source: { readonly name: string },
): Promise<IssuedPassword[]> {
  const issued: IssuedPassword[] = [];
  // Owners first, so that the last owner of before may step down for a new one.
  const ordered = [...declared.entries()].sort(
    ([, a], [, b]) => Number(b.role === 'owner') - Number(a.role === 'owner'),
  );
  for (const [index, { email, name, password, role }] of ordered) {
    const present = await findOperatorByEmail(context.db, email);
    if (present && (role === undefined || role === present.role)) continue;
    if (present) {
      await changeOperator(context, SYSTEM, present.id, { role }).catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        throw new ConfigError([`$.operators[${index}].role cannot be applied: ${error.message} (in ${source.name})`]);
      });
      continue;
    }
    const secret = password ?? generatePassword();
    if (password === undefined) issued.push({ email, password: secret });
    const passwordHash = await hashPassword(secret);
    await context.db.tx((tx) =>
      insertOperator(context, tx, SYSTEM, {
        email,
        name: name ?? '',
        role: role ?? 'viewer',
        locale: null,
        passwordHash,
      }),
    );
  }
  return issued;
}
