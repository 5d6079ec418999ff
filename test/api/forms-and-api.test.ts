/** What the console's screens forbid, hide or refuse, the API refuses too: with a clear problem, and nothing changed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Role } from '../../gateway/db/json-columns.ts';
import { addOperator, browser, PASSWORD, signIn } from '../operators/people.ts';
import { portal } from '../portal/portal-kit.ts';
import { type ApiAnswer, type ApiInit, type Built, build } from '../support/build.ts';
import { apiApp } from './api-app.ts';
import { formFields } from './form-fields.ts';

const ROLES: readonly Role[] = ['viewer', 'approver', 'admin', 'owner'];

/** To whom the console offers what changes something; what is anybody's own stands under `viewer`. */
const OFFERED: Readonly<Record<Role, readonly string[]>> = {
  viewer: [
    'DELETE /api/admin/tokens/:id',
    'DELETE /api/admin/views/:id',
    'DELETE /api/auth/sessions/:id',
    'POST /api/admin/reports/export',
    'POST /api/admin/tokens',
    'POST /api/admin/views',
    'POST /api/admin/views/:id/restore',
    'POST /api/auth/confirm',
    'POST /api/auth/password',
    'POST /api/auth/totp/confirm',
    'POST /api/auth/totp/disable',
    'POST /api/auth/totp/enrol',
    'POST /api/auth/totp/recovery-codes',
    'PUT /api/admin/views/:id',
  ],
  approver: [
    'POST /api/admin/packets/export',
    'POST /api/admin/packets/import',
    'POST /api/admin/requests/:id/answer',
    'POST /api/admin/requests/:id/approve',
    'POST /api/admin/requests/:id/ask',
    'POST /api/admin/requests/:id/reject',
    'POST /api/admin/requests/:id/undo',
  ],
  admin: [],
  owner: [
    'DELETE /api/admin/backups/:name',
    'DELETE /api/admin/operators/:id',
    'DELETE /api/admin/operators/:id/sessions',
    'DELETE /api/admin/operators/:id/totp',
    'DELETE /api/admin/packets/keys/:fingerprint',
    'POST /api/admin/backups/:name/restore',
    'POST /api/admin/backups/upload',
    'POST /api/admin/migrate',
    'POST /api/admin/operators',
    'POST /api/admin/packets/keys',
    'PUT /api/admin/operators/:id',
  ],
};

test('what the console offers to some roles only, the API takes from no other', async (t) => {
  const { context } = await build(t);
  const { routes } = await apiApp(t, context);
  const changing = routes.filter(({ method, access }) => method !== 'GET' && ROLES.includes(access as Role));
  assert.ok(changing.length > 60, 'the table must not be empty by accident');
  const named = new Map<string, Role>(ROLES.flatMap((role) => OFFERED[role].map((route) => [route, role] as const)));
  const found = changing.map(({ method, url, access }) => [`${method} ${url}`, access] as const);
  for (const [route, access] of found) assert.equal(access, named.get(route) ?? 'admin', route);
  const known = new Set<string>(found.map(([route]) => route));
  assert.deepEqual(
    [...named.keys()].filter((route) => !known.has(route)),
    [],
    'every route that is offered exists',
  );
});

test('what a form does not take, the API does not either: each field by its name, and nothing is changed', async (t) => {
  const built = await portal(t);
  const { api, person, ask, context, clock } = built;
  await addOperator(context, 'owner@example.com');
  const page = browser(built);
  await signIn(page, 'owner@example.com');
  const ana = await person('ana@example.com');
  const { id } = ana;
  const department = (await api('/api/admin/departments', { body: { name: 'Sales' } })).body.id;
  const upstream = (await api('/api/admin/upstreams', { body: { baseUrl: 'https://api.example.com/v1' } })).body.id;
  const key = (await api('/api/admin/keys', { body: { name: 'chat' } })).body.key.id;
  const ticket = await ask(ana);
  const asked = await ask(ana);
  await api(`/api/admin/requests/${asked}/ask`, { body: { message: 'For which project?' } });
  const before = await stateOf({ api });
  const taken: string[] = [];

  const forms = formFields({ user: id, key, ticket, department, upstream, asked });
  for (const { name, call, body, bad, by, isFlat = false } of forms) {
    const [method, path] = call;
    const caller = by === 'user' ? ana : page;
    for (const [field, values] of Object.entries(bad)) {
      for (const value of values) {
        clock.advance(1_000);
        const answer = await caller.call(path, {
          method,
          body: isFlat ? { ...body, [field]: value } : withValue(body, field, value),
        });
        const told = `${name}: ${field} ${JSON.stringify(value)?.slice(0, 60)}`;
        const { error = {} } = answer.body ?? {};
        const isRefused = [400, 401, 404, 409].includes(answer.status) && error.field === field;
        if (!isRefused || error.message.length < 6)
          taken.push(`${told}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`);
      }
    }
  }
  assert.deepEqual(taken, []);
  assert.deepEqual(await stateOf({ api }), before, 'nothing is changed by what is refused');
});

