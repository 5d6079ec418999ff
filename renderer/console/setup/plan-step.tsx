import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { RANGES } from '../../../gateway/contract/bounds.ts';
import type { Plan } from '../../../gateway/contract/plans.ts';
import { usePlans } from '../api/plans.ts';
import { DraftNote } from '../drafts/draft-note.tsx';
import { useDraft } from '../drafts/use-draft.ts';
import { useFormat } from '../format/use-format.ts';
import type { SettingGroup } from '../settings/setting-groups.ts';
import { SettingsForm } from '../settings/settings-form.tsx';
import { AnchorLink } from '../ui/anchor-link.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { atItsField } from '../ui/form.ts';
import { LimitField } from '../ui/limit-field.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { within } from '../ui/rules.ts';
import { UnsavedGuard } from '../ui/unsaved-guard.tsx';
import { useForm } from '../ui/use-form.ts';
import { useSave } from '../ui/use-save.ts';

/** The plan that people get who write for the first time. */
const FIRST_PLAN = 'basic';

const GROUPS = [
  { name: 'team', keys: ['locale', 'timeZone'] },
  { name: 'money', keys: ['currency', 'pricePerMillion'] },
  { name: 'newcomers', keys: ['policy.provisioning', 'policy.allowedEmailDomains'] },
] as const satisfies readonly SettingGroup[];

/** What a new user may use a month, and what the team's month and money are. */
export function PlanStep() {
  const plans = usePlans();
  return (
    <Stack gap="md">
      <QueryState query={plans}>
        {({ items }) => {
          const plan = items.find(({ id }) => id === FIRST_PLAN);
          return plan ? <FirstPlan key={String(plan.monthlyLimit)} plan={plan} /> : null;
        }}
      </QueryState>
      <SettingsForm groups={GROUPS} />
    </Stack>
  );
}

interface Values extends Record<string, unknown> {
  monthlyLimit: Plan['monthlyLimit'] | undefined;
}

function FirstPlan({ plan }: { plan: Plan }) {
  const { t } = useTranslation(['setup', 'common', 'settings']);
  const { compact } = useFormat();
  const form = useForm<Values>({
    initialValues: { monthlyLimit: plan.monthlyLimit },
    validate: { monthlyLimit: within(RANGES.tokens, () => t('common:needed')) },
  });
  const draft = useDraft(`setup/plan/${plan.id}`, form);
  const saving = useSave({ draft, stale: ['plans', 'audit'], onField: atItsField(form) });
  const path = `/api/admin/plans/${plan.id}`;
  const submit = form.onSubmit(({ monthlyLimit }) => {
    void saving.save({
      path,
      call: { method: 'PUT', body: { monthlyLimit, reason: t('plan.reason') } },
      done: t('common:saved'),
      undo: { path, call: { method: 'PUT', body: { monthlyLimit: plan.monthlyLimit, reason: t('plan.undoReason') } } },
    });
  });
  const inherited = plan.monthlyLimit === 'inherit' && plan.effectiveLimit !== null ? compact(plan.effectiveLimit) : '';
  return (
    <Paper withBorder p="md">
      <UnsavedGuard isDirty={() => !saving.isDone() && form.isDirty()} isLost={() => false} onDiscard={draft.drop} />
      <Title order={2} mb={4}>
        {t('plan.first', { name: plan.name })}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('plan.firstHint')}{' '}
        <AnchorLink underline="always" to="/plans" size="sm">
          {t('plan.all')}
        </AnchorLink>
      </Text>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <DraftNote draft={draft} />
          <FailureAlert failure={saving.failure} />
          <LimitField
            label={t('plan.limit')}
            suffix={t('common:tokens')}
            inherit={inherited === '' ? t('plan.asSet') : t('plan.asSetTo', { limit: inherited })}
            {...form.getInputProps('monthlyLimit')}
          />
          <Group>
            <Button type="submit" variant="default" disabled={!form.isDirty()} loading={saving.busy}>
              {t('common:save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
