/** How operators prove who they are. */
import { and, eq, isNull } from 'drizzle-orm';
import { type Actor, SYSTEM } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { LoginInput, Operator } from '../contract/operators.ts';
import type { Tx } from '../db/database.ts';
import { ApiError, RetryLaterError } from '../ops/api-error.ts';
import { createCodeSpender, type GivenCode, givenCode, wrongCode } from './given-code.ts';
import { type CountedAttempt, clearAttempts, countAttempt, countUnknownAttempt } from './lock-out.ts';
import { verifyPassword } from './password.ts';
import { findOperatorByEmail, normalizedEmail, type OperatorRow, toOperator } from './queries.ts';
import { openSession, type SessionClient, type SessionSecrets } from './sessions.ts';

export interface SignIn {
  /**
   * Opens a session for whoever knows e-mail, password and, where they are on, a one-time or recovery code.
   *
   * @throws ApiError 401 `invalid_credentials`, `totp_required` or `totp_invalid`; 429 `locked_out`
   */
  signIn(input: LoginInput, client: SessionClient): Promise<OpenedSession>;
  /**
   * Asks an operator who is signed in to prove it again, before something grave. Counts like signing in.
   *
   * @param code what must be good too, and is used up
   * @throws ApiError 403 `wrong_password` or `totp_invalid`, 429 `locked_out`
   */
  confirm(operator: OperatorRow, password: string | undefined, code?: GivenCode): Promise<void>;
}

export interface OpenedSession {
  readonly secrets: SessionSecrets;
  readonly operator: Operator;
  /** Null where no recovery code was used. */
  readonly recoveryCodesLeft: number | null;
}

export function createSignIn(context: GatewayContext): SignIn {
  const { db, clock } = context;
  const codes = createCodeSpender(context);

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

  /** @returns what must be good, where a code is needed @throws ApiError 401 when none is given */
  async function neededCode({ totpSecret }: OperatorRow, typed: string | undefined): Promise<GivenCode | null> {
    if (totpSecret === null) return null;
    if (typed === undefined) {
      const message = 'Enter the code of your authenticator app, or a recovery code.';
      throw new ApiError(401, 'totp_required', message, 'totp');
    }
    return givenCode(context, totpSecret, typed);
  }

  /** What `proof` comes to; when a wrong code was its end, that is noted. */
  async function orNoteWrongCode<T>(
    proof: Promise<T>,
    operator: OperatorRow,
    attempt: CountedAttempt,
    ipAddress: string | null,
  ): Promise<T> {
    try {
      return await proof;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'totp_invalid') await noteFailure(operator, attempt, ipAddress);
      throw error;
    }
  }

  /** @param operator as they were when the password was looked at @throws ApiError 401 */
  async function open(
    tx: Tx,
    { id, passwordHash }: Pick<OperatorRow, 'id'> & { passwordHash: string },
    code: GivenCode | null,
    client: SessionClient,
  ): Promise<OpenedSession> {
    const spent = code && (await codes.spend(tx, id, code));
    if (code && !spent) throw wrongCode(401, code, 'totp');
    const { operators } = tx.tables;
    const [row] = await tx
      .update(operators)
      .set({ lastLoginAt: clock.now() })
      // While the password was looked at, it may have been changed, or the operator disabled.
      .where(and(eq(operators.id, id), eq(operators.passwordHash, passwordHash), isNull(operators.disabledAt)))
      .returning();
    if (!row) throw new ApiError(401, 'invalid_credentials', 'E-mail or password is wrong.');
    await clearAttempts(tx, id);
    const secrets = await openSession(tx, clock, id, client);
    const actor: Actor = { kind: 'operator', id };
    await context.audit.write(tx, {
      actor,
      action: 'operator.signed_in',
      target: { kind: 'operator', id },
      details: { sessionId: secrets.sessionId },
      personal: { subjectId: id, data: { ...client } },
    });
    const operator = { ...toOperator(row), lockedUntil: null };
    return { secrets, operator, recoveryCodesLeft: spent?.recoveryCodesLeft ?? null };
  }

  return {
    async signIn(input, client) {
      const email = normalizedEmail(input.email);
      const found = await findOperatorByEmail(db, email);
      const operator = found?.disabledAt === null && found.passwordHash !== null ? found : null;
      const hash = operator?.passwordHash ?? null;
      const attempt = operator
        ? await countAttempt(db, clock, operator.id)
        : await countUnknownAttempt(db, clock, email);
      refuseLocked(attempt);
      const isRight = await verifyPassword(hash, input.password);
      if (!operator || hash === null || !isRight) {
        if (operator) await noteFailure(operator, attempt, client.ipAddress);
        throw new ApiError(401, 'invalid_credentials', 'E-mail or password is wrong.');
      }
      const code = await neededCode(operator, input.totp);
      return orNoteWrongCode(
        db.tx((tx) => open(tx, { ...operator, passwordHash: hash }, code, client)),
        operator,
        attempt,
        client.ipAddress,
      );
    },
    async confirm(operator, password, code) {
      const attempt = await countAttempt(db, clock, operator.id);
      refuseLocked(attempt);
      const { passwordHash } = operator;
      if (passwordHash !== null && !(await verifyPassword(passwordHash, password ?? ''))) {
        await noteFailure(operator, attempt, null);
        throw new ApiError(403, 'wrong_password', 'The current password is wrong.', 'password');
      }
      const proved = db.tx(async (tx) => {
        if (code && !(await codes.spend(tx, operator.id, code))) throw wrongCode(403, code, 'code');
        await clearAttempts(tx, operator.id);
      });
      await orNoteWrongCode(proved, operator, attempt, null);
    },
  };
}

function refuseLocked(attempt: CountedAttempt): void {
  if (attempt.kind === 'counted') return;
  const minutes = Math.ceil(attempt.waitMs / 60_000);
  const wait = minutes === 1 ? 'a minute' : `${minutes} minutes`;
  throw new RetryLaterError(429, 'locked_out', `Too many wrong passwords. Try again in ${wait}.`, attempt.waitMs);
}
