/** Files of what the screens show. */
import assert from 'node:assert/strict';
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { unzipSync } from 'fflate';
import { exportBody } from '../../gateway/contract/exports.ts';
import type { Jobs } from '../../gateway/jobs/service.ts';
import { createCalendar } from '../../gateway/ledger/periods.ts';
import { startExport } from '../../gateway/reports/export/export-job.ts';
import { timeText } from '../../gateway/reports/export/export-table.ts';
import { valueWordsOf } from '../../gateway/reports/export/value-words.ts';
import { office, spendTokens } from '../accounts/account-kit.ts';

type Office = Awaited<ReturnType<typeof office>>;

async function download({ url, ownerToken }: Office, body: object): Promise<Response> {
  return fetch(`${url}/api/admin/reports/export`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ownerToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Two people who used tokens on three days of November. */
async function busyOffice(...[t, options]: Parameters<typeof office>): Promise<Office> {
  const kit = await office(t, options);
  const ana = await kit.user('ana@example.com');
  const bob = await kit.user('bob@example.com', { name: '=HYPERLINK("x")' });
  for (const day of ['2026-11-02', '2026-11-03', '2026-11-10']) {
    kit.clock.set(`${day}T12:00:00Z`);
    await spendTokens(kit.context, { userId: ana.id, tokens: 1_000 });
    await spendTokens(kit.context, { userId: bob.id, tokens: 5, model: 'other' });
  }
  kit.clock.set('2026-11-20T12:00:00Z');
  return kit;
}

test('CSV holds all rows that match, whatever the page, with the sums of the screen in its last line', async (t) => {
  const kit = await busyOffice(t);
  const answer = await download(kit, {
    type: 'usage',
    format: 'csv',
    filters: { groupBy: 'day', from: '2026-11-01', to: '2026-11-09' },
  });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-disposition') ?? '', /filename="ia-solaris-usage-2026-11-20\.csv"/);
  const rows = parse(await answer.text(), { bom: true, columns: true }) as Record<string, string>[];
  assert.deepEqual(
    rows.map((row) => [row.Day, row.Requests, row['Charged tokens']]),
    [
      ['2026-11-02', '2', '1005'],
      ['2026-11-03', '2', '1005'],
      ['Total', '4', '2010'],
    ],
  );
});

test('headings are in the language that is asked for, and no cell is run as a formula', async (t) => {
  const kit = await busyOffice(t);
  const answer = await download(kit, { type: 'users', format: 'csv', locale: 'pt-BR', filters: { sort: 'email' } });
  const [head, ...rows] = parse(await answer.text(), { bom: true, delimiter: ';' }) as string[][];
  assert.ok(head?.includes('Limite mensal'));
  const names = rows.map((row) => row[head?.indexOf('Nome') ?? -1]);
  assert.ok(names.includes('\'=HYPERLINK("x")'));
});

test('a workbook holds numbers as numbers', async (t) => {
  const kit = await busyOffice(t);
  const answer = await download(kit, { type: 'records', format: 'xlsx', filters: { model: 'other' } });
  assert.equal(answer.status, 200);
  const files = unzipSync(new Uint8Array(await answer.arrayBuffer()));
  const sheet = Buffer.from(files['xl/worksheets/sheet1.xml'] ?? []).toString();
  assert.equal(sheet.match(/<row /g)?.length, 5, 'a heading, three requests and their sum');
  assert.match(sheet, /<v>5<\/v>/);
  assert.match(sheet.slice(sheet.lastIndexOf('<row ')), /<v>15<\/v>/);
});

test('a workbook runs no cell as a formula, and moments name the clock that they are told by', async (t) => {
  const kit = await busyOffice(t, { flags: { timeZone: 'America/Sao_Paulo' } });
  const users = await download(kit, { type: 'users', format: 'xlsx' });
  const files = unzipSync(new Uint8Array(await users.arrayBuffer()));
  const parts = Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString()] as const);
  assert.ok(
    parts.some(([, text]) => text.includes('=HYPERLINK')),
    'the name is there',
  );
  assert.ok(
    parts.every(([, text]) => !/<f[ >]/.test(text)),
    'as text',
  );
  const records = await download(kit, { type: 'records', filters: { sort: 'createdAt', to: '2026-11-02' } });
  const [head, ...rows] = parse(await records.text(), { bom: true }) as string[][];
  assert.equal(head?.[0], 'Time (America/Sao_Paulo)');
  assert.deepEqual(
    rows.map(([at]) => at),
    ['2026-11-02 09:00:00', '2026-11-02 09:00:00', 'Total'],
  );
});

