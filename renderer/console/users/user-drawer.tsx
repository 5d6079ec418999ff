import { ActionIcon, Drawer, Group, Tabs, Text } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { User } from '../../../gateway/contract/users.ts';
import { useSession } from '../session/use-session.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { UserAlerts } from './user-alerts.tsx';
import { MEANINGS, nameOf } from './user-columns.tsx';
import css from './user-drawer.module.css';
import { UserMoves } from './user-moves.tsx';
import { UserRestriction } from './user-restriction.tsx';
import { UserSummary } from './user-summary.tsx';
import { UserHistory, UserKeys, UserLedger, UserUsage } from './user-tabs.tsx';
import { UserTickets } from './user-tickets.tsx';
import { TABS, type UserTab } from './users-search.ts';

interface UserDrawerProps {
  /** Of the user; undefined while closed. */
  id: string | undefined;
  tab: UserTab | undefined;
  onTab(tab: UserTab): void;
  onClose(): void;
  /** The neighbours in the list. */
  previous: string | undefined;
  next: string | undefined;
  onStep(id: string): void;
}

/** Everything about one user, beside the list. */
export function UserDrawer({ id, tab = 'summary', onTab, onClose, previous, next, onStep }: UserDrawerProps) {
  const { t } = useTranslation(['users', 'common']);
  const session = useSession();
  const query = useQuery({
    queryKey: ['user', 'details', id],
    enabled: id !== undefined,
    queryFn: ({ signal }) => session.call<User>(`/api/admin/users/${id}`, { signal }),
  });

  return (
    <Drawer opened={id !== undefined} onClose={onClose} title={<Heading user={query.data} />} padding="md">
      <Group justify="space-between" mb="sm">
        <Group gap={4}>
          <Step icon={IconChevronUp} label={t('common:previous')} to={previous} onStep={onStep} />
          <Step icon={IconChevronDown} label={t('common:following')} to={next} onStep={onStep} />
        </Group>
        {query.data && <UserMoves user={query.data} onDeleted={onClose} />}
      </Group>
      <QueryState query={query}>
        {(user) => (
          <>
            <UserRestriction user={user} />
            <Tabs value={tab} onChange={(value) => onTab(value as UserTab)} keepMounted={false}>
              <Tabs.List mb="md">
                {TABS.map((name) => (
                  <Tabs.Tab key={name} value={name}>
                    {t(`tabs.${name}`)}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
              <Tabs.Panel value="summary">
                <UserSummary user={user} />
              </Tabs.Panel>
              <Tabs.Panel value="usage">
                <UserUsage userId={user.id} />
              </Tabs.Panel>
              <Tabs.Panel value="ledger">
                <UserLedger userId={user.id} />
              </Tabs.Panel>
              <Tabs.Panel value="requests">
                <UserTickets userId={user.id} />
              </Tabs.Panel>
              <Tabs.Panel value="alerts">
                <UserAlerts userId={user.id} />
              </Tabs.Panel>
              <Tabs.Panel value="keys">
                <UserKeys userId={user.id} />
              </Tabs.Panel>
              <Tabs.Panel value="audit">
                <UserHistory userId={user.id} />
              </Tabs.Panel>
            </Tabs>
          </>
        )}
      </QueryState>
    </Drawer>
  );
}

function Heading({ user }: { user: User | undefined }) {
  const { t } = useTranslation('users');
  if (!user) return null;
  return (
    <span className={css.heading}>
      <span className={css.line}>
        <span className={css.name}>{nameOf(user)}</span>
        <StatusBadge meaning={MEANINGS[user.status]}>{t(`statuses.${user.status}`)}</StatusBadge>
      </span>
      <span className={css.line}>
        <Text span size="sm" c="dimmed">
          {user.email ?? t('serviceAccount')}
        </Text>
        <CopyText text={user.id} label={user.id} />
      </span>
    </span>
  );
}

interface StepProps {
  icon: typeof IconChevronUp;
  label: string;
  to: string | undefined;
  onStep(id: string): void;
}

function Step({ icon: Icon, label, to, onStep }: StepProps) {
  return (
    <ActionIcon
      variant="default"
      aria-label={label}
      disabled={to === undefined}
      onClick={() => to !== undefined && onStep(to)}
    >
      <Icon size={16} />
    </ActionIcon>
  );
}
