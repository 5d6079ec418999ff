/** How operators prove who they are. */
import { and, eq, isNull } from 'drizzle-orm';
import { type Actor, SYSTEM } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { LoginInput, Operator } from '../contract/operators.ts';
import { ApiError, RetryLaterError } from '../ops/api-error.ts';
import { type CountedAttempt, clearAttempts, countAttempt, createUnknownAttempts } from './lock-out.ts';
import { verifyPassword } from './password.ts';
import { findOperatorByEmail, normalizedEmail, type OperatorRow, toOperator } from './queries.ts';
import { openSession, type SessionClient, type SessionSecrets } from './sessions.ts';
import { createTotpChecker } from './totp.ts';

const WRONG_CODE = 'The code is wrong or was used before. Wait for the next one.';

export interface SignIn {
  /**
   * Opens a session for whoever knows e-mail, password and, where it is on, the one-time code.
   *
   * @throws ApiError 401 `invalid_credentials`, `totp_required` or `totp_invalid`; 429 `locked_out`
   */
  signIn(input: LoginInput, client: SessionClient): Promise<{ secrets: SessionSecrets; operator: Operator }>;
  /**
   * Asks an operator who is signed in to prove it again, before something grave. Counts like signing in.
   *
   * @param code a one-time code that must be good too, and the secret that it is of
   * @throws ApiError 403 `wrong_password` or `totp_invalid`, 429 `locked_out`
   */
  confirm(operator: OperatorRow, password: string | undefined, code?: { value: string; secret: string }): Promise<void>;
}

export function createSignIn(context: GatewayContext): SignIn {
  const { db, clock } = context;
  const countUnknown = createUnknownAttempts(clock);
  const totp = createTotpChecker();

  async function noteFailure(operator: OperatorRow, attempt: CountedAttempt, ipAddress: string | null): Promise<void> {
    if (attempt.kind !== 'counted') return;
    const { failedLogins, lockedUntil } = attempt;
    await db.tx((tx) =>
      context.audit.write(tx, {
        actor: SYSTEM,
        action: 'operator.sign_in_failed',
        target: { kind: 'operator', id: operator.id },
        details: { failedLogins, lockedUntil },
        personal: { subjectId: operator.id, data: { ipAddress } },
      }),
    );
  }

  /** @throws ApiError 401 when a code is needed and not given, or wrong */
  async function checkCode(operator: OperatorRow, code: string | undefined): Promise<void> {
    if (operator.totpSecret === null) return;
    if (code === undefined)
      throw new ApiError(401, 'totp_required', 'Enter the code of your authenticator app.', 'totp');
    const secret = await context.secrets.open(operator.totpSecret);
    if (totp.accept(operator.id, secret, code, clock.now())) return;
    throw new ApiError(401, 'totp_invalid', WRONG_CODE, 'totp');
  }

  return {
    async signIn(input, client) {
      const email = normalizedEmail(input.email);
      const found = await findOperatorByEmail(db, email);
      const operator = found?.disabledAt === null && found.passwordHash !== null ? found : null;
      const hash = operator?.passwordHash ?? null;
      const attempt = operator ? await countAttempt(db, clock, operator.id) : countUnknown(email);
      refuseLocked(attempt);
      const isRight = await verifyPassword(hash, input.password);
      if (!operator || hash === null || !isRight) {
        if (operator) await noteFailure(operator, attempt, client.ipAddress);
        throw new ApiError(401, 'invalid_credentials', 'E-mail or password is wrong.');
      }
      try {
        await checkCode(operator, input.totp);
      } catch (error) {
        if (error instanceof ApiError && error.code === 'totp_invalid')
          await noteFailure(operator, attempt, client.ipAddress);
        throw error;
      }
      return db.tx(async (tx) => {
        const { operators } = tx.tables;
        const [row] = await tx
          .update(operators)
          .set({ lastLoginAt: clock.now() })
          // While the password was looked at, it may have been changed, or the operator disabled.
          .where(and(eq(operators.id, operator.id), eq(operators.passwordHash, hash), isNull(operators.disabledAt)))
          .returning();
        if (!row) throw new ApiError(401, 'invalid_credentials', 'E-mail or password is wrong.');
        await clearAttempts(tx, operator.id);
        const secrets = await openSession(tx, clock, operator.id, client);
        const actor: Actor = { kind: 'operator', id: operator.id };
        await context.audit.write(tx, {
          actor,
          action: 'operator.signed_in',
          target: { kind: 'operator', id: operator.id },
          details: { sessionId: secrets.sessionId },
          personal: { subjectId: operator.id, data: { ...client } },
        });
        return { secrets, operator: { ...toOperator(row), lockedUntil: null } };
      });
    },
    async confirm(operator, password, code) {
      const attempt = await countAttempt(db, clock, operator.id);
      refuseLocked(attempt);
      const { passwordHash } = operator;
      if (passwordHash !== null && !(await verifyPassword(passwordHash, password ?? ''))) {
        await noteFailure(operator, attempt, null);
        throw new ApiError(403, 'wrong_password', 'The current password is wrong.', 'password');
      }
      if (code && !totp.accept(operator.id, code.secret, code.value, clock.now())) {
        await noteFailure(operator, attempt, null);
        throw new ApiError(403, 'totp_invalid', WRONG_CODE, 'code');
      }
      await db.tx((tx) => clearAttempts(tx, operator.id));
    },
  };
}

function refuseLocked(attempt: CountedAttempt): void {
  if (attempt.kind === 'counted') return;
  const minutes = Math.ceil(attempt.waitMs / 60_000);
  const wait = minutes === 1 ? 'a minute' : `${minutes} minutes`;
  throw new RetryLaterError(429, 'locked_out', `Too many wrong passwords. Try again in ${wait}.`, attempt.waitMs);
}
