/** From a list or report of the API to the table that goes into a file, page after page. */
import { listUsers } from '../../accounts/queries.ts';
import type { GatewayContext } from '../../context.ts';
import type { List } from '../../contract/common.ts';
import type { ExportRequest } from '../../contract/exports.ts';
import type { UsageSums } from '../../contract/reports.ts';
import { listLedger, listRefusals, listUsage } from '../lists.ts';
import { usageReport } from '../usage-report.ts';
import type { CellValue, ColumnKind, ExportColumn, ExportTable } from './export-table.ts';
import { type ExportWords, wordsOf } from './words.ts';

const PAGE = 200;

/** @throws ApiError what the list itself refuses, before the first row */
export async function exportTable(context: GatewayContext, request: ExportRequest): Promise<ExportTable> {
  const words = wordsOf(request.locale);
  const { timeZone } = context.calendar();
  const frame = { title: words[request.type], timeZone, totals: null };
  switch (request.type) {
    case 'usage': {
      const { filters } = request;
      const first = await usageReport(context, { ...filters, limit: PAGE });
      const pages = paged(first, (cursor) => usageReport(context, { ...filters, limit: PAGE, cursor }));
      return {
        ...frame,
        subtitle: `${first.from} – ${first.to}`,
        columns: [column(words[first.groupBy], 'text'), ...sumColumns(words)],
        rows: mapped(pages, (row) => [row.name === '' ? row.key : row.name, ...sumValues(row)]),
        totals: [words.total, ...sumValues(first.totals)],
      };
    }
    case 'users': {
      const { filters } = request;
      const first = await listUsers(context, { ...filters, limit: PAGE });
      const pages = paged(first, (cursor) => listUsers(context, { ...filters, limit: PAGE, cursor }));
      return {
        ...frame,
        subtitle: context.calendar().period(context.clock.now()).id,
        columns: columns(words, {
          id: 'text',
          name: 'text',
          email: 'text',
          status: 'text',
          plan: 'text',
          department: 'text',
          monthlyLimit: 'integer',
          used: 'integer',
          credits: 'integer',
          held: 'integer',
          available: 'integer',
          usagePercent: 'integer',
          lastSeen: 'time',
          created: 'time',
        }),
        rows: mapped(pages, (user) => [
          user.id,
          user.name,
          user.email,
          user.status,
          user.plan,
          user.department,
          user.monthlyLimit ?? words.noLimit,
          user.used,
          user.credits,
          user.held,
          user.available ?? words.noLimit,
          user.usagePercent,
          user.lastSeenAt,
          user.createdAt,
        ]),
      };
    }
    case 'records': {
      const { filters } = request;
      const first = await listUsage(context, { ...filters, limit: PAGE });
      const pages = paged(first, (cursor) => listUsage(context, { ...filters, limit: PAGE, cursor }));
      return {
        ...frame,
        subtitle: rangeText(filters),
        columns: columns(words, {
          at: 'time',
          id: 'text',
          user: 'text',
          model: 'text',
          upstream: 'text',
          endpoint: 'text',
          promptTokens: 'integer',
          completionTokens: 'integer',
          cachedTokens: 'integer',
          reasoningTokens: 'integer',
          totalTokens: 'integer',
          chargedTokens: 'integer',
          absorbedTokens: 'integer',
          costUsd: 'usd',
          usageSource: 'text',
          outcome: 'text',
          duration: 'milliseconds',
          firstByte: 'milliseconds',
        }),
        rows: mapped(pages, (record) => [
          record.createdAt,
          record.id,
          record.userId,
          record.model,
          record.upstream,
          record.endpoint,
          record.promptTokens,
          record.completionTokens,
          record.cachedTokens,
          record.reasoningTokens,
          record.totalTokens,
          record.chargedTokens,
          record.absorbedTokens,
          record.costMicroUsd,
          record.usageSource,
          record.outcome,
          record.durationMs,
          record.firstByteMs,
        ]),
      };
    }
    case 'ledger': {
      const { filters } = request;
      const first = await listLedger(context, { ...filters, limit: PAGE });
      const pages = paged(first, (cursor) => listLedger(context, { ...filters, limit: PAGE, cursor }));
      return {
        ...frame,
        subtitle: rangeText(filters),
        columns: columns(words, {
          at: 'time',
          id: 'text',
          user: 'text',
          kind: 'text',
          monthlyDelta: 'integer',
          creditsDelta: 'integer',
          used: 'integer',
          credits: 'integer',
          reason: 'text',
        }),
        rows: mapped(pages, (entry) => [
          entry.createdAt,
          entry.id,
          entry.userId,
          entry.kind,
          entry.monthlyDelta,
          entry.creditsDelta,
          entry.usedMonthlyAfter,
          entry.creditsAfter,
          entry.reason,
        ]),
      };
    }
    case 'refusals': {
      const { filters } = request;
      const first = await listRefusals(context, { ...filters, limit: PAGE });
      const pages = paged(first, (cursor) => listRefusals(context, { ...filters, limit: PAGE, cursor }));
      return {
        ...frame,
        subtitle: rangeText(filters),
        columns: columns(words, {
          at: 'time',
          user: 'text',
          code: 'text',
          status: 'integer',
          model: 'text',
          endpoint: 'text',
          requests: 'integer',
          reason: 'text',
        }),
        rows: mapped(pages, (refusal) => [
          refusal.minute,
          refusal.userId,
          refusal.code,
          refusal.statusCode,
          refusal.model,
          refusal.endpoint,
          refusal.requests,
          refusal.message,
        ]),
      };
    }
  }
}

function column(header: string, kind: ColumnKind): ExportColumn {
  return { header, kind };
}

function columns(words: ExportWords, kinds: Partial<Record<keyof ExportWords, ColumnKind>>): ExportColumn[] {
  return Object.entries(kinds).map(([name, kind]) => column(words[name as keyof ExportWords], kind));
}

function sumColumns(words: ExportWords): ExportColumn[] {
  return columns(words, {
    requests: 'integer',
    errors: 'integer',
    promptTokens: 'integer',
    completionTokens: 'integer',
    cachedTokens: 'integer',
    reasoningTokens: 'integer',
    totalTokens: 'integer',
    chargedTokens: 'integer',
    absorbedTokens: 'integer',
    costUsd: 'usd',
    averageDuration: 'milliseconds',
  });
}

function sumValues(sums: UsageSums): CellValue[] {
  return [
    sums.requests,
    sums.errors,
    sums.promptTokens,
    sums.completionTokens,
    sums.cachedTokens,
    sums.reasoningTokens,
    sums.totalTokens,
    sums.chargedTokens,
    sums.absorbedTokens,
    sums.costMicroUsd,
    sums.averageDurationMs,
  ];
}

function rangeText({ from, to }: { from?: string | undefined; to?: string | undefined }): string {
  return from === undefined && to === undefined ? '' : `${from ?? '…'} – ${to ?? '…'}`;
}

async function* paged<Item>(first: List<Item>, next: (cursor: string) => Promise<List<Item>>): AsyncGenerator<Item> {
  let page = first;
  for (;;) {
    yield* page.items;
    if (page.nextCursor === null) return;
    page = await next(page.nextCursor);
  }
}

async function* mapped<Item, Row>(items: AsyncIterable<Item>, toRow: (item: Item) => Row): AsyncGenerator<Row> {
  for await (const item of items) yield toRow(item);
}
