import { Alert, Button, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LONGEST, PATTERNS } from '../../../gateway/contract/bounds.ts';
import { ApiFailure } from '../api/http.ts';
import { failureSentence } from '../ui/explain-failure.ts';
import { PasswordField } from '../ui/password-field.tsx';
import { isTold, refusalWords } from '../ui/refusal-words.ts';
import { formed, words } from '../ui/rules.ts';
import { useForm } from '../ui/use-form.ts';
import { CodeField } from './code-field.tsx';
import { useSession } from './use-session.tsx';

interface SignInFormProps {
  /** Filled in for somebody whose session ended. */
  email?: string;
}

export function SignInForm({ email = '' }: SignInFormProps) {
  const { t } = useTranslation('session');
  const session = useSession();
  const [needsCode, setNeedsCode] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useForm({
    initialValues: { email, password: '', totp: '' },
    validate: {
      email: words(LONGEST.operatorEmail, () => t('emailNeeded')),
      password: (value) => (value === '' ? t('passwordNeeded') : null),
      totp: (value) => (needsCode ? formed(PATTERNS.signInCode, () => t('codeNeeded'))(value) : null),
    },
  });

  const explain = (error: unknown): string => {
    // What is wrong with e-mail and password has words of its own.
    if (error instanceof ApiFailure && isTold(error.code)) return refusalWords(error);
    return failureSentence(error);
  };
  const isAtField = (error: unknown) =>
    error instanceof ApiFailure && error.field !== null && form.refuse(error.field, refusalWords(error));
  const submit = form.onSubmit(async ({ totp, ...input }) => {
    setBusy(true);
    setProblem(null);
    try {
      await session.signIn(totp.trim() === '' ? input : { ...input, totp: totp.trim() });
    } catch (error) {
      if (error instanceof ApiFailure && error.code === 'totp_required') setNeedsCode(true);
      else if (!isAtField(error)) setProblem(explain(error));
    } finally {
      setBusy(false);
    }
  });

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        {problem !== null && (
          <Alert color="red" role="alert" p="sm">
            {problem}
          </Alert>
        )}
        <TextInput
          label={t('email')}
          type="email"
          autoComplete="username"
          data-autofocus={email === '' || undefined}
          {...form.getInputProps('email')}
        />
        <PasswordField
          label={t('password')}
          autoComplete="current-password"
          data-autofocus={email !== '' || undefined}
          {...form.getInputProps('password')}
        />
        {needsCode && <CodeField autoFocus {...form.getInputProps('totp')} />}
        <Button type="submit" loading={busy} fullWidth>
          {t('submit')}
        </Button>
      </Stack>
    </form>
  );
}
