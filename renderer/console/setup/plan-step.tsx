import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Plan } from '../../../gateway/contract/plans.ts';
import { usePlans } from '../api/plans.ts';
import { useFormat } from '../format/use-format.ts';
import type { SettingGroup } from '../settings/setting-groups.ts';
import { SettingsForm } from '../settings/settings-form.tsx';
import { AnchorLink } from '../ui/anchor-link.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { LimitField } from '../ui/limit-field.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { UnsavedGuard } from '../ui/unsaved-guard.tsx';
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

type Limit = Plan['monthlyLimit'] | undefined;

function FirstPlan({ plan }: { plan: Plan }) {
  const { t } = useTranslation(['setup', 'common', 'settings']);
  const { compact } = useFormat();
  const [limit, setLimit] = useState<Limit>(plan.monthlyLimit);
  const [error, setError] = useState<string | null>(null);
  const saving = useSave({
    stale: ['plans', 'audit'],
    onField(field, message) {
      if (field !== 'monthlyLimit') return false;
      setError(message);
      return true;
    },
  });
  const isChanged = limit !== plan.monthlyLimit;
  const path = `/api/admin/plans/${plan.id}`;
  const save = () => {
    if (limit === undefined) {
      setError(t('common:needed'));
      return;
    }
    void saving.save({
      path,
      call: { method: 'PUT', body: { monthlyLimit: limit } },
      done: t('common:saved'),
      undo: { path, call: { method: 'PUT', body: { monthlyLimit: plan.monthlyLimit } } },
    });
  };
  const inherited = plan.monthlyLimit === 'inherit' && plan.effectiveLimit !== null ? compact(plan.effectiveLimit) : '';
  return (
    <Paper withBorder p="md">
      <UnsavedGuard isDirty={() => isChanged} />
      <Title order={2} mb={4}>
        {t('plan.first', { name: plan.name })}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('plan.firstHint')}{' '}
        <AnchorLink underline="always" to="/plans" size="sm">
          {t('plan.all')}
        </AnchorLink>
      </Text>
      <FailureAlert failure={saving.failure} />
      <LimitField
        label={t('plan.limit')}
        value={limit}
        error={error}
        suffix={t('common:tokens')}
        inherit={inherited === '' ? t('plan.asSet') : t('plan.asSetTo', { limit: inherited })}
        onChange={(next) => {
          setLimit(next);
          setError(null);
        }}
      />
      <Group mt="sm">
        <Button variant="default" disabled={!isChanged} loading={saving.busy} onClick={save}>
          {t('common:save')}
        </Button>
      </Group>
    </Paper>
  );
}
