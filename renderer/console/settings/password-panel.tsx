import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Operator } from '../../../gateway/contract/operators.ts';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { atItsField } from '../ui/form.ts';
import { PasswordField } from '../ui/password-field.tsx';
import { newPassword } from '../ui/rules.ts';
import { useForm } from '../ui/use-form.ts';
import { useSave } from '../ui/use-save.ts';

/** Changes the own password; all other sessions end. */
export function PasswordPanel({ operator }: { operator: Operator }) {
  const { t } = useTranslation('settings');
  const form = useForm({
    initialValues: { current: '', next: '', again: '' },
    validate: {
      current: (value) => (operator.hasPassword && value === '' ? t('account.currentNeeded') : null),
      next: newPassword,
      again: (value, { next }) => (value === next ? null : t('account.notTheSame')),
    },
  });
  const saving = useSave({
    stale: ['me', 'sessions'],
    onField: atItsField(form),
  });
  const submit = form.onSubmit(async ({ current, next }) => {
    const answer = await saving.save({
      path: '/api/auth/password',
      call: { method: 'POST', body: { next, ...(operator.hasPassword ? { current } : {}) } },
      done: t('account.passwordChanged'),
    });
    if (answer !== undefined) form.reset();
  });
  return (
    <Paper withBorder p="md">
      <Title order={2}>{t('account.password')}</Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('account.passwordHint')}
      </Text>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm" maw={420}>
          <FailureAlert failure={saving.failure} />
          {/* For the browser's own keeper of passwords. */}
          <input type="text" autoComplete="username" value={operator.email} readOnly hidden />
          {operator.hasPassword && (
            <PasswordField
              label={t('account.current')}
              autoComplete="current-password"
              {...form.getInputProps('current')}
            />
          )}
          <PasswordField
            label={t('account.next')}
            description={t('account.passwordRule')}
            autoComplete="new-password"
            {...form.getInputProps('next')}
          />
          <PasswordField label={t('account.again')} autoComplete="new-password" {...form.getInputProps('again')} />
          <Group>
            <Button type="submit" variant="default" loading={saving.busy}>
              {t('account.changePassword')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
