import assert from 'node:assert/strict';
import { test } from 'node:test';
import i18next, { type TFunction } from 'i18next';
import type { BulkAction, BulkAnswer } from '../../gateway/contract/users.ts';
import { shortDate } from '../../renderer/console/format/dates.ts';
import { exactNumber, signedNumber } from '../../renderer/console/format/numbers.ts';
import { en } from '../../renderer/console/i18n/en/catalogue.ts';
import { ptBr } from '../../renderer/console/i18n/pt-br/catalogue.ts';
import { decisionWords, undoOf } from '../../renderer/console/requests/decided.ts';
import { bulkUndoneWords, bulkWords } from '../../renderer/console/users/bulk-words.ts';
import { changeFor, type MoveName, type MoveValues } from '../../renderer/console/users/move-changes.ts';
import type { MoveWords } from '../../renderer/console/users/use-move-words.ts';
import { type ApiInit, build } from '../support/build.ts';

const VALUES: MoveValues = {
  amount: '',
  kind: 'grant',
  limitMode: 'tokens',
  limit: '',
  plan: 'basic',
  department: '-',
  name: 'Ana Souza',
  email: 'ana@example.com',
  until: '',
  reason: 'x',
};

/** The console's words and formats of a language. */
async function wordsIn(locale: 'en' | 'pt-BR') {
  const resources = { en, 'pt-BR': ptBr };
  const i18n = i18next.createInstance();
  await i18n.init({ lng: locale, resources, interpolation: { escapeValue: false } });
  const format = {
    exact: (value: number) => exactNumber(value, locale),
    signed: (value: number) => signedNumber(value, locale),
    date: (at: number) => shortDate(at, locale, 'UTC'),
  };
  const moves = {
    t: i18n.getFixedT(null, 'users'),
    format,
    planNames: new Map([['pro', 'Pro']]),
    departmentNames: new Map([['sales', 'Sales']]),
  } as unknown as MoveWords;
  return { moves, format, requests: i18n.getFixedT(null, 'requests') as TFunction<'requests'> };
}

/** Does a move as the console does, and takes it back. @returns what both say */
async function toldBy(kit: Awaited<ReturnType<typeof build>>, words: MoveWords, move: MoveName, values = {}) {
  const { body: list } = await kit.api('/api/admin/users?search=ana@example.com');
  const [user] = list.items;
  const { ownLimit, suspendedUntil } = (await kit.api(`/api/admin/users/${user.id}/profile`)).body;
  const change = changeFor(move, { ...VALUES, ...values }, { user, ownLimit, suspendedUntil, words });
  const send = async ({ path, call, done }: typeof change) => {
    const { method = 'GET', body } = call;
    const answer = await kit.api(path, { method, ...(body ? { body } : {}) } as ApiInit);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return typeof done === 'function' ? done(answer.body as never) : done;
  };
  const done = await send(change);
  if (typeof change.undo !== 'object') return [done];
  return [done, await send(change.undo)];
}

test('a name is changed without a reason, and with one it goes along', async (t) => {
  const { api } = await build(t);
  const { body: user } = await api('/api/admin/users', { body: { email: 'ana@example.com' } });
  const { moves } = await wordsIn('en');
  for (const reason of ['', 'She married.']) {
    const context = { user, ownLimit: 'inherit', suspendedUntil: null, words: moves } as const;
    const { path, call } = changeFor('edit', { ...VALUES, reason }, context);
    const answer = await api(path, { method: 'PUT', body: call.body as object });
    assert.deepEqual([answer.status, answer.body.name], [200, 'Ana Souza'], JSON.stringify(answer.body));
    assert.equal('reason' in (call.body as object), reason !== '');
  }
});

test('a move says what it did with name and figure, and so does what takes it back', async (t) => {
  const kit = await build(t);
  await kit.api('/api/admin/departments', { body: { id: 'sales', name: 'Sales' } });
  await kit.api('/api/admin/users', { body: { email: 'ana@example.com', name: 'Ana' } });
  const english = (await wordsIn('en')).moves;
  const portuguese = (await wordsIn('pt-BR')).moves;
  assert.deepEqual(await toldBy(kit, english, 'tokens', { amount: 500_000 }), [
    '+500,000 tokens for Ana. Credits now: 500,000.',
    '−500,000 tokens for Ana. Credits now: 0.',
  ]);
  assert.deepEqual(await toldBy(kit, portuguese, 'tokens', { amount: 2_500 }), [
    '+2.500 tokens para Ana. Créditos agora: 2.500.',
    '−2.500 tokens para Ana. Créditos agora: 0.',
  ]);
  assert.deepEqual(await toldBy(kit, english, 'limit', { limit: 20_000 }), [
    'The limit of Ana is 20,000 tokens a month.',
    'The limit of Ana is 1,000,000 tokens a month.',
  ]);
  assert.deepEqual(await toldBy(kit, portuguese, 'limit', { limitMode: 'unlimited' }), [
    'Ana não tem limite mensal.',
    'O limite de Ana é de 1.000.000 tokens por mês.',
  ]);
  assert.deepEqual(await toldBy(kit, english, 'plan', { plan: 'pro', department: 'sales' }), [
    'Ana is on the plan Pro. Ana is in the department Sales.',
    'Ana is on the plan basic. Ana is in no department.',
  ]);
  assert.deepEqual(await toldBy(kit, portuguese, 'plan', { department: 'sales' }), [
    'Ana está no departamento Sales.',
    'Ana não está em nenhum departamento.',
  ]);
  assert.deepEqual(await toldBy(kit, english, 'suspend', { until: '2099-11-30' }), [
    'Ana is suspended until the end of 30 Nov 2099.',
    'Ana is active.',
  ]);
  assert.deepEqual(await toldBy(kit, portuguese, 'block'), ['Ana está bloqueado.', 'Ana está ativo.']);
  assert.deepEqual(await toldBy(kit, english, 'reset'), ['The use of Ana is zero.'], 'it cannot be taken back');
});

