import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../../gateway/contract/tickets.ts';
import type { SearchField } from '../ui/search/fields.ts';
import { useUserField } from '../ui/search/use-user-field.ts';
import { KINDS, URGENCIES } from './requests-search.ts';

/** What the queue can be filtered by, besides whether it waits. */
export function useRequestFields(tickets: readonly Ticket[]): readonly SearchField[] {
  const { t } = useTranslation(['requests', 'common']);
  const user = useUserField(tickets.map((ticket) => ticket.user));
  return useMemo(
    () => [
      {
        param: 'kind',
        key: t('filters.kind'),
        words: ['kind'],
        label: t('kind'),
        is: { kind: 'choice', options: KINDS.map((value) => ({ value, label: t(`kinds.${value}`) })) },
      },
      {
        param: 'urgency',
        key: t('filters.urgency'),
        words: ['urgency'],
        label: t('urgency'),
        is: { kind: 'choice', options: URGENCIES.map((value) => ({ value, label: t(`urgencies.${value}`) })) },
      },
      {
        param: 'overdue',
        key: t('filters.late'),
        words: ['late', 'overdue'],
        label: t('late'),
        is: {
          kind: 'choice',
          options: [
            { value: 'true', label: t('common:yes') },
            { value: 'false', label: t('common:no') },
          ],
        },
        isSingle: true,
      },
      user,
    ],
    [t, user],
  );
}