test('every list ends with the sums of what it has, and of nothing else', async (t) => {
  const kit = await busyOffice(t);
  const lastOf = async (type: string, filters = {}) => {
    const rows = parse(await (await download(kit, { type, filters })).text(), { bom: true, columns: true });
    return (rows as Record<string, string>[]).at(-1);
  };
  const { Used, Credits, 'Monthly limit': limit } = (await lastOf('users')) ?? {};
  assert.deepEqual([Used, Credits, limit], ['3015', '0', '']);
  assert.equal((await lastOf('records', { model: 'other' }))?.['Charged tokens'], '15');
  assert.equal((await lastOf('records', { model: 'nothing' }))?.['Charged tokens'], '0');
  assert.equal((await lastOf('ledger', { to: '2026-11-02' }))?.['Change of the month'], '1005');
});

test('a file has the columns that are asked for, and knows no others', async (t) => {
  const kit = await busyOffice(t);
  const filters = { sort: 'email' };
  const answer = await download(kit, { type: 'users', columns: ['used', 'email'], filters });
  const rows = parse(await answer.text(), { bom: true }) as string[][];
  assert.deepEqual(rows, [
    ['E-mail', 'Used'],
    ['ana@example.com', '3000'],
    ['bob@example.com', '15'],
    ['Total', '3015'],
  ]);
  for (const columns of [[], ['password'], 'email']) {
    const refused = await download(kit, { type: 'users', columns, filters });
    assert.equal(refused.status, 400, JSON.stringify(columns));
  }
});

test('a PDF names what it shows, and holds the rows', async (t) => {
  const kit = await busyOffice(t);
  const answer = await download(kit, { type: 'usage', format: 'pdf', filters: { groupBy: 'user' } });
  assert.equal(answer.status, 200);
  const bytes = Buffer.from(await answer.arrayBuffer());
  assert.equal(bytes.toString('latin1', 0, 5), '%PDF-');
  const streams = [...bytes.toString('latin1').matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)].map(([, raw]) => {
    try {
      return inflateSync(Buffer.from(raw ?? '', 'latin1')).toString('latin1');
    } catch {
      return '';
    }
  });
  assert.ok(
    streams.some((stream) => /\bTJ\b/.test(stream)),
    'a page with text',
  );
});

test('a long export is a job: whoever comes back within a day finds the file, as it would have been at once', async (t) => {
  const kit = await busyOffice(t);
  const order = { type: 'records', format: 'csv', filters: { model: 'other', sort: 'createdAt' } };
  const { status, body: job } = await kit.api('/api/admin/reports/export/jobs', { body: order });
  assert.equal(status, 202, JSON.stringify(job));
  assert.deepEqual(job.params, { type: 'records', format: 'csv', filters: ['sort', 'model'] });
  await kit.context.jobs.idle();
  const ended = (await kit.api(`/api/admin/jobs/${job.id}`)).body;
  assert.deepEqual([ended.status, ended.result.rows, ended.done], ['done', 3, 3]);
  const fetchFile = (token = kit.ownerToken) =>
    fetch(`${kit.url}/api/admin/jobs/${job.id}/file`, { headers: { authorization: `Bearer ${token}` } });
  const file = await fetchFile();
  assert.match(file.headers.get('content-disposition') ?? '', /filename="ia-solaris-records-2026-11-20\.csv"/);
  assert.equal(await file.text(), await (await download(kit, order)).text());
  const { body: taken } = await kit.api('/api/admin/audit?action=report.exported');
  assert.equal(taken.total, 2, 'what left is in the record, each time');

  const approver = await kit.operator('approver');
  assert.equal((await fetchFile(approver.token)).status, 403);
  assert.equal((await kit.api('/api/admin/jobs/job_none/file')).body.error.code, 'job_not_found');
  const folder = join(kit.dataDir, 'exports');
  assert.deepEqual(readdirSync(folder), [`${job.id}.csv`]);
  const madeAt = (kit.clock.now() - 86_400_001) / 1_000;
  utimesSync(join(folder, `${job.id}.csv`), madeAt, madeAt);
  assert.equal((await fetchFile()).status, 404);
  assert.deepEqual(readdirSync(folder), [], 'after a day nothing is left');
});

