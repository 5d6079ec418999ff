import { Alert, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { List } from '../../../gateway/contract/common.ts';
import type { Plan } from '../../../gateway/contract/plans.ts';
import type { User } from '../../../gateway/contract/users.ts';
import { useFormat } from '../format/use-format.ts';
import { useSession } from '../session/use-session.tsx';
import { nameOf } from '../users/name-of.ts';

interface PlanReachProps {
  plan: Plan;
  /** As it stands in the form. */
  limit: number | null | 'inherit' | undefined;
}

const MOST_ASKED = 200;
const NAMES_SHOWN = 5;

/** Whom a change touches, before it is made: how many have the plan, and who would be stopped at once. */
export function PlanReach({ plan, limit }: PlanReachProps) {
  const { t } = useTranslation(['plans', 'common']);
  const { exact } = useFormat();
  const session = useSession();
  const isLower =
    typeof limit === 'number' &&
    limit !== plan.monthlyLimit &&
    limit < (plan.effectiveLimit ?? Number.POSITIVE_INFINITY);
  const { data } = useQuery({
    queryKey: ['user', 'by-plan', plan.id],
    enabled: isLower && plan.users > 0,
    queryFn: ({ signal }) =>
      session.call<List<User>>('/api/admin/users', {
        query: { plan: plan.id, sort: '-used', limit: MOST_ASKED },
        signal,
      }),
  });
  if (plan.users === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('reachNobody')}
      </Text>
    );
  }
  // Who has a limit of their own is not touched, and who has credits goes on.
  const stopped = (data?.items ?? []).filter(
    (user) => isLower && user.monthlyLimit === plan.effectiveLimit && user.used >= limit && user.credits === 0,
  );
  const count = t('common:users', { count: plan.users, formatted: exact(plan.users) });
  const names = stopped.slice(0, NAMES_SHOWN).map(nameOf);
  return (
    <Alert color={stopped.length > 0 ? 'orange' : 'gray'} variant="light" p="sm">
      <Text size="sm">{t('reach', { users: count })}</Text>
      {stopped.length > 0 && (
        <Text size="sm" fw={600} mt={4}>
          {t('reachStopped', {
            count: stopped.length,
            formatted: stopped.length >= MOST_ASKED ? t('orMore', { count: stopped.length }) : exact(stopped.length),
          })}{' '}
          {names.join(', ')}
          {stopped.length > names.length && ' …'}
        </Text>
      )}
    </Alert>
  );
}