test('an activation that is taken back ends when the suspension would have ended', async (t) => {
  const kit = await build(t);
  const { id } = (await kit.api('/api/admin/users', { body: { email: 'ana@example.com', name: 'Ana' } })).body;
  const suspended = async () => {
    const { status, suspendedUntil } = (await kit.api(`/api/admin/users/${id}/profile`)).body;
    return [status ?? (await kit.api(`/api/admin/users/${id}`)).body.status, suspendedUntil];
  };
  await kit.api(`/api/admin/users/${id}/suspend`, { body: { reason: 'x', until: '2099-11-30' } });
  const before = await suspended();
  assert.equal(before[0], 'suspended');
  assert.ok(before[1] > 0);
  const told = await toldBy(kit, (await wordsIn('en')).moves, 'activate', { reason: '' });
  assert.deepEqual(told, ['Ana is active.', 'Ana is suspended.']);
  assert.deepEqual(await suspended(), before);
});

test('a change of many says what they are now: one by name, more by number', async () => {
  const ana = { id: 'usr_1', email: 'ana@example.com', name: 'Ana', before: null, after: null };
  const answer = (changed: number) => ({ changed, changes: changed === 0 ? [] : [ana] }) as unknown as BulkAnswer;
  const told: readonly [action: BulkAction, one: string, many: string][] = [
    [{ kind: 'plan', plan: 'pro' }, 'Ana is on the plan Pro.', '1,200 users are on the plan Pro.'],
    [
      { kind: 'limit', monthlyLimit: 5_000 },
      'The limit of Ana is 5,000 tokens a month.',
      'The limit of 1,200 users is 5,000 tokens a month each.',
    ],
    [
      { kind: 'limit', monthlyLimit: 'inherit' },
      'Ana has the limit of the plan.',
      '1,200 users have the limits of their plans.',
    ],
    [
      { kind: 'department', department: 'sales' },
      'Ana is in the department Sales.',
      '1,200 users are in the department Sales.',
    ],
    [{ kind: 'department', department: null }, 'Ana is in no department.', '1,200 users are in no department.'],
    [{ kind: 'tokens', amount: -300 }, '−300 tokens for Ana.', '−300 tokens for each of 1,200 users.'],
    [{ kind: 'suspend' }, 'Ana is suspended.', '1,200 users are suspended.'],
    [{ kind: 'block' }, 'Ana is blocked.', '1,200 users are blocked.'],
    [{ kind: 'activate' }, 'Ana is active.', '1,200 users are active.'],
  ];
  const { moves } = await wordsIn('en');
  for (const [action, one, many] of told) {
    assert.equal(bulkWords(action, answer(1), moves), one);
    assert.equal(bulkWords(action, answer(1_200), moves), many);
  }
  assert.equal(bulkUndoneWords(answer(1_200), moves), 'Taken back for 1,200 users.');
  const portuguese = (await wordsIn('pt-BR')).moves;
  const tokens: BulkAction = { kind: 'tokens', amount: 100_000 };
  assert.equal(bulkWords(tokens, answer(3), portuguese), '+100.000 tokens para cada um de 3 usuários.');
  assert.equal(bulkUndoneWords(answer(1), portuguese), 'Desfeito para Ana.');
});

test('a decision says whose request it was and what was granted', async () => {
  const ticket = {
    id: 'tic_1',
    ticket: '#1042',
    kind: 'credits',
    granted: 500_000,
    user: { id: 'usr_1', name: 'Ana', email: null, plan: 'pro' },
  } as never;
  const limit = { ...(ticket as object), kind: 'limit_change' } as never;
  const { requests, format } = await wordsIn('en');
  const told = (decision: Parameters<typeof decisionWords>[0], of = ticket) =>
    decisionWords(decision, requests, format)(of);
  assert.equal(told('approve'), '#1042 is approved: 500,000 tokens for Ana.');
  assert.equal(told('approve', limit), '#1042 is approved: the limit of Ana is 500,000 tokens a month.');
  assert.equal(told('reject'), '#1042 from Ana is rejected.');
  assert.equal(told('ask'), '#1042: Ana was asked.');
  assert.equal(told('answer'), '#1042 from Ana is answered.');
  assert.equal(undoOf(ticket, requests, format).done(ticket), '#1042 from Ana waits again.');
  const portuguese = await wordsIn('pt-BR');
  assert.equal(
    decisionWords('approve', portuguese.requests, portuguese.format)(ticket),
    '#1042 foi aprovada: 500.000 tokens para Ana.',
  );
});
