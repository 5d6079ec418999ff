/** What kinds of mail there are, what each carries, and to whom each makes sense. */
import type { AnomalyDetails } from '../contract/alerts.ts';
import type { Urgency } from './words.ts';

/** Where the reader stands, as of the moment that the mail is about. Tokens. */
export interface UseFigures {
  /** Null = unlimited; then `available` is null too. */
  readonly limit: number | null;
  readonly usedMonthly: number;
  readonly usedCredits: number;
  readonly credits: number;
  readonly held: number;
  readonly available: number | null;
  /** Epoch milliseconds. */
  readonly periodEndsAt: number;
  /** Percent at which warnings are sent: marks of the bar. */
  readonly thresholds: readonly number[];
}

export type RequestKind = 'credits' | 'support' | 'limit' | 'objection';

/** What something costs, as it was reckoned when it was asked for. */
export interface Price {
  /** Millionths of `currency`. */
  readonly micros: number;
  /** ISO 4217. */
  readonly currency: string;
}

export type SavingTip =
  /** Most tokens went to one model. */
  | { readonly kind: 'model'; readonly model: string; readonly percent: number }
  /** Prompts are many times as long as answers: long conversations are sent whole, each time. */
  | { readonly kind: 'prompts'; readonly percent: number }
  | { readonly kind: 'general' };

export interface AnomalyNotice extends Pick<AnomalyDetails, 'evidence' | 'step' | 'perMinute' | 'until'> {
  alertId: string;
}

/** The data of each kind. All of it may be read in the database: no secrets, and of people only ids. */
export interface MailData {
  welcome: { figures: UseFigures };
  /** `percent` is the threshold, `share` what is used, in whole percent. `daysLeft` at the present pace; null = unknown or enough. */
  warning: { percent: number; share: number; daysLeft: number | null; figures: UseFigures };
  critical: { percent: number; share: number; daysLeft: number | null; figures: UseFigures };
  blocked: { figures: UseFigures };
  early_warning: { exhaustionDay: string; tip: SavingTip; figures: UseFigures };
  request_received: {
    ticket: string;
    requestKind: RequestKind;
    amount: number | null;
    price: Price | null;
    urgency: Urgency;
    answerWithinHours: number;
  };
  request_approved: {
    ticket: string;
    requestKind: RequestKind;
    /** Tokens granted; the monthly limit where that was the wish. */
    amount: number;
    requestedAmount: number;
    note: string | null;
    figures: UseFigures;
  };
  request_rejected: { ticket: string; requestKind: RequestKind; amount: number | null; reason: string };
  /** Asked back: the request waits for the user's answer. */
  request_question: { ticket: string; question: string };
  /** An answer that closes a ticket without tokens. */
  request_answered: { ticket: string; requestKind: RequestKind; answer: string };
  /** A decision was taken back within its minute. */
  request_undone: {
    ticket: string;
    requestKind: RequestKind;
    was: 'approved' | 'rejected';
    /** What had been granted; null where nothing was. */
    amount: number | null;
    figures: UseFigures | null;
  };
  /** To approvers. */
  new_request: {
    ticket: string;
    requestId: string;
    requestKind: RequestKind;
    requesterId: string;
    amount: number | null;
    urgency: Urgency;
    justification: string;
  };
  /** To whoever has asked the user back. */
  request_replied: { ticket: string; requestId: string; requesterId: string; reply: string };
  /** Credits that an administrator gave unasked. */
  grant: { amount: number; reason: string | null; figures: UseFigures };
  compensation: { amount: number; reason: string | null; figures: UseFigures };
  /** Answers that the gateway cut: they were not charged. */
  interruption: { requests: number; at: number; figures: UseFigures };
  renewal: {
    /** `YYYY-MM` that has ended. `share` in whole percent; null without a limit. */
    endedPeriod: string;
    tokens: number;
    share: number | null;
    requests: number;
    figures: UseFigures;
  };
  /** `until` is epoch milliseconds; null = until somebody ends it. */
  suspension: { reason: string | null; until: number | null };
  /** An administrator has ended the reader's access; a quota that is used up is `blocked`. */
  access_blocked: { reason: string | null };
  /** What was seen of the reader's use, and what was done. */
  anomaly: AnomalyNotice;
  /** The same of somebody else, to administrators. */
  unusual_use: AnomalyNotice & { userId: string };
  /** To administrators. */
  monthly_report: {
    period: string;
    tokens: number;
    costMicroUsd: number;
    requests: number;
    activeUsers: number;
    blockedUsers: number;
    /** Share of requests that failed, in whole percent. */
    errorPercent: number;
    previousTokens: number;
    topUsers: readonly { readonly userId: string; readonly tokens: number }[];
    topModels: readonly { readonly model: string; readonly tokens: number }[];
  };
  /** `detail` is for whoever knows the system; what was cut is told in the reader's language instead. */
  system_trouble: {
    check: string;
    detail: string;
    since: number;
    cut?: { requests: number; tokens: number; costMicroUsd: number };
  };
  system_recovered: { check: string; since: number; at: number };
  /** To administrators: a shared cap nears its end. `department` null = the team's. `share` in whole percent. */
  cap_reached: {
    department: string | null;
    level: 'warning' | 'critical' | 'blocked';
    share: number;
    capTokens: number | null;
    capMicroUsd: number | null;
    usedTokens: number;
    usedMicroUsd: number;
    /** Whether requests are refused at the cap; `refused`: one was. */
    stops: boolean;
    refused: boolean;
    periodEndsAt: number;
  };
  /** To administrators. `until` is when it is expected to end; `byOperatorId` null = the configuration switched it. */
  maintenance_started: {
    message: string | null;
    until: number | null;
    since: number;
    byOperatorId: string | null;
    usersAreTold: boolean;
  };
  maintenance_ended: { since: number; at: number; byOperatorId: string | null };
  maintenance_overdue: { since: number; until: number };
  /** To users, where the operator wanted it. */
  maintenance_notice: { message: string | null; until: number | null; since: number };
  maintenance_over: { since: number; at: number };
  /** Its secret is the path and query of the link. */
  sign_in: { minutes: number };
  /** Written by an administrator. */
  message: { subject: string; body: string };
  test: Record<string, never>;
}

