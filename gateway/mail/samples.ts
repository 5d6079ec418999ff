/** Invented data of every kind, so that operators can look at mails before anybody gets one. */
import type { MailData, MailKind, UseFigures } from './kinds.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const ANA = 'usr_sample_ana';
const PEDRO = 'usr_sample_pedro';
const ROOT = 'opr_sample_carla';

/** The people whom samples mention. */
export function samplePerson(id: string): { name: string; email: string | null } {
  if (id === ROOT) return { name: 'Carla Dias', email: 'carla@example.com' };
  return id === PEDRO
    ? { name: 'Pedro Lima', email: 'pedro@example.com' }
    : { name: 'Ana Souza', email: 'ana@example.com' };
}

/** @param now epoch milliseconds, around which the samples lie */
export function mailSamples(now: number, periodEndsAt: number): { [Kind in MailKind]: MailData[Kind] } {
  const figures = (usedMonthly: number, credits = 0, held = 0): UseFigures => ({
    limit: 1_000_000,
    usedMonthly,
    usedCredits: 0,
    credits,
    held,
    available: Math.max(0, 1_000_000 - usedMonthly - held) + credits,
    periodEndsAt,
    thresholds: [80, 95, 100],
  });
  const unusual: MailData['anomaly'] = {
    alertId: 'sample',
    evidence: [
      { measure: 'volume', level: 'medium', within: 'day', seen: 612_000, usual: 51_000, times: 12, days: 19 },
      { measure: 'regularity', level: 'low', requests: 48, meanGapMs: 30_000, variation: 0.18 },
    ],
    step: 'limit',
    perMinute: 10,
    until: now + HOUR_MS,
  };
  const month = (at: number) => new Date(at).toISOString().slice(0, 7);
  return {
    welcome: { figures: figures(0) },
    warning: { percent: 80, share: 82, daysLeft: 4, figures: figures(820_000, 0, 12_000) },
    critical: { percent: 95, share: 96, daysLeft: 0, figures: figures(960_000) },
    blocked: { figures: figures(1_000_000) },
    early_warning: {
      exhaustionDay: new Date(now + 5 * DAY_MS).toISOString().slice(0, 10),
      tip: { kind: 'model', model: 'gpt-4o', percent: 72 },
      figures: figures(640_000),
    },
    request_received: {
      ticket: '#1042',
      requestKind: 'credits',
      amount: 500_000,
      price: { micros: 25_000_000, currency: 'BRL' },
      urgency: 'high',
      answerWithinHours: 24,
    },
    request_approved: {
      ticket: '#1042',
      requestKind: 'credits',
      amount: 400_000,
      requestedAmount: 500_000,
      note: 'Good luck with the report!',
      figures: figures(1_000_000, 400_000),
    },
    request_rejected: {
      ticket: '#1042',
      requestKind: 'credits',
      amount: 500_000,
      reason: 'Please use the smaller model for translations first.',
    },
    request_question: { ticket: '#1042', question: 'Is this for the audit, or for everyday work?' },
    request_answered: { ticket: '#1043', requestKind: 'support', answer: 'The model is back since this morning.' },
    request_undone: {
      ticket: '#1042',
      requestKind: 'credits',
      was: 'approved',
      amount: 400_000,
      figures: figures(1_000_000),
    },
    request_replied: {
      ticket: '#1042',
      requestId: 'sample',
      requesterId: ANA,
      reply: 'For the audit. It ends on Friday.',
    },
    new_request: {
      ticket: '#1042',
      requestId: 'sample',
      requestKind: 'credits',
      requesterId: ANA,
      amount: 500_000,
      urgency: 'high',
      justification: 'We close the quarter this week.\nThe summaries of 40 contracts are still missing.',
    },
    grant: { amount: 250_000, reason: 'For the workshop', figures: figures(410_000, 250_000) },
    compensation: { amount: 20_000, reason: 'The outage of Tuesday morning', figures: figures(410_000, 20_000) },
    interruption: { requests: 2, at: now - HOUR_MS, figures: figures(410_000) },
    renewal: {
      endedPeriod: month(periodEndsAt - 45 * DAY_MS),
      tokens: 873_200,
      share: 87,
      requests: 412,
      figures: figures(0, 150_000),
    },
    suspension: { reason: 'A key of yours was found in a public repository.', until: now + 2 * DAY_MS },
    access_blocked: { reason: 'The account belongs to a project that has ended.' },
    anomaly: unusual,
    unusual_use: { ...unusual, userId: PEDRO },
    monthly_report: {
      period: month(periodEndsAt - 45 * DAY_MS),
      tokens: 24_310_400,
      costMicroUsd: 61_480_000,
      requests: 9_841,
      activeUsers: 37,
      blockedUsers: 3,
      errorPercent: 1,
      previousTokens: 21_900_000,
      topUsers: [
        { userId: ANA, tokens: 3_120_000 },
        { userId: PEDRO, tokens: 2_044_000 },
      ],
      topModels: [
        { model: 'gpt-4o', tokens: 14_000_000 },
        { model: 'claude-sonnet-4', tokens: 8_200_000 },
      ],
    },
    system_trouble: { check: 'upstream', detail: 'OpenAI: connect ECONNREFUSED', since: now - HOUR_MS },
    system_recovered: { check: 'upstream', since: now - HOUR_MS, at: now },
    cap_reached: {
      department: 'Engineering',
      level: 'critical',
      share: 96,
      capTokens: 10_000_000,
      capMicroUsd: 250_000_000,
      usedTokens: 9_612_400,
      usedMicroUsd: 187_310_000,
      stops: true,
      refused: false,
      periodEndsAt,
    },
    maintenance_started: {
      message: 'We move to a faster server.',
      until: now + 2 * HOUR_MS,
      since: now,
      byOperatorId: ROOT,
      usersAreTold: true,
    },
    maintenance_ended: { since: now - 2 * HOUR_MS, at: now, byOperatorId: ROOT },
    maintenance_overdue: { since: now - 3 * HOUR_MS, until: now - HOUR_MS },
    maintenance_notice: { message: 'We move to a faster server.', until: now + 2 * HOUR_MS, since: now },
    maintenance_over: { since: now - 2 * HOUR_MS, at: now },
    sign_in: { minutes: 15 },
    message: {
      subject: 'A workshop on prompts',
      body: 'On Thursday at ten we look at good prompts together.\n\nSee you there!',
    },
    test: {},
  };
}
