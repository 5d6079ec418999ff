import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../gateway/contract/alerts.ts';
import type { SearchField } from '../ui/search/fields.ts';
import { useUserField } from '../ui/search/use-user-field.ts';
import { KINDS } from './alerts-search.ts';

/** What the alerts can be filtered by, besides whether they are open. */
export function useAlertFields(alerts: readonly Alert[]): readonly SearchField[] {
  const { t } = useTranslation('alerts');
  const user = useUserField(alerts.map((alert) => alert.user));
  return useMemo(
    () => [
      {
        param: 'kind',
        key: t('keys.kind'),
        words: ['kind'],
        label: t('kind'),
        is: { kind: 'choice', options: KINDS.map((value) => ({ value, label: t(`kinds.${value}`) })) },
      },
      user,
    ],
    [t, user],
  );
}