/** `body` with a value at a dotted path; undefined leaves the field out. A number in a path stands for a whole list. */
function withValue(body: Readonly<Record<string, unknown>>, path: string, value: unknown): object {
  const [first = '', ...rest] = path.split('.');
  if (rest.length === 0 || /^\d+$/.test(rest[0] ?? '')) return { ...body, [first]: value };
  return { ...body, [first]: withValue((body[first] ?? {}) as Record<string, unknown>, rest.join('.'), value) };
}

const LISTS = [
  'users',
  'plans',
  'departments',
  'models',
  'keys',
  'upstreams',
  'operators',
  'tokens',
  'views',
  'requests',
];

/** All that forms change, and how many changes were ever made. */
async function stateOf({ api }: Pick<Built, 'api'>): Promise<unknown> {
  const lists = await Promise.all(LISTS.map(async (name) => (await api(`/api/admin/${name}?limit=200`)).body.items));
  const settings = (await api('/api/admin/settings')).body.items;
  const { total } = (await api('/api/admin/audit?limit=1')).body;
  const { items: mails } = (await api('/api/admin/outbox?limit=200')).body;
  const state = { lists, settings, total, mails: mails.length };
  // When somebody was seen last is no change.
  const isTold = (name: string) => !/^last[A-Z]|^health$/.test(name);
  return JSON.parse(JSON.stringify(state, (name, value) => (isTold(name) ? value : undefined)));
}

type Call = readonly [path: string, init?: ApiInit];
const put = (body: unknown): ApiInit => ({ method: 'PUT', body });
const post = (body: unknown = {}): ApiInit => ({ method: 'POST', body });
const remove: ApiInit = { method: 'DELETE' };

