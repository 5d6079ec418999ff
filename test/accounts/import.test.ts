import assert from 'node:assert/strict';
import { test } from 'node:test';
import { office } from './account-kit.ts';

const PATH = '/api/admin/users/import';

test('a file is shown before it is imported, makes and changes users as one, and finds nothing to do the next time', async (t) => {
  const { api, user } = await office(t);
  await api('/api/admin/departments', { body: { id: 'sales', name: 'Vendas', reason: 'test' } });
  const ana = await user('ana@example.com', { name: 'Ana' });
  // As a Brazilian spreadsheet saves it.
  const csv = [
    '\uFEFFE-mail;Nome;Plano;Departamento;Limite mensal;Observação',
    'ANA@example.com;Ana;pro;vendas;;x',
    'bob@example.com;"Reis; Bob";;;2.500.000;',
    'cai@example.com;;basic;;sem limite;',
    '',
  ].join('\r\n');
  const preview = (await api(PATH, { body: { csv, preview: true } })).body;
  assert.deepEqual([preview.lines, preview.created, preview.changed, preview.unchanged], [3, 2, 1, 0]);
  assert.deepEqual(preview.ignored, ['Observação']);
  assert.deepEqual(preview.rows[0].changes, [
    { column: 'plan', before: 'basic', after: 'pro' },
    { column: 'department', before: null, after: 'sales' },
  ]);
  assert.equal((await api('/api/admin/users')).body.total, 1, 'a preview writes nothing');

  const { selection } = preview;
  assert.equal((await api(PATH, { body: { csv, selection } })).body.error.field, 'reason');
  const commit = { headers: { 'idempotency-key': 'i1' }, body: { csv, selection, reason: 'new team' } };
  const [first, second] = await Promise.all([api(PATH, commit), api(PATH, commit)]);
  assert.deepEqual([first.status, first.body.created, first.body.changed], [200, 2, 1]);
  assert.deepEqual(second.body, first.body);
  const { items } = (await api('/api/admin/users?sort=email')).body;
  const shown = items.map(({ email, name, plan, department, monthlyLimit }: Record<string, unknown>) => [
    email,
    name,
    plan,
    department,
    monthlyLimit,
  ]);
  assert.deepEqual(shown, [
    ['ana@example.com', 'Ana', 'pro', 'sales', 3_000_000],
    ['bob@example.com', 'Reis; Bob', 'basic', null, 2_500_000],
    ['cai@example.com', 'cai', 'basic', null, null],
  ]);
  const entry = (await api(`/api/admin/audit?target=${ana.id}&action=user.changed`)).body.items[0];
  assert.equal(entry.personal.reason, 'new team');

  const again = (await api(PATH, { body: { csv, reason: 'again' } })).body;
  assert.deepEqual([again.created, again.changed, again.unchanged], [0, 0, 3]);
  assert.equal((await api('/api/admin/users')).body.total, 3);
});

test('errors are told line by line, all at once, and with one of them nothing is written', async (t) => {
  const { api } = await office(t, { env: { MAX_USER_LIMIT: '5000000' } });
  const csv = [
    'email,name,plan,department,monthlyLimit,locale,id',
    'good@example.com,Good,basic,,inherit,pt-br,',
    'not an address,X,gold,nowhere,many,fr,',
    'good@example.com,Again,,,,,',
    ',Nobody,,,,,',
    'big@example.com,Big,,,9000000,,',
    ',,,,,,usr_unknown',
    'wide@example.com,Wide,,,,,,surplus',
  ].join('\n');
  const { body } = await api(PATH, { body: { csv, preview: true } });
  const found = body.errors.map(({ line, column, code }: Record<string, unknown>) => `${line} ${column} ${code}`);
  assert.deepEqual(found, [
    '3 monthlyLimit invalid_limit',
    '3 email invalid_email',
    '3 plan unknown_plan',
    '3 department unknown_department',
    '3 locale invalid_locale',
    '4 email duplicate_user',
    '5 email email_required',
    '6 monthlyLimit limit_out_of_bounds',
    '7 id unknown_user',
    '8 null too_many_cells',
  ]);
  const commit = await api(PATH, { body: { csv, selection: body.selection, reason: 'test' } });
  assert.deepEqual([commit.status, commit.body.error.code], [400, 'import_errors']);
  assert.equal((await api('/api/admin/users')).body.total, 0);
  for (const [code, text] of [
    ['empty_file', ''],
    ['empty_file', 'email\n'],
    ['no_email_column', 'name\nAna\n'],
    ['column_twice', 'email,E-Mail\na@example.com,b@example.com\n'],
    ['unreadable_csv', 'email\n"open@example.com\n'],
    ['too_many_lines', `email\n${'x@example.com\n'.repeat(2_001)}`],
  ]) {
    const answer = await api(PATH, { body: { csv: text, preview: true } });
    assert.deepEqual([answer.status, answer.body.error?.code, answer.body.error?.field], [400, code, 'csv'], code);
  }
});

