/** What each exported list has for columns: the heading's word, how it is written, and where it comes from. */
import type { Alert } from '../../contract/alerts.ts';
import type { AuditEntry } from '../../contract/audit.ts';
import type { Job } from '../../contract/jobs.ts';
import type { Mail } from '../../contract/mail.ts';
import type { QualityFigure, QualityName, Verdict } from '../../contract/quality.ts';
import type { LedgerEntry, Refusal, UsageRecord, UsageSums } from '../../contract/reports.ts';
import type { Ticket } from '../../contract/tickets.ts';
import type { User } from '../../contract/users.ts';
import type { CellValue, ColumnKind } from './export-table.ts';
import type { Named, PlaceNames } from './people.ts';
import type { ValueWords } from './value-words.ts';
import type { ExportWords } from './words.ts';

/** `sum`: the file's last line says what the column comes to. */
export type Columns<Item> = readonly (readonly [keyof ExportWords, ColumnKind, (item: Item) => CellValue, 'sum'?])[];

export const SUMS: Columns<UsageSums> = [
  ['requests', 'integer', (sums) => sums.requests],
  ['errors', 'integer', (sums) => sums.errors],
  ['promptTokens', 'integer', (sums) => sums.promptTokens],
  ['completionTokens', 'integer', (sums) => sums.completionTokens],
  ['cachedTokens', 'integer', (sums) => sums.cachedTokens],
  ['reasoningTokens', 'integer', (sums) => sums.reasoningTokens],
  ['totalTokens', 'integer', (sums) => sums.totalTokens],
  ['chargedTokens', 'integer', (sums) => sums.chargedTokens],
  ['absorbedTokens', 'integer', (sums) => sums.absorbedTokens],
  ['costUsd', 'usd', (sums) => sums.costMicroUsd],
  ['averageDuration', 'milliseconds', (sums) => sums.averageDurationMs],
];

/** Words stand where a limit is missing. */
export function usersColumns(
  words: ExportWords,
  values: ValueWords,
  { plans, departments }: PlaceNames,
): Columns<User> {
  return [
    ['id', 'text', (user) => user.id],
    ['name', 'text', (user) => user.name],
    ['email', 'text', (user) => user.email],
    ['status', 'text', (user) => values.userStatuses[user.status]],
    ['plan', 'text', (user) => user.plan],
    ['planName', 'text', (user) => plans.get(user.plan) ?? user.plan],
    ['department', 'text', (user) => user.department],
    ['departmentName', 'text', ({ department }) => nameIn(departments, department) ?? values.noDepartment],
    ['monthlyLimit', 'integer', (user) => user.monthlyLimit ?? words.noLimit],
    ['used', 'integer', (user) => user.used, 'sum'],
    ['credits', 'integer', (user) => user.credits, 'sum'],
    ['held', 'integer', (user) => user.held, 'sum'],
    ['available', 'integer', (user) => user.available ?? words.noLimit],
    ['usagePercent', 'integer', (user) => user.usagePercent],
    ['lastSeen', 'time', (user) => user.lastSeenAt],
    ['created', 'time', (user) => user.createdAt],
  ];
}

/** Who it was: the id for programs, name and address for people. */
const WHO: Columns<Named & { readonly userId: string | null }> = [
  ['user', 'text', ({ userId }) => userId],
  ['name', 'text', ({ person }) => person?.name ?? null],
  ['email', 'text', ({ person }) => person?.email ?? null],
];

export function recordsColumns(values: ValueWords): Columns<UsageRecord & Named> {
  return [
    ['at', 'time', (record) => record.createdAt],
    ['id', 'text', (record) => record.id],
    ...WHO,
    ['model', 'text', (record) => record.model],
    ['upstream', 'text', (record) => record.upstream],
    ['endpoint', 'text', (record) => record.endpoint],
    ['promptTokens', 'integer', (record) => record.promptTokens, 'sum'],
    ['completionTokens', 'integer', (record) => record.completionTokens, 'sum'],
    ['cachedTokens', 'integer', (record) => record.cachedTokens, 'sum'],
    ['reasoningTokens', 'integer', (record) => record.reasoningTokens, 'sum'],
    ['totalTokens', 'integer', (record) => record.totalTokens, 'sum'],
    ['chargedTokens', 'integer', (record) => record.chargedTokens, 'sum'],
    ['absorbedTokens', 'integer', (record) => record.absorbedTokens, 'sum'],
    ['costUsd', 'usd', (record) => record.costMicroUsd, 'sum'],
    ['usageSource', 'text', ({ usageSource }) => usageSource && values.usageSources[usageSource]],
    ['outcome', 'text', (record) => values.outcomes[record.outcome]],
    ['duration', 'milliseconds', (record) => record.durationMs],
    ['firstByte', 'milliseconds', (record) => record.firstByteMs],
  ];
}

