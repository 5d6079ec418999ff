/** Requests that name nobody, or not clearly, are refused before anything is made, held or sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newServiceKey } from '../../gateway/keys/key-hash.ts';
import { createGate } from '../support/mock-upstream/index.ts';
import { ANA, buildProxy, CHAT, chat, type ProxyKit } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';
import { speak } from '../support/wire.ts';

async function usersOf({ context }: ProxyKit) {
  return context.db.select().from(context.db.tables.users);
}

test('an identity that is missing, doubtful or a placeholder is 401 with what to change', async (t) => {
  const kit = await buildProxy(t);
  const wrong: [string, Record<string, string | string[] | null>, object?][] = [
    ['identity_missing', { 'x-user-email': null }],
    ['identity_missing', { 'x-user-email': '' }],
    ['identity_missing', { 'x-user-email': '   ' }, { user: '', metadata: {} }],
    ['identity_invalid', { 'x-user-email': '{{LIBRECHAT_USER_EMAIL}}' }],
    ['identity_invalid', { 'x-user-email': null, 'x-user-id': '{{LIBRECHAT_USER_ID}}' }],
    ['identity_invalid', { 'x-user-email': null, 'x-user-id': 'undefined' }],
    ['identity_invalid', { 'x-user-email': null }, { user: '[object Object]' }],
    ['identity_invalid', { 'x-user-email': ['ana@example.com', 'bia@example.com'] }],
    ['identity_invalid', { 'x-user-email': `${'a'.repeat(10_000)}@example.com` }],
    ['identity_invalid', { 'x-user-email': `b64:${Buffer.from('ana\u0000@example.com').toString('base64')}` }],
    ['identity_invalid', { 'x-user-email': 'b64:???' }],
    ['identity_invalid', { 'x-user-email': 'ana.example.com' }],
    ['identity_invalid', { 'x-user-email': null }, { user: '{{LIBRECHAT_USER_ID}}' }],
    ['identity_invalid', { 'x-user-email': null }, { user: 'u'.repeat(10_000) }],
    ['identity_invalid', { 'x-user-email': null }, { metadata: { user_id: 'a\u0007b' } }],
  ];
  for (const [code, headers, body = {}] of wrong) {
    for (const stream of [false, true]) {
      const answer = await kit.ask(chat({ stream, ...body }), { headers });
      const error = errorIn(answer);
      assert.deepEqual([answer.status, error.code, error.type], [401, code, 'authentication_error'], answer.text);
      assert.ok(error.message.length > 20 && error.message.length < 400);
      assert.ok(!error.message.includes('{{'), 'the placeholder is not repeated');
    }
  }
  assert.equal((await usersOf(kit)).length, 1, 'nobody was made');
  assert.equal(kit.upstream.calls.length, 0);
  await kit.balanced({ records: 0 });
});

test('what no header may hold is refused by the server itself, in a shape that clients can read', async (t) => {
  const kit = await buildProxy(t);
  const head = `POST ${CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${kit.serviceKey}\r\n`;
  const cases: [string, number][] = [
    ['x-user-email: ana\u0001@example.com\r\n', 400],
    ['x-user-email: ana\u0000@example.com\r\n', 400],
    [`x-user-email: ${'a'.repeat(40_000)}\r\n`, 431],
    ['content-length: abc\r\n', 400],
  ];
  for (const [header, status] of cases) {
    const said = await speak(kit.url, { say: `${head}${header}\r\n`, until: () => false });
    assert.match(said, new RegExp(`^HTTP/1.1 ${status} `));
    const { error } = JSON.parse(said.slice(said.indexOf('\r\n\r\n')));
    assert.equal(typeof error.message, 'string', said);
    assert.ok(!said.includes(kit.serviceKey));
  }
  assert.equal((await kit.ask()).status, 200, 'the gateway is as well as before');
  await kit.balanced({ records: 1 });
});

test('nonsense behind a request does not get into the stream that answers it', async (t) => {
  const kit = await buildProxy(t, { upstream: { text: ['alpha', 'beta'] } });
  const gate = createGate();
  kit.upstream.next({ wait: { 'chunk:1': gate } });
  const body = JSON.stringify(chat({ stream: true }));
  const request = [
    `POST ${CHAT} HTTP/1.1`,
    'host: x',
    `authorization: Bearer ${kit.serviceKey}`,
    `x-user-email: ${ANA}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
  ].join('\r\n');
  const said = await speak(
    kit.url,
    { say: `${request}\r\n\r\n${body}`, until: (text) => text.includes('alpha') },
    { say: 'nonsense\r\n\r\n', until: () => false },
  );
  assert.match(said, /^HTTP\/1.1 200 /);
  assert.ok(!said.includes('HTTP/1.1 400') && !said.includes('bad_request'), said);
  const [record] = await kit.balanced({ records: 1 });
  assert.deepEqual([record?.outcome, record?.usageSource], ['client_aborted', 'partial']);
});

test('spellings of one address are one user, and what is b64 is the same as what is plain', async (t) => {
  const kit = await buildProxy(t);
  const spellings = [
    'Ana@Example.com',
    ' ana@example.com ',
    `b64:${Buffer.from('ANA@example.com').toString('base64')}`,
  ];
  for (const email of spellings)
    assert.equal((await kit.ask(chat(), { headers: { 'x-user-email': email } })).status, 200);
  const records = await kit.balanced({ records: spellings.length });
  assert.equal(new Set(records.map(({ userId }) => userId)).size, 1);
  assert.equal((await usersOf(kit)).length, 1);
});

test('headers win over the body, and an id that was linked once stays linked', async (t) => {
  const kit = await buildProxy(t);
  const id = '65f0aa0000000000000000aa';
  await kit.ask(chat({ user: id }));
  await kit.ask(chat({ user: id }), { headers: { 'x-user-email': null } });
  const bia = await kit.ask(chat({ user: id }), { headers: { 'x-user-email': 'bia@example.com' } });
  assert.equal(bia.status, 200);
  await kit.ask(chat({ user: id }), { headers: { 'x-user-email': null } });
  const records = await kit.balanced({ records: 4 });
  const users = await usersOf(kit);
  const emailOf = new Map(users.map((user) => [user.id, user.email]));
  assert.deepEqual(
    records.map(({ userId }) => emailOf.get(userId)),
    [ANA, ANA, 'bia@example.com', ANA],
  );
  const { alerts } = kit.context.db.tables;
  assert.deepEqual(
    (await kit.context.db.select().from(alerts)).map(({ kind }) => kind),
    ['identity_conflict'],
  );
});

test('a key with header names of its own listens to those alone', async (t) => {
  const kit = await buildProxy(t);
  const { db, clock, events } = kit.context;
  const key = newServiceKey();
  await db.insert(db.tables.keys).values({
    id: 'key_own',
    kind: 'service',
    name: 'own headers',
    hash: key.hash,
    hint: key.hint,
    headers: { email: ['x-person'], id: ['x-person-id'], name: ['x-person-name'] },
    source: 'console',
    createdAt: clock.now(),
  });
  await events.emit({ kind: 'keys_changed' });
  const as = (headers: Record<string, string | null>) =>
    kit.ask(chat(), { headers: { authorization: `Bearer ${key.secret}`, 'x-user-email': null, ...headers } });
  const refused = await as({ 'x-user-email': ANA });
  assert.equal(refused.status, 401);
  assert.match(errorIn(refused).message, /x-person, x-person-id/);
  assert.equal((await as({ 'x-user-email': ANA, 'x-person': 'bia@example.com', 'x-person-name': 'Bia' })).status, 200);
  const [record] = await kit.balanced({ records: 1 });
  const made = (await usersOf(kit)).find(({ id }) => id === record?.userId);
  assert.deepEqual([made?.email, made?.name], ['bia@example.com', 'Bia']);
});

test('who may come in unasked is decided by the settings, and refusals are sentences', async (t) => {
  const kit = await buildProxy(t);
  const as = async (email: string) => {
    const answer = await kit.ask(chat(), { headers: { 'x-user-email': email } });
    return { status: answer.status, code: answer.status === 200 ? null : errorIn(answer).code };
  };
  await kit.set({ 'policy.allowedEmailDomains': ['example.com'] });
  assert.deepEqual(await as('x@elsewhere.example.org'), { status: 403, code: 'email_domain' });
  assert.deepEqual(await as('new1@example.com'), { status: 200, code: null });
  await kit.set({ 'policy.newUsersPerHour': 1 });
  assert.deepEqual(await as('new2@example.com'), { status: 429, code: 'too_many_new_users' });
  await kit.set({ 'policy.newUsersPerHour': 60, 'policy.provisioning': 'approve' });
  assert.deepEqual(await as('new3@example.com'), { status: 403, code: 'user_pending' });
  assert.deepEqual(await as('new3@example.com'), { status: 403, code: 'user_pending' });
  await kit.set({ 'policy.provisioning': 'known' });
  assert.deepEqual(await as('new4@example.com'), { status: 403, code: 'known_users_only' });
  assert.deepEqual(await as(ANA), { status: 200, code: null });
  const users = await usersOf(kit);
  assert.deepEqual(users.map(({ email }) => email).sort(), [ANA, 'new1@example.com', 'new3@example.com']);
  await kit.balanced({ records: 2 });
});
