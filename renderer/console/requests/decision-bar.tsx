import { Button, Group, Kbd, Text } from '@mantine/core';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../../gateway/contract/tickets.ts';
import { useChange } from '../api/use-change.ts';
import { useFormat } from '../format/use-format.ts';
import { type Shortcut, useShortcuts } from '../frame/shortcuts.ts';
import { useMay } from '../session/use-session.tsx';
import { type DecisionName, decided, decisionWords, STALE_OF_DECISION, undoOf } from './decided.ts';
import { DecisionModal } from './decision-modal.tsx';

interface DecisionBarProps {
  ticket: Ticket;
  onDecided(): void;
}

/** What can be decided, by click or by key; and for a minute, what can be taken back. */
export function DecisionBar({ ticket, onDecided }: DecisionBarProps) {
  const { t } = useTranslation('requests');
  const format = useFormat();
  const may = useMay();
  const change = useChange(STALE_OF_DECISION);
  const [decision, setDecision] = useState<DecisionName | null>(null);
  const isOpen = ticket.status === 'open' || ticket.status === 'asked';
  const grants = ticket.amount !== null;
  const isAllowed = may('approver') && isOpen;
  const mayGrant = grants && (ticket.kind !== 'limit_change' || may('admin'));

  const { mutate } = change;
  const { id } = ticket;
  const approve = useCallback(() => {
    mutate({
      path: `/api/admin/requests/${id}/approve`,
      call: { method: 'POST', body: {} },
      expects: decided({ id }, 'approve'),
      done: decisionWords('approve', t, format),
      undo: undoOf({ id }, t, format),
    });
    // What is expected is shown already: the next one need not wait for the answer.
    onDecided();
  }, [mutate, id, t, format, onDecided]);
  const shortcuts = useMemo<Shortcut[]>(() => {
    if (!isAllowed) return [];
    const group = t('list');
    const open = (name: DecisionName) => () => setDecision(name);
    return [
      ...(mayGrant
        ? [
            { keys: 'a', label: t('keys.approve'), group, run: approve },
            { keys: 'e', label: t('keys.other'), group, run: open('approve') },
          ]
        : []),
      { keys: 'r', label: t('keys.reject'), group, run: open('reject') },
      { keys: 'b', label: t('keys.ask'), group, run: open('ask') },
    ];
  }, [isAllowed, mayGrant, t, approve]);
  useShortcuts(shortcuts);

  const choices = (
    <Group gap="xs">
      {mayGrant && (
        <>
          <Button px="sm" loading={change.isPending} onClick={approve} rightSection={<Kbd size="xs">{'a'}</Kbd>}>
            {t(ticket.kind === 'limit_change' ? 'approveLimit' : 'approve', {
              tokens: format.compact(ticket.amount ?? 0),
            })}
          </Button>
          <Button
            px="sm"
            variant="default"
            onClick={() => setDecision('approve')}
            rightSection={<Kbd size="xs">{'e'}</Kbd>}
          >
            {t('approveOther')}
          </Button>
        </>
      )}
      {grants && !mayGrant && (
        <Text size="sm" c="dimmed">
          {t('limitNeedsAdmin')}
        </Text>
      )}
      {!grants && <Button onClick={() => setDecision('answer')}>{t('answer')}</Button>}
      <Button px="sm" variant="default" onClick={() => setDecision('ask')} rightSection={<Kbd size="xs">{'b'}</Kbd>}>
        {t('askBack')}
      </Button>
      <Button
        px="sm"
        variant="default"
        c="var(--blocked)"
        onClick={() => setDecision('reject')}
        rightSection={<Kbd size="xs">{'r'}</Kbd>}
      >
        {t('reject')}
      </Button>
    </Group>
  );
  return (
    <>
      {isAllowed ? choices : <Undo ticket={ticket} />}
      {/* It stays while what it has sent is shown as done already, and so is there when that was refused. */}
      {decision !== null && (
        <DecisionModal decision={decision} ticket={ticket} onClose={() => setDecision(null)} onDecided={onDecided} />
      )}
    </>
  );
}

const SECOND_MS = 1_000;

/** For a minute after a decision. */
function Undo({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation('requests');
  const format = useFormat();
  const may = useMay();
  const change = useChange(STALE_OF_DECISION);
  const [now, setNow] = useState(Date.now);
  const left = Math.ceil(((ticket.undoUntil ?? 0) - now) / SECOND_MS);
  const isPossible = left > 0 && may('approver');

  useEffect(() => {
    if (!isPossible) return;
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, [isPossible]);

  if (!isPossible) return ticket.decisionText === null ? null : <Text c="dimmed">{ticket.decisionText}</Text>;
  return (
    <Group gap="sm">
      <Button variant="default" loading={change.isPending} onClick={() => change.mutate(undoOf(ticket, t, format))}>
        {t('undo')}
      </Button>
      <Text size="sm" c="dimmed">
        {t('undoHint', { seconds: left })}
      </Text>
    </Group>
  );
}
