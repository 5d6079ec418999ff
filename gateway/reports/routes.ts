/** Statistics, usage records, ledger, refusals and reports. */
import type { ApiApp } from '../api/api-app.ts';
import type { GatewayContext } from '../context.ts';
import { idParams } from '../contract/common.ts';
import { qualityQuery, qualityReportSchema } from '../contract/quality.ts';
import {
  comparisonQuery,
  hoursReportSchema,
  ledgerList,
  ledgerQuery,
  listedRefusalSchema,
  listedUsageSchema,
  monthBeforeSchema,
  refusalList,
  refusalsQuery,
  runningOutSchema,
  statsSchema,
  usageList,
  usageQuery,
  usageReportQuery,
  usageReportSchema,
} from '../contract/reports.ts';
import { hoursReport } from './hours-report.ts';
import { listLedger, listRefusals, listUsage } from './lists.ts';
import { monthBefore } from './month-before.ts';
import { findRefusal, findUsage } from './one.ts';
import { qualityReport } from './quality/report.ts';
import { runningOut } from './running-out.ts';
import { systemStats } from './stats.ts';
import { usageReport } from './usage-report.ts';

const tags = ['Reports'];
const config = { access: 'viewer' } as const;

export async function registerReportRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  app.get('/api/admin/stats', {
    config,
    schema: { tags, summary: 'The overview', response: { 200: statsSchema } },
    handler: () => systemStats(context),
  });

  app.get('/api/admin/stats/before', {
    config,
    schema: {
      tags,
      summary: 'What this month is compared with, day by day',
      querystring: comparisonQuery,
      response: { 200: monthBeforeSchema },
    },
    handler: ({ query }) => monthBefore(context, query),
  });

  app.get('/api/admin/stats/hours', {
    config,
    schema: { tags, summary: 'Use by weekday and hour', response: { 200: hoursReportSchema } },
    handler: () => hoursReport(context),
  });

  app.get('/api/admin/stats/running-out', {
    config,
    schema: { tags, summary: 'Who runs out before the renewal', response: { 200: runningOutSchema } },
    handler: () => runningOut(context),
  });

  app.get('/api/admin/usage', {
    config,
    schema: { tags, summary: 'List usage records', querystring: usageQuery, response: { 200: usageList } },
    handler: ({ query }) => listUsage(context, query),
  });

  app.get('/api/admin/usage/:id', {
    config,
    schema: { tags, summary: 'One usage record', params: idParams, response: { 200: listedUsageSchema } },
    handler: ({ params }) => findUsage(context.db, params.id),
  });

  app.get('/api/admin/ledger', {
    config,
    schema: { tags, summary: 'List ledger entries', querystring: ledgerQuery, response: { 200: ledgerList } },
    handler: ({ query }) => listLedger(context, query),
  });

  app.get('/api/admin/refusals', {
    config,
    schema: {
      tags,
      summary: 'List refused requests, by minute',
      querystring: refusalsQuery,
      response: { 200: refusalList },
    },
    handler: ({ query }) => listRefusals(context, query),
  });

  app.get('/api/admin/refusals/:id', {
    config,
    schema: { tags, summary: 'One refused request', params: idParams, response: { 200: listedRefusalSchema } },
    handler: ({ params }) => findRefusal(context.db, params.id),
  });

  app.get('/api/admin/reports/usage', {
    config,
    schema: {
      tags,
      summary: 'Use by user, department, model, upstream, day or month',
      querystring: usageReportQuery,
      response: { 200: usageReportSchema },
    },
    handler: ({ query }) => usageReport(context, query),
  });

  app.get('/api/admin/reports/quality', {
    config,
    schema: {
      tags,
      summary: 'How well people are served, against the targets of the settings',
      querystring: qualityQuery,
      response: { 200: qualityReportSchema },
    },
    handler: ({ query }) => qualityReport(context, query),
  });
}
