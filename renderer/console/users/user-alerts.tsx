import { IconBell } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../gateway/contract/alerts.ts';
import { AlertRow } from '../alerts/alert-row.tsx';
import { usePages } from '../api/pages.ts';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { ListFrame } from '../ui/table/list-frame.tsx';

/** The alerts about a user, open and resolved. */
export function UserAlerts({ userId }: { userId: string }) {
  const { t } = useTranslation('users');
  const list = usePages<Alert>(['alerts', 'user', userId], '/api/admin/alerts', { user: userId, status: 'all' });
  return (
    <ListFrame list={list} empty={<EmptyPanel icon={<IconBell size={32} />} title={t('noAlerts')} />}>
      {list.items?.map((alert) => (
        <AlertRow key={alert.id} alert={alert} ofUser />
      ))}
    </ListFrame>
  );
}
