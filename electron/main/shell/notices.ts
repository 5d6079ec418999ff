/** What is worth a notification, and where it leads. Pure. */
import type { GatewayState, Locale } from '../../contract.ts';
import type { Supervision } from '../gateway/supervision.ts';
import { compact, type Words } from '../words/words.ts';
import { deepLink } from './deep-link.ts';
import type { Glance } from './glance.ts';

export interface Notice {
  readonly title: string;
  readonly body: string;
  /** Where a click leads: found again even by an app that was started by the click. */
  readonly link: string;
}

/** What is new since the last look; nothing at the first, when everything would be. */
export function newsOf(before: Glance | null, now: Glance, words: Words, locale: Locale): Notice[] {
  if (!before) return [];
  const { notice } = words;
  const notices: Notice[] = [];
  const known = new Set(before.tickets.map(({ id }) => id));
  const tickets = now.tickets.filter(({ id }) => !known.has(id));
  const [only] = tickets;
  if (only && tickets.length === 1) {
    const body =
      only.tokens === null ? notice.requestsBody : notice.requestBody(only.name, compact(only.tokens, locale));
    notices.push({ title: notice.requestTitle(1), body, link: deepLink('requests', only.id) });
  } else if (only) {
    notices.push({ title: notice.requestTitle(tickets.length), body: notice.requestsBody, link: deepLink('requests') });
  }
  const alerts = now.alertIds.filter((id) => !before.alertIds.includes(id)).length;
  if (alerts > 0) notices.push({ title: notice.alertTitle(alerts), body: notice.alertBody, link: deepLink('alerts') });
  return notices;
}

/** What the operator is told of the gateway itself. */
export function gatewayNotice(
  news: 'crashed' | 'recovered' | 'failed',
  { problem }: GatewayState,
  { notice }: Words,
): Notice {
  const link = deepLink('overview');
  if (news === 'crashed') return { title: notice.crashedTitle, body: notice.crashedBody, link };
  if (news === 'recovered') return { title: notice.recoveredTitle, body: notice.recoveredBody, link };
  return { title: notice.failedTitle, body: problem ? `${problem.text} ${problem.next}` : '', link };
}

/** Whether the computer should be kept awake. */
export function staysAwake(phase: Supervision['phase'], keepAwake: boolean): boolean {
  return keepAwake && (phase === 'running' || phase === 'starting' || phase === 'restarting');
}