test('what a screen has no button for is refused to whoever calls the API, and changes nothing', async (t) => {
  const env = { OPENAI_API_KEY: 'sk-test', CURRENCY: 'BRL', MAX_USER_LIMIT: '1000000' };
  const { api, person, ask, user, operator, clock } = await portal(t, { env });
  const ana = await person('ana@example.com', { monthlyLimit: 1_000 });
  const bob = await person('bob@example.com', { plan: 'pro' });
  const gone = await user('gone@example.com');
  await api(`/api/admin/users/${gone.id}?reason=test`, remove);
  const service = (await api('/api/admin/users', post({ kind: 'service', name: 'tools' }))).body;
  const approver = await operator('approver');
  const asApprover = (init: ApiInit): ApiInit => ({ ...init, headers: { authorization: `Bearer ${approver.token}` } });

  await api('/api/admin/plans', post({ id: 'gold' }));
  await user('cai@example.com', { plan: 'gold' });
  const sales = (await api('/api/admin/departments', post({ name: 'Sales' }))).body.id;
  await user('dee@example.com', { department: sales });
  const revoked = (await api('/api/admin/keys', post({ name: 'old' }))).body.key.id;
  await api(`/api/admin/keys/${revoked}`, remove);

  const decided = await ask(ana);
  await api(`/api/admin/requests/${decided}/approve`, post());
  clock.advance(61_000);
  const open = await ask(bob);
  const opened = async (body: unknown) => (await ana.call('/api/support/contact', { body })).body.id;
  const support = await opened({ message: 'Why?' });
  const limit = await opened({ kind: 'limit_change', amount: 5_000, message: 'More' });
  const vague = await opened({ kind: 'limit_change', message: 'More' });
  const request = (id: string, step: string) => `/api/admin/requests/${id}/${step}`;
  const own = `/api/admin/users/${ana.id}`;

  const refused: Readonly<Record<string, readonly [Call, status: number, code: string]>> = {
    'a plan that somebody has is deleted': [['/api/admin/plans/gold', remove], 409, 'plan_in_use'],
    'a plan that always exists is deleted': [['/api/admin/plans/trial', remove], 409, 'plan_built_in'],
    'a department with users is deleted': [[`/api/admin/departments/${sales}`, remove], 409, 'department_in_use'],
    'the team is deleted': [['/api/admin/departments/team', remove], 409, 'department_is_team'],
    'a setting of the environment is set': [['/api/admin/settings', put({ currency: 'EUR' })], 409, 'setting_locked'],
    'a setting of the environment is set back': [['/api/admin/settings/currency', remove], 409, 'setting_locked'],
    'where the data lies is set': [
      ['/api/admin/settings', put({ databaseUrl: 'postgres://x/y' })],
      409,
      'setting_locked',
    ],
    'the smallest limit is above the largest': [
      ['/api/admin/settings', put({ minUserLimit: 2_000_000 })],
      400,
      'invalid_setting',
    ],
    'the key of an upstream of the environment is set': [
      ['/api/admin/upstreams/openai', put({ apiKey: 'sk-other' })],
      409,
      'upstream_locked',
    ],
    'an upstream of the environment is removed': [['/api/admin/upstreams/openai', remove], 409, 'upstream_locked'],
    'a revoked key is edited': [[`/api/admin/keys/${revoked}`, put({ name: 'new' })], 409, 'key_revoked'],
    'a personal key is made for nobody': [
      ['/api/admin/keys', post({ kind: 'personal', name: 'x' })],
      400,
      'user_required',
    ],
    'what is decided is approved': [[request(decided, 'approve'), post()], 409, 'already_decided'],
    'what is decided is rejected': [[request(decided, 'reject'), post({ reason: 'x' })], 409, 'already_decided'],
    'what is decided is asked about': [[request(decided, 'ask'), post({ message: 'x' })], 409, 'already_decided'],
    'a decision is taken back after its minute': [[request(decided, 'undo'), post()], 409, 'undo_too_late'],
    'what is open is taken back': [[request(open, 'undo'), post()], 409, 'not_decided'],
    'a request for credits is answered with words': [
      [request(open, 'answer'), post({ message: 'x' })],
      409,
      'decision_needed',
    ],
    'what asks for nothing is approved': [[request(support, 'approve'), post()], 409, 'nothing_to_grant'],
    'a wish without a number is approved': [[request(vague, 'approve'), post()], 409, 'amount_needed'],
    'an approver sets a limit': [[request(limit, 'approve'), asApprover(post())], 403, 'forbidden'],
    'an approver edits a user': [[own, asApprover(put({ name: 'x' }))], 403, 'forbidden'],
    'a limit is above the largest': [[own, put({ monthlyLimit: 2_000_000, reason: 'x' })], 400, 'limit_out_of_bounds'],
    'more is taken away than there is': [
      [`${own}/tokens`, post({ amount: -900_000, reason: 'x' })],
      409,
      'insufficient_credits',
    ],
    'tokens are taken away as a gift': [
      [`${own}/tokens`, post({ amount: -1, reason: 'x', kind: 'bonus' })],
      400,
      'invalid_kind',
    ],
    'somebody takes the address of another': [
      [own, put({ email: 'bob@example.com', reason: 'x' })],
      409,
      'email_taken',
    ],
    'a suspension ends before it begins': [
      [`${own}/suspend`, post({ reason: 'x', until: clock.now() - 1 })],
      400,
      'until_in_the_past',
    ],
    'a deleted user is blocked': [[`/api/admin/users/${gone.id}/block`, post({ reason: 'x' })], 409, 'user_deleted'],
    'a deleted user is edited': [[`/api/admin/users/${gone.id}`, put({ name: 'x' })], 409, 'user_deleted'],
    'a letter goes to who has no address': [
      [`/api/admin/users/${service.id}/message`, post({ subject: 'x', body: 'x' })],
      409,
      'no_email',
    ],
    'many are changed who are not those of the preview': [
      ['/api/admin/users/bulk', post({ ids: [ana.id], action: { kind: 'block' }, reason: 'x', selection: 'old' })],
      409,
      'selection_changed',
    ],
    'a plan is made twice': [['/api/admin/plans', post({ id: 'gold' })], 409, 'plan_exists'],
    'a department has the name of another': [['/api/admin/departments', post({ name: 'Sales' })], 409, 'name_taken'],
    'a report ends before it begins': [
      ['/api/admin/reports/usage?groupBy=day&from=2026-11-10&to=2026-11-01'],
      400,
      'invalid_range',
    ],
  };
  const before = await stateOf({ api });
  const taken: string[] = [];
  for (const [what, [call, status, code]] of Object.entries(refused)) {
    clock.advance(1_000);
    const { status: got, body } = await api(...call);
    const { error } = body ?? {};
    if (got !== status || error?.code !== code || !isSentence(error.message)) {
      taken.push(`${what}: ${got} ${JSON.stringify(body).slice(0, 300)}`);
    }
  }
  assert.deepEqual(taken, []);
  assert.deepEqual(await stateOf({ api }), before, 'nothing is changed by what is refused');
});

