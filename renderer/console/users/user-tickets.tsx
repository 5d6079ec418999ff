import { Anchor, Table, Text } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../../gateway/contract/tickets.ts';
import { usePages } from '../api/pages.ts';
import { STATUS, Wish } from '../requests/request-row.tsx';
import { oneOf } from '../search-params.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { When } from '../ui/when.tsx';
import { type UserListProps, UserRows } from './user-rows.tsx';

const STATUSES = Object.keys(STATUS) as Ticket['status'][];

/** What a user asked for in the portal, newest first. */
export function UserTickets({ userId, only, onOnly }: UserListProps) {
  const { t } = useTranslation(['users', 'requests']);
  const status = oneOf(only, STATUSES);
  const list = usePages<Ticket>(['tickets', 'user', userId], '/api/admin/requests', {
    user: userId,
    status,
    sort: '-createdAt',
  });
  return (
    <UserRows
      list={list}
      label={t('only.requests')}
      values={STATUSES}
      labelOf={(value) => t(`requests:statuses.${value}`)}
      only={status}
      onOnly={onOnly}
      none={{ icon: <IconInbox size={32} />, title: t('noTickets') }}
    >
      <Table>
        <Table.Tbody>
          {list.items?.map((ticket) => (
            <Table.Tr key={ticket.id}>
              <Table.Td>
                <Anchor
                  size="sm"
                  renderRoot={(props) => (
                    <Link to="/requests" search={{ view: 'all', request: ticket.id }} {...props} />
                  )}
                >
                  {ticket.ticket}
                </Anchor>
                <br />
                <When at={ticket.createdAt} size="xs" c="dimmed" />
              </Table.Td>
              <Table.Td>
                <Text size="sm">
                  <Wish ticket={ticket} />
                </Text>
                <Text size="xs" c="dimmed" lineClamp={2}>
                  {ticket.message}
                </Text>
              </Table.Td>
              <Table.Td>
                <StatusBadge meaning={STATUS[ticket.status]}>{t(`requests:statuses.${ticket.status}`)}</StatusBadge>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </UserRows>
  );
}
