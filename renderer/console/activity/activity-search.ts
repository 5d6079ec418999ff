/** What of the activity stands in the address. */
import { dayOf, listOf, oneOf, pagesOf, present, textOf } from '../search-params.ts';

export const PARTS = [
  { id: 'audit', role: 'admin' },
  { id: 'usage', role: 'viewer' },
  { id: 'refusals', role: 'viewer' },
  { id: 'jobs', role: 'admin' },
  { id: 'outbox', role: 'admin' },
] as const;
export type Part = (typeof PARTS)[number]['id'];

export const OUTCOMES = ['pending', 'ok', 'client_aborted', 'upstream_broke', 'upstream_error', 'interrupted'] as const;
export const MAIL_STATUSES = ['waiting', 'sent', 'dead', 'skipped', 'discarded'] as const;
export const JOB_KINDS = ['backup', 'restore', 'migrate', 'verify', 'export', 'retention'] as const;
export const JOB_STATUSES = ['running', 'done', 'failed', 'cancelled'] as const;
export const ACTOR_KINDS = ['operator', 'token', 'user', 'key', 'system'] as const;
/** What the audit log is about, as the first half of its actions. */
export const SUBJECTS = [
  'user',
  'plan',
  'department',
  'model',
  'upstream',
  'key',
  'settings',
  'operator',
  'session',
  'token',
  'mail',
  'ticket',
  'packet',
  'alert',
  'backup',
  'job',
  'report',
  'audit',
] as const;

/** Every hour of a week, from Sunday's first on. */
export const HOURS_OF_WEEK: readonly string[] = Array.from(
  { length: 7 * 24 },
  (_, index) => `${Math.floor(index / 24)}-${index % 24}`,
);

export interface ActivitySearch {
  part?: Part;
  /** Id of the entry, record, refusal, job or mail whose drawer is open. */
  open?: string;
  search?: string;
  action?: string;
  actorKind?: (typeof ACTOR_KINDS)[number];
  target?: string;
  user?: string;
  model?: string;
  upstream?: string;
  /** Weekday, 0 being Sunday, and hour: `1-14`. */
  hour?: string;
  outcome?: (typeof OUTCOMES)[number][];
  code?: string;
  status?: (typeof MAIL_STATUSES)[number][];
  jobKind?: (typeof JOB_KINDS)[number][];
  jobStatus?: (typeof JOB_STATUSES)[number][];
  /** First and last day, `2026-11-12`. */
  from?: string;
  to?: string;
  /** How many pages of the list are shown. */
  pages?: string;
}

export function parseActivitySearch(raw: Record<string, unknown>): ActivitySearch {
  return present<ActivitySearch>({
    part: oneOf(
      raw.part,
      PARTS.map(({ id }) => id),
    ),
    open: textOf(raw.open),
    search: textOf(raw.search),
    action: textOf(raw.action),
    actorKind: oneOf(raw.actorKind, ACTOR_KINDS),
    target: textOf(raw.target),
    user: textOf(raw.user),
    model: textOf(raw.model),
    upstream: textOf(raw.upstream),
    hour: oneOf(raw.hour, HOURS_OF_WEEK),
    outcome: listOf(raw.outcome, OUTCOMES),
    code: textOf(raw.code),
    status: listOf(raw.status, MAIL_STATUSES),
    jobKind: listOf(raw.jobKind, JOB_KINDS),
    jobStatus: listOf(raw.jobStatus, JOB_STATUSES),
    from: dayOf(raw.from),
    to: dayOf(raw.to),
    pages: pagesOf(raw.pages),
  });
}
