import { Group, Text, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../../gateway/contract/tickets.ts';
import { useFormat } from '../format/use-format.ts';
import { type Meaning, StatusBadge } from '../ui/status-badge.tsx';
import { nameOf } from '../users/name-of.ts';
import css from './requests.module.css';

export const URGENCY: Record<Ticket['urgency'], Meaning> = {
  low: 'quiet',
  medium: 'quiet',
  high: 'warning',
  critical: 'critical',
};
export const STATUS: Record<Ticket['status'], Meaning> = {
  open: 'warning',
  asked: 'quiet',
  approved: 'good',
  rejected: 'blocked',
  answered: 'good',
  withdrawn: 'quiet',
};

interface RequestRowProps {
  ticket: Ticket;
  isOpen: boolean;
  onOpen(): void;
}

/** One request in the queue: who, what, how urgent, until when. */
export function RequestRow({ ticket, isOpen, onOpen }: RequestRowProps) {
  const { t } = useTranslation('requests');
  const { ago } = useFormat();
  const isWaiting = ticket.status === 'open';
  return (
    <UnstyledButton className={css.row} data-open={isOpen || undefined} aria-current={isOpen} onClick={onOpen}>
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600} truncate>
          {nameOf(ticket.user)}
        </Text>
        <Text size="xs" c="dimmed">
          {ticket.ticket}
        </Text>
      </Group>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">
          <Wish ticket={ticket} />
        </Text>
        {isWaiting ? (
          <StatusBadge meaning={URGENCY[ticket.urgency]}>{t(`urgencies.${ticket.urgency}`)}</StatusBadge>
        ) : (
          <StatusBadge meaning={STATUS[ticket.status]}>{t(`statuses.${ticket.status}`)}</StatusBadge>
        )}
      </Group>
      <Text size="xs" c={ticket.overdue ? 'var(--critical)' : 'dimmed'} truncate>
        {isWaiting
          ? t(ticket.overdue ? 'overdue' : 'due', { when: ago(ticket.dueAt) })
          : ago(ticket.decidedAt ?? ticket.updatedAt)}
      </Text>
    </UnstyledButton>
  );
}

/** What is asked for, in a few words. */
export function Wish({ ticket }: { ticket: Pick<Ticket, 'kind' | 'amount'> }) {
  const { t } = useTranslation('requests');
  const { compact } = useFormat();
  if (ticket.amount === null) return t(`kinds.${ticket.kind}`);
  return t(ticket.kind === 'limit_change' ? 'asksLimit' : 'asksFor', { tokens: compact(ticket.amount) });
}
