import { IconBell } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../gateway/contract/alerts.ts';
import { AlertRow } from '../alerts/alert-row.tsx';
import { KINDS } from '../alerts/alerts-search.ts';
import { usePages } from '../api/pages.ts';
import { oneOf } from '../search-params.ts';
import { type UserListProps, UserRows } from './user-rows.tsx';

/** The alerts about a user, open and resolved. */
export function UserAlerts({ userId, only, onOnly }: UserListProps) {
  const { t } = useTranslation(['users', 'alerts']);
  const kind = oneOf(only, KINDS);
  const list = usePages<Alert>(['alerts', 'user', userId], '/api/admin/alerts', { user: userId, status: 'all', kind });
  return (
    <UserRows
      list={list}
      label={t('only.alerts')}
      values={KINDS}
      labelOf={(value) => t(`alerts:kinds.${value}`)}
      only={kind}
      onOnly={onOnly}
      none={{ icon: <IconBell size={32} />, title: t('noAlerts') }}
    >
      {list.items?.map((alert) => (
        <AlertRow key={alert.id} alert={alert} ofUser />
      ))}
    </UserRows>
  );
}
