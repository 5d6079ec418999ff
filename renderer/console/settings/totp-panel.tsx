import { Anchor, Button, Code, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { renderSVG } from 'uqr';
import { PATTERNS } from '../../../gateway/contract/bounds.ts';
import type { Operator } from '../../../gateway/contract/operators.ts';
import { CopyText } from '../ui/copy-text.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { atItsField } from '../ui/form.ts';
import { PasswordField } from '../ui/password-field.tsx';
import { formed } from '../ui/rules.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { useForm } from '../ui/use-form.ts';
import { useSave } from '../ui/use-save.ts';

interface Enrolment {
  secret: string;
  uri: string;
}

/** Turns one-time codes on and off. */
export function TotpPanel({ operator }: { operator: Operator }) {
  const { t } = useTranslation(['settings', 'common']);
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [leaving, setLeaving] = useState(false);
  const form = useForm({
    initialValues: { password: '', code: '' },
    validate: {
      password: (value) => (operator.hasPassword && value === '' ? t('account.currentNeeded') : null),
      code: formed(PATTERNS.oneTimeCode, () => t('account.codeNeeded')),
    },
  });
  const saving = useSave({
    stale: ['me', 'operators'],
    onField: atItsField(form),
  });
  const start = async () => {
    const answer = await saving.save<Enrolment>({ path: '/api/auth/totp/enrol', call: { method: 'POST' } });
    if (answer) setEnrolment(answer);
  };
  const end = () => {
    setEnrolment(null);
    setLeaving(false);
    saving.clearFailure();
    form.reset();
  };
  const submit = form.onSubmit(async ({ password, code }) => {
    const proof = { code: code.trim(), ...(operator.hasPassword ? { password } : {}) };
    const answer = await saving.save(
      enrolment
        ? {
            path: '/api/auth/totp/confirm',
            call: { method: 'POST', body: { ...proof, secret: enrolment.secret } },
            done: t('account.codesOn'),
          }
        : { path: '/api/auth/totp/disable', call: { method: 'POST', body: proof }, done: t('account.codesOff') },
    );
    if (answer !== undefined) end();
  });
  const isAsking = enrolment !== null || leaving;
  return (
    <Paper withBorder p="md">
      <Group gap="xs">
        <Title order={2}>{t('account.codes')}</Title>
        <StatusBadge meaning={operator.totp ? 'good' : 'quiet'}>
          {t(operator.totp ? 'account.on' : 'account.off')}
        </StatusBadge>
      </Group>
      <Text size="sm" c="dimmed" mb="sm">
        {t('account.codesHint')}
      </Text>
      {!isAsking && (
        <Stack gap="sm" align="flex-start">
          <FailureAlert failure={saving.failure} />
          <Button
            variant="default"
            loading={saving.busy}
            onClick={() => (operator.totp ? setLeaving(true) : void start())}
          >
            {t(operator.totp ? 'account.turnOff' : 'account.turnOn')}
          </Button>
        </Stack>
      )}
      {isAsking && (
        <form onSubmit={submit} noValidate>
          <Stack gap="sm" maw={460}>
            <FailureAlert failure={saving.failure} />
            {enrolment && (
              <>
                <Text size="sm">{t('account.enter')}</Text>
                <img src={qrImage(enrolment.uri)} alt={t('account.qr')} width={180} height={180} />
                <Text size="sm">{t('account.orType')}</Text>
                <Group gap={4} wrap="nowrap">
                  <Code style={{ overflowWrap: 'anywhere' }}>{enrolment.secret.replace(/(.{4})(?=.)/g, '$1 ')}</Code>
                  <CopyText text={enrolment.secret} />
                </Group>
                <Anchor href={enrolment.uri} size="sm">
                  {t('account.openApp')}
                </Anchor>
              </>
            )}
            {operator.hasPassword && (
              <PasswordField
                label={t('account.current')}
                autoComplete="current-password"
                {...form.getInputProps('password')}
              />
            )}
            <TextInput
              label={t('account.code')}
              description={t('account.codeRule')}
              inputMode="numeric"
              autoComplete="one-time-code"
              {...form.getInputProps('code')}
            />
            <Group gap="xs">
              <Button type="submit" loading={saving.busy}>
                {t(enrolment ? 'account.turnOn' : 'account.turnOff')}
              </Button>
              <Button variant="default" onClick={end}>
                {t('common:cancel')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Paper>
  );
}

/** Dark on white in both themes, with the margin that cameras need; drawn here, so that the secret goes nowhere. */
function qrImage(uri: string): string {
  const svg = renderSVG(uri, { border: 4, blackColor: '#000', whiteColor: '#fff' });
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