export function ledgerColumns(values: ValueWords): Columns<LedgerEntry & Named> {
  return [
    ['at', 'time', (entry) => entry.createdAt],
    ['id', 'text', (entry) => entry.id],
    ...WHO,
    ['kind', 'text', (entry) => values.ledgerKinds[entry.kind]],
    ['monthlyDelta', 'integer', (entry) => entry.monthlyDelta, 'sum'],
    ['creditsDelta', 'integer', (entry) => entry.creditsDelta, 'sum'],
    ['used', 'integer', (entry) => entry.usedMonthlyAfter],
    ['credits', 'integer', (entry) => entry.creditsAfter],
    ['reason', 'text', (entry) => entry.reason],
  ];
}

export const REFUSALS: Columns<Refusal & Named> = [
  ['at', 'time', (refusal) => refusal.minute],
  ...WHO,
  ['code', 'text', (refusal) => refusal.code],
  ['status', 'integer', (refusal) => refusal.statusCode],
  ['model', 'text', (refusal) => refusal.model],
  ['endpoint', 'text', (refusal) => refusal.endpoint],
  ['requests', 'integer', (refusal) => refusal.requests, 'sum'],
  ['reason', 'text', (refusal) => refusal.message],
];

export function ticketsColumns(values: ValueWords, { plans }: PlaceNames): Columns<Ticket> {
  return [
    ['at', 'time', (ticket) => ticket.createdAt],
    ['ticket', 'text', (ticket) => ticket.ticket],
    ['user', 'text', ({ user }) => user.name || user.email || user.id],
    ['email', 'text', ({ user }) => user.email],
    ['plan', 'text', ({ user }) => user.plan],
    ['planName', 'text', ({ user }) => nameIn(plans, user.plan)],
    ['kind', 'text', (ticket) => values.ticketKinds[ticket.kind]],
    ['status', 'text', (ticket) => values.ticketStatuses[ticket.status]],
    ['urgency', 'text', (ticket) => values.urgencies[ticket.urgency]],
    // A limit is no amount: it adds up to nothing.
    ['amount', 'integer', ({ kind, amount }) => (kind === 'limit_change' ? null : amount), 'sum'],
    ['granted', 'integer', ({ kind, granted }) => (kind === 'limit_change' ? null : granted), 'sum'],
    ['monthlyLimit', 'integer', ({ kind, amount, granted }) => (kind === 'limit_change' ? (granted ?? amount) : null)],
    ['due', 'time', (ticket) => ticket.dueAt],
    ['decided', 'time', (ticket) => ticket.decidedAt],
    ['message', 'text', (ticket) => ticket.message],
    ['answer', 'text', (ticket) => ticket.decisionText],
  ];
}

/** `about` is what of the gateway an alert concerns; `usagePercent` the share that was reached. */
export function alertsColumns(values: ValueWords): Columns<Alert> {
  return [
    ['at', 'time', (alert) => alert.createdAt],
    ['id', 'text', (alert) => alert.id],
    ['kind', 'text', (alert) => values.alertKinds[alert.kind]],
    ['user', 'text', ({ user }) => user && (user.name || user.email || user.id)],
    ['email', 'text', ({ user }) => user?.email ?? null],
    ['about', 'text', ({ details }) => textOf(details.check) ?? textOf(details.name)],
    ['usagePercent', 'integer', ({ details }) => (typeof details.share === 'number' ? details.share : null)],
    ['resolved', 'time', (alert) => alert.resolvedAt],
    ['resolvedBy', 'text', (alert) => alert.resolvedBy],
    ['falseAlarm', 'time', (alert) => alert.falseAlarmAt],
  ];
}

