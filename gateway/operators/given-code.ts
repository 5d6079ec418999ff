/** What an operator gives besides the password: a code of the authenticator app, or a recovery code in its place. */
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import type { Sealed } from '../db/json-columns.ts';
import { ApiError } from '../ops/api-error.ts';
import { isRecoveryCode, spendRecoveryCode } from './recovery-codes.ts';
import { spendTotp } from './totp.ts';

export type GivenCode =
  | { readonly kind: 'one_time'; readonly value: string; readonly secret: string }
  | { readonly kind: 'recovery'; readonly value: string };

export interface SpentCode {
  /** How many recovery codes are left; null where it was none. */
  readonly recoveryCodesLeft: number | null;
}

export interface CodeSpender {
  /**
   * Uses a code up, inside the transaction of what it is for, so that none is lost to what fails then.
   *
   * @returns null when the code is wrong, or was used before
   */
  spend(tx: Tx, operatorId: string, code: GivenCode): Promise<SpentCode | null>;
}

/** What was typed where a code is asked for. The secret is opened where it is needed: recovery codes outlive its key. */
export async function givenCode(
  { secrets }: Pick<GatewayContext, 'secrets'>,
  totpSecret: Sealed,
  typed: string,
): Promise<GivenCode> {
  if (isRecoveryCode(typed)) return { kind: 'recovery', value: typed };
  return { kind: 'one_time', value: typed, secret: await secrets.open(totpSecret) };
}

/** One for all ways to give a code, so that a one-time code is good for one of them only. */
export function createCodeSpender({ audit, clock }: Pick<GatewayContext, 'audit' | 'clock'>): CodeSpender {
  return {
    async spend(tx, operatorId, code) {
      switch (code.kind) {
        case 'one_time':
          return (await spendTotp(tx, operatorId, code.secret, code.value, clock.now()))
            ? { recoveryCodesLeft: null }
            : null;
        case 'recovery': {
          const recoveryCodesLeft = await spendRecoveryCode(audit, tx, operatorId, code.value);
          return recoveryCodesLeft === null ? null : { recoveryCodesLeft };
        }
      }
    },
  };
}

/** @param status 401 before somebody is signed in, 403 after @param field what the call calls the code */
export function wrongCode(status: 401 | 403, { kind }: GivenCode, field: string): ApiError {
  if (kind === 'recovery') {
    const message = 'The recovery code is wrong or was used before. Take another one.';
    return new ApiError(status, 'totp_invalid', message, field, { rule: 'recovery_code' });
  }
  return new ApiError(status, 'totp_invalid', 'The code is wrong or was used before. Wait for the next one.', field);
}