test('the export of the list goes back as it is, and an import is refused when users are others than in the preview', async (t) => {
  const { api, user } = await office(t);
  await user('ana@example.com', { name: '=cmd', monthlyLimit: 7 });
  await api('/api/admin/users', { body: { kind: 'service', name: 'Shared tools', reason: 'test' } });
  const exported = await api('/api/admin/reports/export', { body: { type: 'users', format: 'csv', locale: 'pt-BR' } });
  const csv = typeof exported.body === 'string' ? exported.body : '';
  assert.match(csv, /Limite mensal/);
  assert.match(csv, /\nTotal;[^\n]*\n$/, 'it ends with its sums, which are nobody');
  const { body } = await api(PATH, { body: { csv, preview: true } });
  assert.deepEqual([body.lines, body.errorCount, body.created, body.changed], [2, 0, 0, 0]);
  assert.ok(body.ignored.includes('Créditos'));

  const change = 'email,plan\nana@example.com,pro\n';
  const { selection } = (await api(PATH, { body: { csv: change, preview: true } })).body;
  const { items } = (await api('/api/admin/users?search=ana')).body;
  await api(`/api/admin/users/${items[0].id}`, { method: 'PUT', body: { plan: 'trial', reason: 'meanwhile' } });
  const commit = await api(PATH, { body: { csv: change, selection, reason: 'test' } });
  assert.deepEqual([commit.status, commit.body.error.code], [409, 'selection_changed']);
  assert.equal((await api(`/api/admin/users/${items[0].id}`)).body.plan, 'trial');
});

test('a cell means the exact id before all else, and what could mean several is an error', async (t) => {
  const { api, user, context } = await office(t);
  const at = { createdAt: 1, updatedAt: 1 };
  // As they could be made before.
  await context.db.insert(context.db.tables.departments).values([
    { id: 'eng', name: 'Engineering', ...at },
    { id: 'ENG', name: 'engineering', ...at },
  ]);
  const ana = await user('ana@example.com', { department: 'eng' });
  const bob = await user('bob@example.com', { department: 'ENG' });
  const csv = (lines: string[]) => ['email,department', ...lines].join('\n');
  const unchanged = csv(['ana@example.com,eng', 'bob@example.com,ENG']);
  const preview = (await api(PATH, { body: { csv: unchanged, preview: true } })).body;
  assert.deepEqual([preview.unchanged, preview.changed, preview.errors], [2, 0, []]);
  const doubtful = csv(['ana@example.com,Eng', 'bob@example.com,ENGINEERING']);
  const { errors } = (await api(PATH, { body: { csv: doubtful, preview: true } })).body;
  assert.deepEqual(
    errors.map(({ line, code }: Record<string, unknown>) => [line, code]),
    [
      [2, 'ambiguous_department'],
      [3, 'ambiguous_department'],
    ],
  );
  const named = csv(['ana@example.com,engineering', 'bob@example.com,Engineering']);
  const moved = (await api(PATH, { body: { csv: named, preview: true } })).body;
  assert.deepEqual(
    moved.rows.map(({ id, changes }: { id: string; changes: { after: string }[] }) => [id, changes[0]?.after]),
    [
      [ana.id, 'ENG'],
      [bob.id, 'eng'],
    ],
    'a name is as exact as an id',
  );
});
