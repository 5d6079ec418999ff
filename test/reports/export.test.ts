/** Files of what the screens show. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { unzipSync } from 'fflate';
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
async function busyOffice(t: Parameters<typeof office>[0]): Promise<Office> {
  const kit = await office(t);
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
  const [head, ...rows] = parse(await answer.text(), { bom: true }) as string[][];
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
  assert.equal(sheet.match(/<row /g)?.length, 4, 'a heading and three requests');
  assert.match(sheet, /<v>5<\/v>/);
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
