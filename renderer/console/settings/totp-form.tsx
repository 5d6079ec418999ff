import { Anchor, Button, Code, Group, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { renderSVG } from 'uqr';
import { PATTERNS } from '../../../gateway/contract/bounds.ts';
import type { RecoveryCodes } from '../../../gateway/contract/operators.ts';
import { CodeField } from '../session/code-field.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { atItsField } from '../ui/form.ts';
import { PasswordField } from '../ui/password-field.tsx';
import { formed } from '../ui/rules.ts';
import { useForm } from '../ui/use-form.ts';
import { type Save, useSave } from '../ui/use-save.ts';

export interface Enrolment {
  secret: string;
  uri: string;
}

/** What password and code are asked for. */
export type TotpStep =
  | { readonly kind: 'turn_on'; readonly enrolment: Enrolment }
  | { readonly kind: 'turn_off' }
  | { readonly kind: 'renew' };

const SUBMIT = { turn_on: 'account.turnOn', turn_off: 'account.turnOff', renew: 'account.recoveryRenew' } as const;

interface TotpFormProps {
  step: TotpStep;
  hasPassword: boolean;
  /** It was done, or left. @param made new recovery codes */
  onEnd(made: readonly string[] | null): void;
}

/** Asks for what proves that it is the operator: the password, and a code. */
export function TotpForm({ step, hasPassword, onEnd }: TotpFormProps) {
  const { t } = useTranslation(['settings', 'common', 'session']);
  const isNew = step.kind === 'turn_on';
  const form = useForm({
    initialValues: { password: '', code: '' },
    validate: {
      password: (value) => (hasPassword && value === '' ? t('account.currentNeeded') : null),
      // The app that is being set up shows that it works: nothing else can stand in for it.
      code: isNew
        ? formed(PATTERNS.oneTimeCode, () => t('account.codeNeeded'))
        : formed(PATTERNS.signInCode, () => t('session:codeNeeded')),
    },
  });
  const saving = useSave({ stale: ['me', 'operators'], onField: atItsField(form) });
  const submit = form.onSubmit(async ({ password, code }) => {
    const proof = { code: code.trim(), ...(hasPassword ? { password } : {}) };
    const answer = await saving.save<RecoveryCodes | null>(saveOf(step, proof));
    if (answer !== undefined) onEnd(answer?.recoveryCodes ?? null);
  });
  const saveOf = (asked: TotpStep, proof: object): Save => {
    const post = (body: object) => ({ method: 'POST', body }) as const;
    switch (asked.kind) {
      case 'turn_on':
        return {
          path: '/api/auth/totp/confirm',
          call: post({ ...proof, secret: asked.enrolment.secret }),
          done: t('account.codesOn'),
        };
      case 'turn_off':
        return { path: '/api/auth/totp/disable', call: post(proof), done: t('account.codesOff') };
      case 'renew':
        return { path: '/api/auth/totp/recovery-codes', call: post(proof), done: t('account.recoveryRenewed') };
    }
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm" maw={460}>
        <FailureAlert failure={saving.failure} />
        {isNew && <AppSecret {...step.enrolment} />}
        {step.kind === 'renew' && <Text size="sm">{t('account.recoveryRenewHint')}</Text>}
        {hasPassword && (
          <PasswordField
            label={t('account.current')}
            autoComplete="current-password"
            {...form.getInputProps('password')}
          />
        )}
        {isNew ? (
          <TextInput
            label={t('account.code')}
            description={t('account.codeRule')}
            inputMode="numeric"
            autoComplete="one-time-code"
            {...form.getInputProps('code')}
          />
        ) : (
          <CodeField {...form.getInputProps('code')} />
        )}
        <Group gap="xs">
          <Button type="submit" loading={saving.busy}>
            {t(SUBMIT[step.kind])}
          </Button>
          <Button variant="default" onClick={() => onEnd(null)}>
            {t('common:cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What the authenticator app is to know, in all the ways in which it may take it. */
function AppSecret({ secret, uri }: Enrolment) {
  const { t } = useTranslation('settings');
  return (
    <>
      <Text size="sm">{t('account.enter')}</Text>
      <img src={qrImage(uri)} alt={t('account.qr')} width={180} height={180} />
      <Text size="sm">{t('account.orType')}</Text>
      <Group gap={4} wrap="nowrap">
        <Code style={{ overflowWrap: 'anywhere' }}>{secret.replace(/(.{4})(?=.)/g, '$1 ')}</Code>
        <CopyText text={secret} />
      </Group>
      <Anchor href={uri} size="sm">
        {t('account.openApp')}
      </Anchor>
    </>
  );
}

/** Dark on white in both themes, with the margin that cameras need; drawn here, so that the secret goes nowhere. */
function qrImage(uri: string): string {
  const svg = renderSVG(uri, { border: 4, blackColor: '#000', whiteColor: '#fff' });
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
