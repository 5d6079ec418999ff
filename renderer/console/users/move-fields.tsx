import { Button, Group, NumberInput, SegmentedControl, Select, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { User } from '../../../gateway/contract/users.ts';
import { useDepartments, usePlans } from '../api/plans.ts';
import { useStats } from '../api/stats.ts';
import { separatorsOf } from '../format/separators.ts';
import { useFormat } from '../format/use-format.ts';
import { DayField } from '../ui/day-field.tsx';
import type { FormOf } from '../ui/form.ts';
import { type MoveName, type MoveValues, NO_DEPARTMENT } from './move-changes.ts';
import { outcomeOf } from './plan-outcome.ts';
import { useUserProfile } from './use-user-profile.ts';

interface MoveFieldsProps {
  move: MoveName;
  form: FormOf<MoveValues>;
  user: User;
}

export function MoveFields({ move, form, user }: MoveFieldsProps) {
  switch (move) {
    case 'tokens':
      return <TokenFields form={form} user={user} />;
    case 'limit':
      return <LimitFields form={form} />;
    case 'plan':
      return <PlanFields form={form} user={user} />;
    case 'edit':
      return <EditFields form={form} user={user} />;
    case 'suspend':
      return <UntilField form={form} />;
    default:
      return <Consequence move={move} />;
  }
}

type FieldsProps = Pick<MoveFieldsProps, 'form'>;
const AMOUNTS = [100_000, 500_000, 1_000_000, 2_000_000];

function TokenFields({ form, user }: FieldsProps & { user: User }) {
  const { t } = useTranslation('users');
  const { compact, exact, locale } = useFormat();
  const amount = Number(form.values.amount);
  return (
    <>
      <Group gap={6}>
        {AMOUNTS.map((value) => (
          <Button key={value} size="compact-sm" variant="default" onClick={() => form.setFieldValue('amount', value)}>
            {compact(value)}
          </Button>
        ))}
      </Group>
      <NumberInput
        label={t('amount')}
        description={t('amountHint')}
        {...separatorsOf(locale)}
        allowDecimal={false}
        step={100_000}
        data-autofocus
        {...form.getInputProps('amount')}
      />
      {amount > 0 && (
        <Select
          label={t('kind')}
          data={(['grant', 'bonus', 'compensation', 'adjustment'] as const).map((value) => ({
            value,
            label: t(`kinds.${value}`),
          }))}
          {...form.getInputProps('kind')}
        />
      )}
      <Text size="sm">{t('creditsAfter', { before: exact(user.credits), after: exact(user.credits + amount) })}</Text>
    </>
  );
}

export function LimitFields({ form }: { form: FormOf<MoveValues> }) {
  const { t } = useTranslation(['users', 'common']);
  const { locale } = useFormat();
  return (
    <>
      <SegmentedControl
        fullWidth
        aria-label={t('limit')}
        data={(['tokens', 'inherit', 'unlimited'] as const).map((value) => ({
          value,
          label: t(`limitModes.${value}`),
        }))}
        {...form.getInputProps('limitMode')}
      />
      {form.values.limitMode === 'tokens' && (
        <NumberInput
          label={t('limit')}
          suffix={` ${t('common:tokens')}`}
          {...separatorsOf(locale)}
          allowDecimal={false}
          allowNegative={false}
          step={100_000}
          data-autofocus
          {...form.getInputProps('limit')}
        />
      )}
    </>
  );
}

function PlanFields({ form, user }: FieldsProps & { user: User }) {
  const { t } = useTranslation(['users', 'common']);
  const plans = usePlans().data?.items ?? [];
  const plan = plans.find(({ id }) => id === form.values.plan);
  const departments = useDepartments().data?.items ?? [];
  return (
    <>
      <Select
        label={t('plan')}
        data={plans.map(({ id, name }) => ({ value: id, label: name }))}
        {...form.getInputProps('plan')}
      />
      <Select
        label={t('department')}
        data={[
          { value: NO_DEPARTMENT, label: t('common:none') },
          ...departments.filter(({ id }) => id !== 'team').map(({ id, name }) => ({ value: id, label: name })),
        ]}
        {...form.getInputProps('department')}
      />
      {plan && plan.id !== user.plan && <PlanOutcome user={user} limit={plan.effectiveLimit} />}
    </>
  );
}

/** Limit and what is left, before and after; a limit of the user's own stays. */
function PlanOutcome({ user, limit }: { user: User; limit: number | null }) {
  const { t } = useTranslation(['users', 'common']);
  const { exact } = useFormat();
  const profile = useUserProfile(user.id);
  if (!profile) return null;
  if (profile.ownLimit !== 'inherit') return <Text size="sm">{t('ownLimitStays')}</Text>;
  const say = (tokens: number | null) => (tokens === null ? t('common:noLimit') : exact(tokens));
  const after = outcomeOf(user, limit);
  return (
    <Text size="sm" role="status">
      {t('limitAfter', { before: say(user.monthlyLimit), after: say(after.limit) })}
      <br />
      {t('leftAfter', { before: say(user.available), after: say(after.left) })}
    </Text>
  );
}

function EditFields({ form, user }: FieldsProps & { user: User }) {
  const { t } = useTranslation('users');
  return (
    <>
      <TextInput label={t('columns.name')} data-autofocus {...form.getInputProps('name')} />
      {user.email !== null && <TextInput label={t('email')} type="email" {...form.getInputProps('email')} />}
    </>
  );
}

function UntilField({ form }: FieldsProps) {
  const { t } = useTranslation(['users', 'common']);
  const zone = useStats().data?.timeZone;
  const days = zone === undefined ? '' : ` ${t('common:timeZone', { zone })}`;
  return (
    <DayField
      label={t('until')}
      description={`${t('untilHint')}${days}`}
      zone={zone}
      {...form.getInputProps('until')}
      value={form.values.until}
    />
  );
}

function Consequence({ move }: { move: MoveName }) {
  const { t } = useTranslation('users');
  if (move !== 'block' && move !== 'activate' && move !== 'reset') return null;
  return <Text size="sm">{t(`consequences.${move}`)}</Text>;
}
