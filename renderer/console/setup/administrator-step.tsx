import { Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LONGEST, PATTERNS } from '../../../gateway/contract/bounds.ts';
import type { Me, Operator } from '../../../gateway/contract/operators.ts';
import { DraftNote } from '../drafts/draft-note.tsx';
import { useDraft } from '../drafts/use-draft.ts';
import { useMe } from '../safe-mode/use-safe-mode.ts';
import { useMay } from '../session/use-session.tsx';
import { PasswordPanel } from '../settings/password-panel.tsx';
import { AnchorLink } from '../ui/anchor-link.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { atItsField } from '../ui/form.ts';
import { QueryState } from '../ui/query-state.tsx';
import { atMost, formed } from '../ui/rules.ts';
import { UnsavedGuard } from '../ui/unsaved-guard.tsx';
import { useForm } from '../ui/use-form.ts';
import { useSave } from '../ui/use-save.ts';

/** Who administers: a name and an address of their own, and a password that nobody has printed. */
export function AdministratorStep({ isDone }: { isDone: boolean }) {
  const { t } = useTranslation('setup');
  const may = useMay();
  const query = useMe();
  return (
    <QueryState query={query}>
      {({ operator }: Me) => (
        <Stack gap="md">
          {may('owner') ? (
            <WhoYouAre key={operator.id} operator={operator} isDone={isDone} />
          ) : (
            <Text size="sm">{t('administrator.byOwner')}</Text>
          )}
          <PasswordPanel operator={operator} />
          <Text size="sm">
            {t('administrator.more')}{' '}
            <AnchorLink underline="always" to="/settings" search={{ section: 'account' }} size="sm">
              {t('administrator.codes')}
            </AnchorLink>
            {' · '}
            <AnchorLink underline="always" to="/settings" search={{ section: 'operators' }} size="sm">
              {t('administrator.others')}
            </AnchorLink>
          </Text>
        </Stack>
      )}
    </QueryState>
  );
}

function WhoYouAre({ operator, isDone }: { operator: Operator; isDone: boolean }) {
  const { t } = useTranslation(['setup', 'settings', 'common']);
  const form = useForm({
    initialValues: { name: operator.name, email: operator.email },
    validate: {
      name: atMost(LONGEST.operatorName),
      email: formed(PATTERNS.recipient, () => t('settings:operators.emailNeeded'), LONGEST.operatorEmail),
    },
  });
  const draft = useDraft('administrator', form);
  const saving = useSave({
    draft,
    stale: ['me', 'operators', 'audit'],
    onField: atItsField(form),
  });
  const submit = form.onSubmit(async ({ name, email }) => {
    const answer = await saving.save({
      path: `/api/admin/operators/${operator.id}`,
      call: { method: 'PUT', body: { name: name.trim(), email: email.trim() } },
      done: t('administrator.saved'),
    });
    if (answer !== undefined) form.resetDirty();
  });
  return (
    <Paper withBorder p="md">
      <UnsavedGuard isDirty={() => form.isDirty()} isLost={() => false} onDiscard={draft.drop} />
      <Title order={2}>{t('administrator.who')}</Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('administrator.whoHint')}
      </Text>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm" maw={420}>
          <DraftNote draft={draft} />
          <FailureAlert failure={saving.failure} />
          <TextInput label={t('settings:operators.name')} autoComplete="name" {...form.getInputProps('name')} />
          <TextInput
            label={t('settings:operators.email')}
            type="email"
            required
            autoComplete="email"
            {...form.getInputProps('email')}
          />
          <Group>
            <Button type="submit" variant={isDone ? 'default' : 'filled'} loading={saving.busy}>
              {t('common:save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
