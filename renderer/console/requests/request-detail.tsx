import { Anchor, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { TicketDetail, TicketHistory } from '../../../gateway/contract/tickets.ts';
import { formatMoney } from '../../shared/format/tokens.ts';
import { useFormat } from '../format/use-format.ts';
import { useSubject } from '../frame/subject.ts';
import { useMay, useSession } from '../session/use-session.tsx';
import { AnchorLink } from '../ui/anchor-link.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { nameOf } from '../users/name-of.ts';
import { useProjectionText } from '../users/use-projection-text.ts';
import { UserQuota } from '../users/user-quota.tsx';
import { DecisionBar } from './decision-bar.tsx';
import { STATUS, URGENCY, Wish } from './request-row.tsx';
import css from './requests.module.css';

interface RequestDetailProps {
  id: string;
  /** After a decision, to go on with the next. */
  onDecided(): void;
  onClose(): void;
}

/** One request beside what its user has, used and got before. */
export function RequestDetail({ id, onDecided, onClose }: RequestDetailProps) {
  const { t } = useTranslation(['requests', 'common']);
  const session = useSession();
  const query = useQuery({
    queryKey: ['tickets', 'detail', id],
    queryFn: ({ signal }) => session.call<TicketDetail>(`/api/admin/requests/${id}`, { signal }),
  });
  useSubject(query.data && `#${query.data.ticket.number} ${nameOf(query.data.user)}`);
  return (
    <QueryState query={query}>
      {(detail) => (
        <Stack gap="md" p="md">
          <Head detail={detail} />
          <Text className={css.message}>{detail.ticket.message}</Text>
          <DecisionBar ticket={detail.ticket} onDecided={onDecided} />
          <Paper withBorder p="sm">
            <Title order={3} mb="xs">
              {t('balance')}
            </Title>
            <UserQuota user={detail.user} size="large" thresholds={[80, 95]} />
            <Pace detail={detail} />
          </Paper>
          <History detail={detail} />
          <Before detail={detail} />
          <Anchor component="button" type="button" size="sm" hiddenFrom="md" onClick={onClose}>
            {t('common:close')}
          </Anchor>
        </Stack>
      )}
    </QueryState>
  );
}

function Head({ detail: { ticket } }: { detail: TicketDetail }) {
  const { t } = useTranslation('requests');
  const { ago, time, locale } = useFormat();
  const { user, price } = ticket;
  return (
    <div>
      <Group justify="space-between">
        <Title order={2}>
          {nameOf(user)}
          {': '}
          <Wish ticket={ticket} />
        </Title>
        <Group gap={6}>
          <StatusBadge meaning={URGENCY[ticket.urgency]}>{t(`urgencies.${ticket.urgency}`)}</StatusBadge>
          <StatusBadge meaning={STATUS[ticket.status]}>{t(`statuses.${ticket.status}`)}</StatusBadge>
        </Group>
      </Group>
      <Text size="sm" c="dimmed" title={time(ticket.createdAt)}>
        {[ticket.ticket, t(`kinds.${ticket.kind}`), user.email, ago(ticket.createdAt)].filter(Boolean).join(' · ')}
      </Text>
      {price && (
        <Text size="sm" c="dimmed">
          {t('price', { price: formatMoney(price.amount, price.currency, locale) })}
        </Text>
      )}
      <Group gap="md">
        <AnchorLink to="/users" search={{ user: user.id }} size="sm">
          {t('openUser')}
        </AnchorLink>
        {ticket.kind === 'objection' && (
          // Resolved ones too: whoever objects may do so after a step has ended.
          <AnchorLink to="/alerts" search={{ status: 'all', kind: ['anomaly'], user: user.id }} size="sm">
            {t('objectedTo')}
          </AnchorLink>
        )}
      </Group>
    </div>
  );
}

function Pace({ detail: { stats, user } }: { detail: TicketDetail }) {
  const { t } = useTranslation('users');
  const { day } = useFormat();
  const projectionText = useProjectionText();
  const { exhaustionDate } = stats;
  return (
    <Text size="sm" mt="xs">
      {projectionText(stats)}{' '}
      {exhaustionDate !== null &&
        (user.available === 0 ? t('nothingLeft') : t('exhaustion', { date: day(exhaustionDate) }))}
    </Text>
  );
}

function History({ detail: { history, ticket } }: { detail: TicketDetail }) {
  const { t } = useTranslation('requests');
  const { ago, time } = useFormat();
  return (
    <div>
      <Title order={3} mb="xs">
        {t('history')}
      </Title>
      <Stack gap={6}>
        {history.map((step) => (
          <div key={step.id}>
            <Text size="sm" title={time(step.createdAt)}>
              <Actor step={step} ticketId={ticket.id} /> {t(`steps.${step.step}`)}
              {', '}
              {ago(step.createdAt)}
            </Text>
            {step.text !== null && (
              <Text size="sm" c="dimmed" className={css.message}>
                {step.text}
              </Text>
            )}
          </div>
        ))}
      </Stack>
    </div>
  );
}

/** Who did it; an operator by name, with what the audit log has of the request. */
function Actor({ step: { by, operatorName }, ticketId }: { step: TicketHistory; ticketId: string }) {
  const { t } = useTranslation('requests');
  const may = useMay();
  const name = operatorName ?? t(`by.${by}`);
  if (by !== 'operator' || !may('admin')) return name;
  return (
    <AnchorLink to="/activity" search={{ part: 'audit', target: ticketId }} size="sm">
      {name}
    </AnchorLink>
  );
}

function Before({ detail: { others, moves } }: { detail: TicketDetail }) {
  const { t } = useTranslation(['requests', 'users']);
  const { ago, exact } = useFormat();
  // Months that were closed gave nothing.
  const received = moves.filter(({ creditsDelta }) => creditsDelta !== 0);
  return (
    <>
      <div>
        <Title order={3} mb={4}>
          {t('others')}
        </Title>
        {others.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('noOthers')}
          </Text>
        ) : (
          <Table verticalSpacing={4}>
            <Table.Tbody>
              {others.map((other) => (
                <Table.Tr key={other.id}>
                  <Table.Td>{other.ticket}</Table.Td>
                  <Table.Td>
                    <Wish ticket={other} />
                  </Table.Td>
                  <Table.Td>
                    <StatusBadge meaning={STATUS[other.status]}>{t(`statuses.${other.status}`)}</StatusBadge>
                  </Table.Td>
                  <Table.Td ta="right">{ago(other.createdAt)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </div>
      <div>
        <Title order={3} mb={4}>
          {t('moves')}
        </Title>
        {received.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('noMoves')}
          </Text>
        ) : (
          <Table verticalSpacing={4}>
            <Table.Tbody>
              {received.map((move) => (
                <Table.Tr key={move.id}>
                  <Table.Td>{t(`users:ledgerKinds.${move.kind}`)}</Table.Td>
                  <Table.Td ta="right">{exact(move.creditsDelta)}</Table.Td>
                  <Table.Td>{move.reason}</Table.Td>
                  <Table.Td ta="right">{ago(move.createdAt)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </div>
    </>
  );
}
