import type { TFunction } from 'i18next';
import type { Ticket, TicketStatus } from '../../../gateway/contract/tickets.ts';
import type { Expected } from '../api/expected.ts';
import type { Change } from '../api/use-change.ts';
import type { Format } from '../format/use-format.ts';
import { nameOf } from '../users/name-of.ts';

export type DecisionName = 'approve' | 'reject' | 'ask' | 'answer';

const BECOMES: Record<DecisionName, TicketStatus> = {
  approve: 'approved',
  reject: 'rejected',
  ask: 'asked',
  answer: 'answered',
};

/** First parts of the keys of all queries that show what a decision changes. */
export const STALE_OF_DECISION = ['tickets', 'user', 'stats', 'alerts', 'audit'];

/** What is seen of a decision before it is answered. What it grants is the gateway's to say. */
export function decided({ id }: Pick<Ticket, 'id'>, decision: DecisionName): Expected {
  return { in: ['tickets'], id, fields: { status: BECOMES[decision] } };
}

/** What a decision came to, in the past tense. */
export function decisionWords(
  decision: DecisionName | 'undo',
  t: TFunction<'requests'>,
  { exact }: Pick<Format, 'exact'>,
) {
  return ({ ticket, kind, granted, user }: Ticket): string => {
    const about = { ticket, name: nameOf(user) };
    if (decision !== 'approve') return t(`done.${decision}`, about);
    const what = kind === 'limit_change' ? 'approveLimit' : 'approve';
    return t(`done.${what}`, { ...about, tokens: exact(granted ?? 0) });
  };
}

/** For a minute. */
export function undoOf({ id }: Pick<Ticket, 'id'>, t: TFunction<'requests'>, format: Pick<Format, 'exact'>) {
  return {
    path: `/api/admin/requests/${id}/undo`,
    call: { method: 'POST' },
    done: decisionWords('undo', t, format),
  } satisfies Change;
}
