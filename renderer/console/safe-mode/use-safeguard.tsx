import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Confirmed } from '../../../gateway/contract/operators.ts';
import { ApiFailure, type Call } from '../api/http.ts';
import type { Step } from '../api/use-commit.ts';
import { useSession } from '../session/use-session.tsx';
import { failureSentence } from '../ui/explain-failure.ts';
import { PasswordField } from '../ui/password-field.tsx';
import { refusalWords } from '../ui/refusal-words.ts';
import { DANGERS, type DangerName } from './dangers.ts';
import { useSafeMode } from './use-safe-mode.ts';

/** What a dangerous call carries besides. */
export type Proof = Pick<Call, 'confirmation'>;

export interface Safeguard {
  /** Whether it is done without a question. */
  readonly isAtOnce: boolean;
  /** Whether the password is asked for. */
  readonly asksPassword: boolean;
  /** The input of the password, for the dialog that asks; null where none is asked for. */
  readonly field: ReactNode;
  /**
   * Has the password checked, where one is asked for.
   *
   * @returns null when it was wrong, which the input says, or is being checked already
   */
  prove(): Promise<Proof | null>;
}

/** The change, with what proves that it may be done. */
export function withProof<Guarded extends Step>(change: Guarded, proof: Proof): Guarded {
  return { ...change, call: { ...change.call, ...proof } };
}

/** What has to be asked before something dangerous, by the safe mode. @param danger null for what is none */
export function useSafeguard(danger: DangerName | null): Safeguard {
  const { t } = useTranslation(['frame', 'common']);
  const session = useSession();
  const { level } = useSafeMode();
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const isProving = useRef(false);
  const refuse = (message: string): null => {
    setError(message);
    input.current?.focus();
    return null;
  };
  const asksPassword = danger !== null && level === 'password';

  const prove = async (): Promise<Proof | null> => {
    if (!asksPassword) return {};
    if (password === '') return refuse(t('common:needed'));
    if (isProving.current) return null;
    isProving.current = true;
    try {
      const call = { method: 'POST', body: { password } } as const;
      const { confirmation } = await session.call<Confirmed>('/api/auth/confirm', call);
      setPassword('');
      return { confirmation };
    } catch (failure) {
      if (failure instanceof ApiFailure && failure.status < 500) return refuse(refusalWords(failure));
      return refuse(failureSentence(failure));
    } finally {
      isProving.current = false;
    }
  };
  const field = asksPassword ? (
    <PasswordField
      ref={input}
      data-path="confirmation"
      label={t('safeMode.password')}
      description={t('safeMode.passwordHint')}
      autoComplete="current-password"
      required
      value={password}
      error={error}
      onChange={({ currentTarget }) => {
        setPassword(currentTarget.value);
        setError(null);
      }}
    />
  ) : null;
  const isAtOnce = danger !== null && level === 'silent' && DANGERS[danger].canBeUndone;
  return { isAtOnce, asksPassword, field, prove };
}