test('a long export that is refused begins no job, and one that is cancelled leaves no file', async (t) => {
  const kit = await busyOffice(t);
  const refused = await kit.api('/api/admin/reports/export/jobs', {
    body: { type: 'usage', filters: { from: '2026-11-09', to: '2026-11-01' } },
  });
  assert.equal(refused.status, 400);
  assert.equal((await kit.api('/api/admin/jobs')).body.total, 0);

  const order = exportBody.parse({ type: 'records' });
  const stopped = AbortSignal.abort();
  const start: Jobs['start'] = async (_order, work) => {
    const tools = { id: 'job_cancelled', signal: stopped, onProgress: () => undefined };
    await assert.rejects(work(tools), { code: 'job_cancelled' });
    return null;
  };
  const context = { ...kit.context, jobs: { ...kit.context.jobs, start } };
  await assert.rejects(startExport(context, order, 'opr_test'), { code: 'job_running' });
  assert.deepEqual(readdirSync(join(kit.dataDir, 'exports')), []);
});

test('what was taken is in the audit log, without what was searched for', async (t) => {
  const kit = await busyOffice(t);
  await download(kit, { type: 'users', filters: { search: 'ana@example.com' } });
  const { body } = await kit.api('/api/admin/audit?action=report.exported');
  assert.equal(body.total, 1);
  assert.equal(body.items[0].details.type, 'users');
  assert.doesNotMatch(JSON.stringify(body.items), /ana@/);
});

