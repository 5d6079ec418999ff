import type { Ticket, TicketStatus } from '../../../gateway/contract/tickets.ts';
import type { Expected } from '../api/expected.ts';

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
