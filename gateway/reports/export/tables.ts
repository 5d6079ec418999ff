/** From a list or report of the API to the table that goes into a file, page after page. */
import { listUsers } from '../../accounts/queries.ts';
import { listAlerts } from '../../alerts/lists.ts';
import { auditPages, selectionOf } from '../../audit/queries.ts';
import type { GatewayContext } from '../../context.ts';
import type { AuditEntry } from '../../contract/audit.ts';
import type { List } from '../../contract/common.ts';
import type { ExportRequest } from '../../contract/exports.ts';
import type { UsageSums } from '../../contract/reports.ts';
import { listTickets } from '../../credits/queries.ts';
import { wordForDepartment } from '../../departments/department-word.ts';
import { listJobs } from '../../jobs/queries.ts';
import { listOutbox } from '../../mail/lists.ts';
import { listLedger, listRefusals, listUsage } from '../lists.ts';
import { qualityReport } from '../quality/report.ts';
import { NOTHING, toSums } from '../sums.ts';
import { usageReport } from '../usage-report.ts';
import {
  AUDIT,
  alertsColumns,
  type Columns,
  JOBS,
  ledgerColumns,
  MAILS,
  qualityColumns,
  REFUSALS,
  recordsColumns,
  SUMS,
  ticketsColumns,
  usersColumns,
} from './columns.ts';
import { comparedColumns, comparisonText } from './compared-columns.ts';
import { type CellValue, type ExportColumn, type ExportTable, timeText } from './export-table.ts';
import { placeNames, withPeople } from './people.ts';
import { valueWordsOf } from './value-words.ts';
import { type ExportWords, wordsOf } from './words.ts';

const PAGE = 200;

/** @throws ApiError what the list itself refuses, before the first row */
export async function exportTable(context: GatewayContext, request: ExportRequest): Promise<ExportTable> {
  const { db } = context;
  const words = wordsOf(request.locale);
  const values = valueWordsOf(request.locale);
  const calendar = context.calendar();
  const { timeZone } = calendar;
  const frame = { title: words[request.type], timeZone };
  switch (request.type) {
    case 'usage': {
      const { first, items } = await allPages((page) => usageReport(context, { ...request.filters, ...page }));
      const { comparison } = first;
      const columns = comparedColumns(wanted(SUMS, request.columns), words, comparison);
      const sums = (row: UsageSums, before: UsageSums | null) => columns.map(({ value }) => value(row, before));
      const days = `${first.from} – ${first.to}`;
      const unmatched = comparison?.unmatched ?? null;
      const noDepartment = wordForDepartment(null);
      const keyText = (key: string) =>
        first.groupBy === 'department' && key === noDepartment ? values.noDepartment : key;
      const others = first.groupBy === 'month' ? words.otherMonths : words.otherDays;
      const rows = mapped(items, (row) => [row.name === '' ? keyText(row.key) : row.name, ...sums(row, row.before)]);
      return {
        ...frame,
        subtitle: comparison ? `${days}; ${comparisonText(comparison, words)}` : days,
        columns: [
          { header: words[first.groupBy], kind: 'text' },
          ...columns.map(({ header, kind }) => ({ header, kind })),
        ],
        rows: unmatched ? inTurn(rows, [[others, ...sums(toSums(NOTHING), unmatched)]]) : rows,
        totals: () => [words.total, ...sums(first.totals, comparison?.totals ?? null)],
      };
    }
    case 'users': {
      const { items } = await allPages((page) => listUsers(context, { ...request.filters, ...page }));
      const subtitle = context.calendar().period(context.clock.now()).id;
      return {
        ...frame,
        subtitle,
        ...tableOf(wanted(usersColumns(words, values, await placeNames(db)), request.columns), words, timeZone, items),
      };
    }
    case 'records': {
      const { first, items } = await allPages(async (page) =>
        withPeople(db, await listUsage(context, { ...request.filters, ...page })),
      );
      const { keptFrom } = first;
      return {
        ...frame,
        subtitle: rangeText(request.filters),
        note: keptFrom === null ? undefined : `${words.keptFrom} ${timeText(keptFrom, calendar)} (${timeZone})`,
        ...tableOf(wanted(recordsColumns(values), request.columns), words, timeZone, items),
      };
    }
    case 'ledger': {
      const { items } = await allPages(async (page) =>
        withPeople(db, await listLedger(context, { ...request.filters, ...page })),
      );
      return {
        ...frame,
        subtitle: rangeText(request.filters),
        ...tableOf(wanted(ledgerColumns(values), request.columns), words, timeZone, items),
      };
    }
    case 'refusals': {
      const { items } = await allPages(async (page) =>
        withPeople(db, await listRefusals(context, { ...request.filters, ...page })),
      );
      return {
        ...frame,
        subtitle: rangeText(request.filters),
        ...tableOf(wanted(REFUSALS, request.columns), words, timeZone, items),
      };
    }
    case 'tickets': {
      const { items } = await allPages((page) => listTickets(context, { ...request.filters, ...page }));
      return {
        ...frame,
        subtitle: '',
        ...tableOf(wanted(ticketsColumns(values, await placeNames(db)), request.columns), words, timeZone, items),
      };
    }
    case 'alerts': {
      const { items } = await allPages((page) => listAlerts(context, { ...request.filters, ...page }));
      return {
        ...frame,
        subtitle: '',
        ...tableOf(wanted(alertsColumns(values), request.columns), words, timeZone, items),
      };
    }
    case 'jobs': {
      const { items } = await allPages((page) => listJobs(context.db, { ...request.filters, ...page }));
      return { ...frame, subtitle: '', ...tableOf(wanted(JOBS, request.columns), words, timeZone, items) };
    }
    case 'outbox': {
      const { items } = await allPages((page) => listOutbox(context, { ...request.filters, ...page }));
      return { ...frame, subtitle: '', ...tableOf(wanted(MAILS, request.columns), words, timeZone, items) };
    }
    case 'audit': {
      const { from, to } = request.filters;
      const pages = auditPages(context.db, selectionOf(context.calendar(), request.filters), PAGE);
      return {
        ...frame,
        subtitle: rangeText({ from: dayText(from), to: dayText(to) }),
        ...tableOf(auditColumns(request), words, timeZone, flat(pages)),
      };
    }
    case 'quality': {
      const { from, to, figures } = await qualityReport(context, request.filters);
      return {
        ...frame,
        subtitle: `${from} – ${to}`,
        ...tableOf(qualityColumns(words), words, timeZone, inTurn(figures)),
      };
    }
  }
}