test('what cannot be exported is refused with the field at fault, and nothing is written', async (t) => {
  const kit = await busyOffice(t);
  for (const [body, field] of [
    [{ type: 'nothing' }, 'type'],
    [{ type: 'usage', format: 'docx' }, 'format'],
    [{ type: 'usage', filters: { from: 'yesterday' } }, 'filters.from'],
    [{ type: 'usage', filters: { from: '2026-11-09', to: '2026-11-01' } }, 'to'],
    [{ type: 'records', filters: { cursor: 'x' } }, 'filters'],
  ] as const) {
    const answer = await download(kit, body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    const { error } = (await answer.json()) as { error: { field?: string } };
    assert.equal(error.field ?? 'filters', field);
  }
  assert.equal((await kit.api('/api/admin/audit?action=report.exported')).body.total, 0);
});

test('the times of a long file are written by one formatter for each zone', (t) => {
  const made = t.mock.method(Intl, 'DateTimeFormat');
  const [tokyo, bogota] = [createCalendar('Asia/Tokyo'), createCalendar('America/Bogota')];
  const at = Date.parse('2026-11-28T02:30:05Z');
  for (let row = 0; row < 1_000; row++) {
    assert.equal(timeText(at, tokyo), '2026-11-28 11:30:05');
    assert.equal(timeText(at, bogota), '2026-11-27 21:30:05');
  }
  assert.equal(made.mock.callCount(), 2);
});

test('people, plans and departments stand by their names beside their ids, and values in the words of the screens', async (t) => {
  const kit = await busyOffice(t);
  await kit.api('/api/admin/departments', { body: { id: 'vendas', name: 'Vendas; SP' } });
  const eva = await kit.user('eva@example.com', { name: 'Éva', department: 'vendas', plan: 'pro', credits: 7 });
  const { db } = kit.context;
  const at = { createdAt: 60_000, lastAt: 60_000, statusCode: 429, endpoint: '/v1/models', message: 'x', requests: 1 };
  await db.insert(db.tables.refusals).values({ id: 'ref_1', code: 'x', minute: 60_000, userId: eva.id, ...at });
  const rowsOf = async (type: string, locale: string, filters: object) => {
    const text = await (await download(kit, { type, locale, filters })).text();
    const delimiter = locale === 'pt-BR' ? ';' : ',';
    return parse(text, { bom: true, columns: true, delimiter }) as Record<string, string>[];
  };
  const [user] = await rowsOf('users', 'pt-BR', { search: 'eva' });
  assert.deepEqual(
    [
      user?.Id,
      user?.Situação,
      user?.Plano,
      user?.['Nome do plano'],
      user?.Departamento,
      user?.['Nome do departamento'],
    ],
    [eva.id, 'Ativo', 'pro', 'Pro', 'vendas', 'Vendas; SP'],
  );
  const [ana] = await rowsOf('users', 'en', { search: 'ana' });
  assert.deepEqual([ana?.Department, ana?.['Name of the department']], ['', 'No department']);
  const [entry] = await rowsOf('ledger', 'pt-BR', { user: eva.id });
  assert.deepEqual(
    [entry?.Usuário, entry?.Nome, entry?.['E-mail'], entry?.Tipo],
    [eva.id, 'Éva', eva.email, 'Concessão'],
  );
  const [refusal] = await rowsOf('refusals', 'en', { user: eva.id });
  assert.deepEqual([refusal?.User, refusal?.Name, refusal?.['E-mail']], [eva.id, 'Éva', eva.email]);
  const [record] = await rowsOf('records', 'en', { model: 'gpt-4o' });
  assert.deepEqual(
    [record?.Name, record?.['E-mail'], record?.Outcome, record?.['Source of use']],
    ['ana', 'ana@example.com', 'done', 'counted by the provider'],
  );
  const [line] = await rowsOf('usage', 'pt-BR', { groupBy: 'department' });
  assert.equal(line?.Departamento, 'Sem departamento');
});

test('CSV in Portuguese is split by semicolons, and its decimals stand behind a comma', async (t) => {
  const kit = await office(t);
  const { id } = await kit.user('ana@example.com');
  await spendTokens(kit.context, { userId: id, tokens: 10, costMicroUsd: 1_250_000 });
  const text = async (locale: string) =>
    (await download(kit, { type: 'records', locale, columns: ['email', 'totalTokens', 'costUsd'] })).text();
  assert.equal((await text('pt-BR')).split('\r\n')[1], 'ana@example.com;10;1,25');
  assert.equal((await text('en')).split('\r\n')[1], 'ana@example.com,10,1.25');
});

test('values are called in files as the console calls them', async () => {
  for (const [locale, folder] of [
    ['en', 'en'],
    ['pt-BR', 'pt-br'],
  ] as const) {
    const words = async (name: string) =>
      Object.values(await import(`../../renderer/console/i18n/${folder}/${name}.ts`))[0];
    const [users, activity, requests, alerts, reports] = await Promise.all(
      ['users', 'activity', 'requests', 'alerts', 'reports'].map(
        (name) => words(name) as Promise<Record<string, unknown>>,
      ),
    );
    assert.deepEqual(valueWordsOf(locale), {
      userStatuses: users?.statuses,
      outcomes: activity?.outcomes,
      usageSources: activity?.usageSources,
      ledgerKinds: users?.ledgerKinds,
      ticketKinds: requests?.kinds,
      ticketStatuses: requests?.statuses,
      urgencies: requests?.urgencies,
      alertKinds: alerts?.kinds,
      noDepartment: reports?.noDepartment,
    });
  }
});