test('where the console asks for the password, the API asks for its proof', async (t) => {
  const built = await build(t, { env: { SAFE_MODE: 'password' } });
  await addOperator(built.context, 'ana@example.com');
  const page = browser(built);
  await signIn(page, 'ana@example.com');
  const user = (await page.call('/api/admin/users', post({ email: 'bob@example.com' }))).body;
  const upstream = (await page.call('/api/admin/upstreams', post({ baseUrl: 'https://api.example.com/v1' }))).body;
  const key = (await page.call('/api/admin/keys', post({ name: 'x' }))).body.key;
  const other = await addOperator(built.context, 'cai@example.com');
  const before = await stateOf(built);
  const own = `/api/admin/users/${user.id}`;
  const dangerous: readonly Call[] = [
    [`${own}/suspend`, post({ reason: 'x' })],
    [`${own}/block`, post({ reason: 'x' })],
    [`${own}/reset-usage`, post({ reason: 'x' })],
    [`${own}?reason=x`, remove],
    ['/api/admin/users/bulk', post({ ids: [user.id], action: { kind: 'block' }, reason: 'x' })],
    ['/api/admin/plans/basic', remove],
    ['/api/admin/departments/team', remove],
    ['/api/admin/models/gpt-4o', remove],
    [`/api/admin/keys/${key.id}`, remove],
    [`/api/admin/upstreams/${upstream.id}`, remove],
    [`/api/admin/operators/${other}`, remove],
    [`/api/admin/operators/${other}`, put({ disabled: true })],
    [`/api/admin/operators/${other}`, put({ password: 'long enough to pass' })],
    [`/api/admin/operators/${other}/sessions`, remove],
    [`/api/admin/operators/${other}/totp`, remove],
    ['/api/admin/backups/x', remove],
    ['/api/admin/backups/x/restore', post()],
    ['/api/admin/settings', put({ safeMode: 'silent' })],
  ];
  for (const [path, init] of dangerous) {
    assertRefused(await page.call(path, init), 403, 'confirmation_required', `${init?.method} ${path}`);
  }
  assertRefused(
    await page.call('/api/auth/confirm', post({ password: `${PASSWORD}!` })),
    403,
    'wrong_password',
    'confirm',
  );
  const { items: audited } = (await built.api('/api/admin/audit?limit=5')).body;
  assert.equal(audited[0].action, 'operator.sign_in_failed', 'but for the try that was noted');
  const { total, ...rest } = (await stateOf(built)) as { total: number };
  const { total: totalBefore, ...restBefore } = before as { total: number };
  assert.deepEqual([rest, total], [restBefore, totalBefore + 1]);
});

function assertRefused({ status, body }: ApiAnswer, wanted: number, code: string, what: string): void {
  assert.deepEqual([status, body?.error?.code], [wanted, code], `${what}: ${JSON.stringify(body)?.slice(0, 300)}`);
  assert.ok(isSentence(body.error.message), `${what}: a sentence says why`);
}

function isSentence(text: string): boolean {
  return text.length > 10 && text.endsWith('.');
}