async function* flat<Item>(pages: AsyncIterable<readonly Item[]>): AsyncGenerator<Item> {
  for await (const page of pages) yield* page;
}

async function* inTurn<Item>(...lists: (readonly Item[] | AsyncIterable<Item>)[]): AsyncGenerator<Item> {
  for (const items of lists) yield* items;
}

function wanted<Item>(columns: Columns<Item>, names: readonly string[] | undefined): Columns<Item> {
  return names ? columns.filter(([name]) => names.includes(name)) : columns;
}

/** What is too wide for a page, and nobody checks on paper. */
const NOT_ON_PAPER = ['id', 'actorId', 'details', 'personal', 'hash'];

function auditColumns({ format, columns }: Extract<ExportRequest, { type: 'audit' }>): Columns<AuditEntry> {
  const asked = wanted(AUDIT, columns);
  const narrow = asked.filter(([name]) => !NOT_ON_PAPER.includes(name));
  return format === 'pdf' && narrow.length > 0 ? narrow : asked;
}

/** The sums grow as the rows are read. */
function tableOf<Item>(columns: Columns<Item>, words: ExportWords, timeZone: string, items: AsyncIterable<Item>) {
  const sums: CellValue[] = columns.map(([, , , summed]) => (summed === undefined ? null : 0));
  const counted = (values: CellValue[]) => {
    values.forEach((value, index) => {
      const sum = sums[index];
      if (typeof sum === 'number' && typeof value === 'number') sums[index] = sum + value;
    });
    return values;
  };
  return {
    columns: headersOf(columns, words, timeZone),
    rows: mapped(items, (item) => counted(valuesOf(columns, item))),
    totals: columns.some(([, , , summed]) => summed) ? () => withWord(words.total, sums) : null,
  };
}

/** The word stands in the first column, unless that has a sum. */
function withWord(word: string, sums: readonly CellValue[]): CellValue[] {
  const [first = null, ...others] = sums;
  return [first ?? word, ...others];
}

/** Moments are told by the clock of the reporting zone, which nothing else in the file names. */
function headersOf<Item>(columns: Columns<Item>, words: ExportWords, timeZone: string): ExportColumn[] {
  return columns.map(([word, kind]) => ({
    header: kind === 'time' ? `${words[word]} (${timeZone})` : words[word],
    kind,
  }));
}

function valuesOf<Item>(columns: Columns<Item>, item: Item): CellValue[] {
  return columns.map(([, , value]) => value(item));
}

function rangeText({ from, to }: { from?: string | undefined; to?: string | undefined }): string {
  return from === undefined && to === undefined ? '' : `${from ?? '…'} – ${to ?? '…'}`;
}

/** A day as it is; an instant as ISO 8601. */
function dayText(at: string | number | undefined): string | undefined {
  return typeof at === 'number' ? new Date(at).toISOString() : at;
}

interface PageQuery {
  limit: number;
  cursor?: string;
}

/** The first page at once, so that a refusal comes before the file begins; the rest as it is read. */
async function allPages<Item, Page extends List<Item>>(
  ask: (page: PageQuery) => Promise<Page & List<Item>>,
): Promise<{ first: Page; items: AsyncIterable<Item> }> {
  const first = await ask({ limit: PAGE });
  async function* items(): AsyncGenerator<Item> {
    let page: List<Item> = first;
    for (;;) {
      yield* page.items;
      if (page.nextCursor === null) return;
      page = await ask({ limit: PAGE, cursor: page.nextCursor });
    }
  }
  return { first, items: items() };
}

async function* mapped<Item, Row>(items: AsyncIterable<Item>, toRow: (item: Item) => Row): AsyncGenerator<Row> {
  for await (const item of items) yield toRow(item);
}
