import { Drawer, Group, Paper, Tabs, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { User } from '../../../gateway/contract/users.ts';
import { useSubject } from '../frame/subject.ts';
import { useSession } from '../session/use-session.tsx';
import { AnchorLink } from '../ui/anchor-link.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { StepButtons } from '../ui/step-buttons.tsx';
import type { Steps } from '../ui/table/use-steps.ts';
import { useLoneEscape } from '../ui/use-lone-escape.ts';
import { nameOf } from './name-of.ts';
import { UserAlerts } from './user-alerts.tsx';
import { MEANINGS } from './user-columns.tsx';
import css from './user-drawer.module.css';
import { UserHistory, UserKeys } from './user-keys-history.tsx';
import { UserLedger } from './user-ledger.tsx';
import { UserMoves } from './user-moves.tsx';
import { UserRestriction } from './user-restriction.tsx';
import { UserSummary } from './user-summary.tsx';
import { UserTickets } from './user-tickets.tsx';
import { UserUsage } from './user-usage.tsx';
import { TABS, type UserTab } from './users-search.ts';

interface UserDrawerProps extends UserDetailsProps {
  onClose(): void;
  /** To the neighbours in the list. */
  steps: Steps;
}

/** Everything about one user, beside the list. */
export function UserDrawer({
  id,
  onClose,
  steps,
  ...details
}: Omit<UserDrawerProps, 'id'> & { id: string | undefined }) {
  const { t } = useTranslation('users');
  const { data: user } = useUser(id);
  useSubject(user && nameOf(user));
  useLoneEscape(onClose, id !== undefined);
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      closeOnEscape={false}
      title={<Heading user={user} />}
      padding="md"
    >
      <Group justify="space-between" mb="sm">
        <Group gap="md">
          <StepButtons steps={steps} />
          {id !== undefined && (
            <AnchorLink from="/users" to="/users" search={(before) => ({ ...before, view: 'page' })} size="sm">
              {t('openAsPage')}
            </AnchorLink>
          )}
        </Group>
        {user && <UserMoves user={user} onDeleted={onClose} />}
      </Group>
      {id !== undefined && <UserDetails id={id} {...details} />}
    </Drawer>
  );
}

/** The same as a page of its own: to keep open, or in another window. */
export function UserPage({ id, onClose, steps, ...details }: UserDrawerProps) {
  const { t } = useTranslation('users');
  const { data: user } = useUser(id);
  useSubject(user && nameOf(user));
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" mb="sm">
        <Group gap="md">
          <AnchorLink
            from="/users"
            to="/users"
            search={({ user: _user, tab: _tab, only: _only, view: _view, ...list }) => list}
            size="sm"
          >
            {t('backToList')}
          </AnchorLink>
          <StepButtons steps={steps} />
        </Group>
        {user && <UserMoves user={user} onDeleted={onClose} />}
      </Group>
      <Title order={2} mb="md">
        <Heading user={user} />
      </Title>
      <UserDetails id={id} {...details} />
    </Paper>
  );
}

function useUser(id: string | undefined) {
  const session = useSession();
  return useQuery({
    queryKey: ['user', 'details', id],
    enabled: id !== undefined,
    queryFn: ({ signal }) => session.call<User>(`/api/admin/users/${id}`, { signal }),
  });
}

interface UserDetailsProps {
  id: string;
  tab: UserTab | undefined;
  onTab(tab: UserTab): void;
  /** What the rows of the tab are narrowed to. */
  only: string | undefined;
  onOnly(only: string | undefined): void;
}

function UserDetails({ id, tab = 'summary', onTab, only, onOnly }: UserDetailsProps) {
  const { t } = useTranslation('users');
  const query = useUser(id);
  return (
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
              <UserUsage userId={user.id} only={only} onOnly={onOnly} />
            </Tabs.Panel>
            <Tabs.Panel value="ledger">
              <UserLedger userId={user.id} only={only} onOnly={onOnly} />
            </Tabs.Panel>
            <Tabs.Panel value="requests">
              <UserTickets userId={user.id} only={only} onOnly={onOnly} />
            </Tabs.Panel>
            <Tabs.Panel value="alerts">
              <UserAlerts userId={user.id} only={only} onOnly={onOnly} />
            </Tabs.Panel>
            <Tabs.Panel value="keys">
              <UserKeys userId={user.id} only={only} onOnly={onOnly} />
            </Tabs.Panel>
            <Tabs.Panel value="audit">
              <UserHistory userId={user.id} only={only} onOnly={onOnly} />
            </Tabs.Panel>
          </Tabs>
        </>
      )}
    </QueryState>
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
        <CopyText text={user.id} label={t('copyId', { id: user.id })} />
      </span>
    </span>
  );
}
