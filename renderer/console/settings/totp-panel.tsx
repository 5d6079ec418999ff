import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Operator } from '../../../gateway/contract/operators.ts';
import { areFewLeft } from '../session/recovery-codes.ts';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { useSave } from '../ui/use-save.ts';
import { RecoveryCodesDrawer } from './recovery-codes-drawer.tsx';
import { type Enrolment, TotpForm, type TotpStep } from './totp-form.tsx';

interface TotpPanelProps {
  operator: Operator;
  /** Null while one-time codes are off. */
  recoveryCodesLeft: number | null;
}

/** Turns one-time codes on and off, and makes the recovery codes that stand in for them. */
export function TotpPanel({ operator, recoveryCodesLeft }: TotpPanelProps) {
  const { t } = useTranslation('settings');
  const [step, setStep] = useState<TotpStep | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const saving = useSave({ stale: [] });
  const start = async () => {
    const enrolment = await saving.save<Enrolment>({ path: '/api/auth/totp/enrol', call: { method: 'POST' } });
    if (enrolment) setStep({ kind: 'turn_on', enrolment });
  };
  const end = (made: readonly string[] | null) => {
    setStep(null);
    if (made) setCodes(made);
  };
  return (
    <Paper withBorder p="md" data-testid="one-time-codes">
      <Group gap="xs">
        <Title order={2}>{t('account.codes')}</Title>
        <StatusBadge meaning={operator.totp ? 'good' : 'quiet'}>
          {t(operator.totp ? 'account.on' : 'account.off')}
        </StatusBadge>
      </Group>
      <Text size="sm" c="dimmed" mb="sm">
        {t('account.codesHint')}
      </Text>
      {step ? (
        <TotpForm key={step.kind} step={step} hasPassword={operator.hasPassword} onEnd={end} />
      ) : (
        <Stack gap="sm" align="flex-start">
          <FailureAlert failure={saving.failure} />
          {recoveryCodesLeft !== null && <CodesLeft left={recoveryCodesLeft} />}
          <Group gap="xs">
            {operator.totp && (
              <Button variant="default" onClick={() => setStep({ kind: 'renew' })}>
                {t('account.recoveryRenew')}
              </Button>
            )}
            <Button
              variant="default"
              loading={saving.busy}
              onClick={() => (operator.totp ? setStep({ kind: 'turn_off' }) : void start())}
            >
              {t(operator.totp ? 'account.turnOff' : 'account.turnOn')}
            </Button>
          </Group>
        </Stack>
      )}
      {codes && <RecoveryCodesDrawer codes={codes} email={operator.email} onClose={() => setCodes(null)} />}
    </Paper>
  );
}

function CodesLeft({ left }: { left: number }) {
  const { t } = useTranslation('settings');
  if (!areFewLeft(left)) return <Text size="sm">{t('account.recoveryLeft', { count: left })}</Text>;
  return (
    <Alert color="orange" title={t('account.recoveryFew', { count: left })} w="100%" maw={620}>
      {t('account.recoveryFewText')}
    </Alert>
  );
}
