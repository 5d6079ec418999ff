/** Shapes of `POST /api/admin/reports/export`: what a screen shows, as a file. */
import { z } from 'zod';
import { alertsQuery } from './alerts.ts';
import { auditFilters } from './audit.ts';
import { jobsQuery } from './jobs.ts';
import { outboxQuery } from './mail.ts';
import { qualityQuery } from './quality.ts';
import { ledgerQuery, refusalsQuery, usageQuery, usageReportQuery } from './reports.ts';
import { ticketsQuery } from './tickets.ts';
import { userLocaleSchema } from './user-locale.ts';
import { usersQuery } from './users.ts';

export const exportFormatSchema = z.enum(['csv', 'xlsx', 'pdf']);
export type ExportFormat = z.infer<typeof exportFormatSchema>;

const common = {
  format: exportFormatSchema.default('csv'),
  /** Language of the headings and the numbers. */
  locale: userLocaleSchema.default('en'),
};
/** Which columns, in the order of the file; all of them where none are named. */
const columns = (names: readonly [string, ...string[]]) => z.array(z.enum(names)).min(1).optional();
export const USER_COLUMNS = [
  'id',
  'name',
  'email',
  'status',
  'plan',
  'planName',
  'department',
  'departmentName',
  'monthlyLimit',
  'used',
  'credits',
  'held',
  'available',
  'usagePercent',
  'lastSeen',
  'created',
] as const;
/** What a request, or a line of a report, came to in tokens. */
const TOKEN_COLUMNS = [
  'promptTokens',
  'completionTokens',
  'cachedTokens',
  'reasoningTokens',
  'totalTokens',
  'chargedTokens',
  'absorbedTokens',
] as const;
export const RECORD_COLUMNS = [
  'at',
  'id',
  'user',
  'name',
  'email',
  'model',
  'upstream',
  'endpoint',
  ...TOKEN_COLUMNS,
  'costUsd',
  'usageSource',
  'outcome',
  'duration',
  'firstByte',
] as const;
export const REPORT_COLUMNS = ['requests', 'errors', ...TOKEN_COLUMNS, 'costUsd', 'averageDuration'] as const;
export const LEDGER_COLUMNS = [
  'at',
  'id',
  'user',
  'name',
  'email',
  'kind',
  'monthlyDelta',
  'creditsDelta',
  'used',
  'credits',
  'reason',
] as const;
export const REFUSAL_COLUMNS = [
  'at',
  'user',
  'name',
  'email',
  'code',
  'status',
  'model',
  'endpoint',
  'requests',
  'reason',
] as const;
export const TICKET_COLUMNS = [
  'at',
  'ticket',
  'user',
  'email',
  'plan',
  'planName',
  'kind',
  'status',
  'urgency',
  'amount',
  'granted',
  'monthlyLimit',
  'due',
  'decided',
  'message',
  'answer',
] as const;
export const ALERT_COLUMNS = [
  'at',
  'id',
  'kind',
  'user',
  'email',
  'about',
  'usagePercent',
  'resolved',
  'resolvedBy',
  'falseAlarm',
] as const;
export const JOB_COLUMNS = ['at', 'id', 'kind', 'status', 'origin', 'ended', 'duration', 'problem'] as const;
export const MAIL_COLUMNS = ['at', 'id', 'kind', 'recipient', 'status', 'attempts', 'sent', 'problem'] as const;
export const AUDIT_COLUMNS = [
  'seq',
  'at',
  'id',
  'actor',
  'actorKind',
  'actorId',
  'action',
  'targetName',
  'targetKind',
  'targetId',
  'reason',
  'details',
  'personal',
  'hash',
] as const;
/** The filters of the list, as its query takes them; pages do not matter to a file. */
const page = { limit: true, cursor: true } as const;

export const exportBody = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('usage'),
    ...common,
    columns: columns(REPORT_COLUMNS),
    filters: usageReportQuery.omit(page).strict().default({ groupBy: 'day' }),
  }),
  z.strictObject({
    type: z.literal('users'),
    ...common,
    columns: columns(USER_COLUMNS),
    filters: usersQuery.omit(page).strict().default({ dateField: 'createdAt' }),
  }),
  z.strictObject({
    type: z.literal('records'),
    ...common,
    columns: columns(RECORD_COLUMNS),
    filters: usageQuery.omit(page).strict().default({ sort: '-createdAt' }),
  }),
  z.strictObject({
    type: z.literal('ledger'),
    ...common,
    columns: columns(LEDGER_COLUMNS),
    filters: ledgerQuery.omit(page).strict().default({ sort: '-createdAt' }),
  }),
  z.strictObject({
    type: z.literal('refusals'),
    ...common,
    columns: columns(REFUSAL_COLUMNS),
    filters: refusalsQuery.omit(page).strict().default({ sort: '-createdAt' }),
  }),
  z.strictObject({
    type: z.literal('tickets'),
    ...common,
    columns: columns(TICKET_COLUMNS),
    filters: ticketsQuery.omit(page).strict().default({}),
  }),
  z.strictObject({
    type: z.literal('alerts'),
    ...common,
    columns: columns(ALERT_COLUMNS),
    filters: alertsQuery.omit(page).strict().default({ status: 'open' }),
  }),
  z.strictObject({
    type: z.literal('jobs'),
    ...common,
    columns: columns(JOB_COLUMNS),
    filters: jobsQuery.omit(page).strict().default({}),
  }),
  z.strictObject({
    type: z.literal('outbox'),
    ...common,
    columns: columns(MAIL_COLUMNS),
    filters: outboxQuery.omit(page).strict().default({}),
  }),
  z.strictObject({
    type: z.literal('audit'),
    ...common,
    columns: columns(AUDIT_COLUMNS),
    filters: auditFilters.strict().default({}),
  }),
  z.strictObject({ type: z.literal('quality'), ...common, filters: qualityQuery.strict().default({}) }),
]);
/** What only administrators see on screens, they alone take with them. */
export const ADMIN_EXPORTS: readonly ExportRequest['type'][] = ['jobs', 'outbox', 'audit'];
export type ExportRequest = z.infer<typeof exportBody>;