export const JOBS: Columns<Job> = [
  ['at', 'time', (job) => job.createdAt],
  ['id', 'text', (job) => job.id],
  ['kind', 'text', (job) => job.kind],
  ['status', 'text', (job) => job.status],
  ['origin', 'text', (job) => job.origin],
  ['ended', 'time', (job) => job.endedAt],
  ['duration', 'milliseconds', ({ createdAt, endedAt }) => (endedAt === null ? null : endedAt - createdAt)],
  ['problem', 'text', (job) => job.error?.message ?? null],
];

export const MAILS: Columns<Mail> = [
  ['at', 'time', (mail) => mail.createdAt],
  ['id', 'text', (mail) => mail.id],
  ['kind', 'text', (mail) => mail.kind],
  ['recipient', 'text', (mail) => mail.recipient],
  ['status', 'text', (mail) => mail.status],
  ['attempts', 'integer', (mail) => mail.attempts, 'sum'],
  ['sent', 'time', (mail) => mail.sentAt],
  ['problem', 'text', (mail) => mail.lastError],
];

/** What entries tell is free in form: as JSON. */
export const AUDIT: Columns<AuditEntry> = [
  ['seq', 'integer', (entry) => entry.seq],
  ['at', 'time', (entry) => entry.at],
  ['id', 'text', (entry) => entry.id],
  ['actor', 'text', (entry) => entry.actorName],
  ['actorKind', 'text', (entry) => entry.actorKind],
  ['actorId', 'text', (entry) => entry.actorId],
  ['action', 'text', (entry) => entry.action],
  ['targetName', 'text', (entry) => entry.targetName],
  ['targetKind', 'text', (entry) => entry.targetKind],
  ['targetId', 'text', (entry) => entry.targetId],
  ['reason', 'text', ({ personal, details }) => textOf(personal?.reason) ?? textOf(details.reason)],
  ['details', 'text', ({ details }) => JSON.stringify(details)],
  ['personal', 'text', ({ personal }) => personal && JSON.stringify(personal)],
  ['hash', 'text', (entry) => entry.hash],
];

/** The name of what an id means, the id where it is gone; null where there is none. */
function nameIn(names: ReadonlyMap<string, string>, id: string | null): string | null {
  return id === null ? null : (names.get(id) ?? id);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

const MEASURES: Record<QualityName, readonly [word: keyof ExportWords, unit: 'percent' | 'seconds' | 'hours']> = {
  success: ['success', 'percent'],
  firstByte: ['firstByte95', 'seconds'],
  duration: ['duration95', 'seconds'],
  uptime: ['uptime', 'percent'],
  decision: ['decision', 'hours'],
  alertRequests: ['alertRequests', 'percent'],
  falseAlarms: ['falseAlarms', 'percent'],
};
const UNITS = { percent: 1, seconds: 1_000, hours: 3_600_000 };
const VERDICTS: Record<Verdict, keyof ExportWords> = {
  met: 'met',
  close: 'close',
  missed: 'missed',
  no_target: 'noTarget',
  no_data: 'noData',
};

export function qualityColumns(words: ExportWords): Columns<QualityFigure> {
  const inUnit = (name: QualityName, value: number | null) =>
    value === null ? null : Math.round((1_000 * value) / UNITS[MEASURES[name][1]]) / 1_000;
  return [
    ['measure', 'text', ({ name }) => words[MEASURES[name][0]]],
    ['value', 'decimal', ({ name, value }) => inUnit(name, value)],
    ['unit', 'text', ({ name }) => words[MEASURES[name][1]]],
    ['aim', 'text', ({ aim }) => (aim === 'least' ? words.atLeast : words.atMost)],
    ['target', 'decimal', ({ name, target }) => inUnit(name, target)],
    ['verdict', 'text', ({ verdict }) => words[VERDICTS[verdict]]],
    ['counted', 'integer', ({ name, counted }) => (name === 'uptime' ? null : counted)],
    ['since', 'text', ({ since }) => since],
  ];
}
