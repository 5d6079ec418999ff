/** Shapes of `POST /api/admin/reports/export`: what a screen shows, as a file. */
import { z } from 'zod';
import { qualityQuery } from './quality.ts';
import { ledgerQuery, refusalsQuery, usageQuery, usageReportQuery } from './reports.ts';
import { usersQuery } from './users.ts';

export const exportFormatSchema = z.enum(['csv', 'xlsx', 'pdf']);
export type ExportFormat = z.infer<typeof exportFormatSchema>;

const common = {
  format: exportFormatSchema.default('csv'),
  /** Language of the headings and the numbers. */
  locale: z.enum(['en', 'pt-BR']).default('en'),
};
/** Which columns, in the order of the file; all of them where none are named. */
const columns = (names: readonly [string, ...string[]]) => z.array(z.enum(names)).min(1).optional();
export const USER_COLUMNS = [
  'id',
  'name',
  'email',
  'status',
  'plan',
  'department',
  'monthlyLimit',
  'used',
  'credits',
  'held',
  'available',
  'usagePercent',
  'lastSeen',
  'created',
] as const;
export const RECORD_COLUMNS = [
  'at',
  'id',
  'user',
  'model',
  'upstream',
  'endpoint',
  'promptTokens',
  'completionTokens',
  'cachedTokens',
  'reasoningTokens',
  'totalTokens',
  'chargedTokens',
  'absorbedTokens',
  'costUsd',
  'usageSource',
  'outcome',
  'duration',
  'firstByte',
] as const;
/** The filters of the list, as its query takes them; pages do not matter to a file. */
const page = { limit: true, cursor: true } as const;

export const exportBody = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('usage'),
    ...common,
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
    filters: ledgerQuery.omit(page).strict().default({ sort: '-createdAt' }),
  }),
  z.strictObject({
    type: z.literal('refusals'),
    ...common,
    filters: refusalsQuery.omit(page).strict().default({ sort: '-createdAt' }),
  }),
  z.strictObject({ type: z.literal('quality'), ...common, filters: qualityQuery.strict().default({}) }),
]);
export type ExportRequest = z.infer<typeof exportBody>;
