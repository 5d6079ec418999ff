import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { SearchField, SearchOption } from './fields.ts';

/** Somebody in the rows that are shown. */
export interface ShownUser {
  readonly id: string | null;
  readonly name?: string | null;
  readonly email?: string | null;
}

const ID = /^usr_/;

/** The filter for one user: by the names of those in the rows, or by any id. */
export function useUserField(users: readonly (ShownUser | null)[]): SearchField {
  const { t } = useTranslation('search');
  const byId = new Map<string, string>();
  for (const user of users) {
    const name = user?.name || user?.email;
    if (user?.id && (name || !byId.has(user.id))) byId.set(user.id, name || user.id);
  }
  // The rows are new with every answer; who is in them seldom is.
  const known = JSON.stringify([...byId]);
  return useMemo(() => {
    const words = (JSON.parse(known) as [string, string][]).map(([value, label]): SearchOption => ({ value, label }));
    return {
      param: 'user',
      key: t('userKey'),
      words: ['user'],
      label: t('user'),
      is: { kind: 'text', words, looks: ID },
      isSingle: true,
    };
  }, [t, known]);
}
