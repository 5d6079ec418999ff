import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useDepartments, usePlans } from '../api/plans.ts';
import type { SearchField } from '../ui/search/fields.ts';
import { KINDS, LEVELS, STATUSES } from './users-search.ts';

/** What the list of users can be filtered by. */
export function useUserFields(): readonly SearchField[] {
  const { t } = useTranslation(['users', 'common']);
  const plans = usePlans().data?.items;
  const departments = useDepartments().data?.items;
  return useMemo(
    () => [
      {
        param: 'status',
        key: t('keys.status'),
        words: ['status'],
        label: t('status'),
        is: { kind: 'choice', options: STATUSES.map((value) => ({ value, label: t(`statuses.${value}`) })) },
      },
      {
        param: 'plan',
        key: t('keys.plan'),
        words: ['plan'],
        label: t('plan'),
        is: { kind: 'choice', options: plans?.map(({ id, name }) => ({ value: id, label: name })) },
      },
      {
        param: 'department',
        key: t('keys.department'),
        words: ['department'],
        label: t('department'),
        is: {
          kind: 'choice',
          options: departments && [
            ...departments.filter(({ id }) => id !== 'team').map(({ id, name }) => ({ value: id, label: name })),
            { value: 'none', label: t('common:none') },
          ],
        },
      },
      {
        param: 'kind',
        key: t('keys.kind'),
        words: ['kind'],
        label: t('userKind'),
        is: { kind: 'choice', options: KINDS.map((value) => ({ value, label: t(`userKinds.${value}`) })) },
      },
      {
        param: 'lastSeen',
        key: t('keys.lastSeen'),
        words: ['last-seen', 'seen'],
        label: t('columns.lastSeenAt'),
        is: { kind: 'time', words: [{ value: 'never', label: t('common:never') }] },
      },
      {
        param: 'created',
        key: t('keys.created'),
        words: ['created', 'since'],
        label: t('created'),
        is: { kind: 'time' },
      },
      {
        param: 'usageLevel',
        key: t('keys.level'),
        words: ['level'],
        label: t('level'),
        is: { kind: 'choice', options: LEVELS.map((value) => ({ value, label: t(`levels.${value}`) })) },
      },
      {
        param: 'usagePercent',
        key: t('keys.usage'),
        words: ['usage', 'share'],
        label: t('columns.usagePercent'),
        is: { kind: 'percent' },
      },
      { param: 'used', key: t('keys.used'), words: ['used'], label: t('columns.used'), is: { kind: 'number' } },
      {
        param: 'available',
        key: t('keys.left'),
        words: ['left', 'available'],
        label: t('available'),
        is: { kind: 'number' },
      },
      {
        param: 'credits',
        key: t('keys.credits'),
        words: ['credits'],
        label: t('columns.credits'),
        is: { kind: 'number' },
      },
      {
        param: 'monthlyLimit',
        key: t('keys.limit'),
        words: ['limit'],
        label: t('limit'),
        is: { kind: 'number', words: [{ value: 'none', label: t('common:noLimit'), words: ['unlimited'] }] },
      },
    ],
    [t, plans, departments],
  );
}