export type MailKind = keyof MailData;

export interface MailRule {
  /** Part of what a user can switch off. */
  readonly optional: boolean;
  /** Also to users who are suspended, blocked or pending. */
  readonly toInactive: boolean;
  /** Written to operators, who are spoken to as such. */
  readonly toOperators: boolean;
  /** Somebody waits for it: it does not queue behind older mails to the same reader. */
  readonly atOnce: boolean;
  /** After so many days in the outbox nobody wants to read it any more. */
  readonly staleAfterDays: number;
}

const rule = (
  staleAfterDays: number,
  { optional = false, toInactive = false, toOperators = false, atOnce = false } = {},
): MailRule => ({ optional, toInactive, toOperators, atOnce, staleAfterDays });

export const MAIL_RULES: Readonly<Record<MailKind, MailRule>> = {
  welcome: rule(14),
  warning: rule(31, { optional: true }),
  critical: rule(31, { optional: true }),
  blocked: rule(31, { optional: true }),
  early_warning: rule(7, { optional: true }),
  request_received: rule(14, { toInactive: true }),
  request_approved: rule(60, { toInactive: true }),
  request_rejected: rule(60, { toInactive: true }),
  request_question: rule(60, { toInactive: true }),
  request_answered: rule(60, { toInactive: true }),
  request_undone: rule(60, { toInactive: true }),
  new_request: rule(60, { toOperators: true }),
  request_replied: rule(60, { toOperators: true }),
  grant: rule(31),
  compensation: rule(60),
  interruption: rule(7),
  renewal: rule(7, { optional: true }),
  suspension: rule(31, { toInactive: true }),
  access_blocked: rule(31, { toInactive: true }),
  anomaly: rule(31, { toInactive: true }),
  unusual_use: rule(14, { toOperators: true }),
  monthly_report: rule(60, { toOperators: true }),
  system_trouble: rule(14, { toOperators: true, atOnce: true }),
  system_recovered: rule(14, { toOperators: true }),
  cap_reached: rule(31, { toOperators: true }),
  maintenance_started: rule(7, { toOperators: true }),
  maintenance_ended: rule(7, { toOperators: true }),
  maintenance_overdue: rule(1, { toOperators: true }),
  maintenance_notice: rule(1),
  maintenance_over: rule(1),
  sign_in: rule(1, { toInactive: true, atOnce: true }),
  message: rule(60, { toInactive: true }),
  test: rule(1, { toOperators: true }),
};

export function isMailKind(kind: string): kind is MailKind {
  return Object.hasOwn(MAIL_RULES, kind);
}
