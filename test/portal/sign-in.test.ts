import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sendLink } from '../../gateway/portal/links.ts';
import { post as office } from '../mail/mail-kit.ts';
import type { ApiAnswer } from '../support/build.ts';
import { linkIn } from './mails.ts';

const PUBLIC = 'https://ia.example.com';
const LINK = `${PUBLIC}/portal/enter#`;

async function door(...[t]: Parameters<typeof office>) {
  const built = await office(t, { config: { publicUrl: PUBLIC } });
  const { api, url, smtp, clock, deliver, context } = built;
  const open = (path: string, body: unknown, headers: Record<string, string> = {}) => {
    clock.advance(1_000);
    return api(path, { method: 'POST', body, headers: { authorization: '', origin: url, ...headers } });
  };
  return {
    ...built,
    open,
    /** Asks for a link and reads it out of the mail. @returns its secret */
    async link(email: string, target?: string): Promise<string> {
      const before = smtp.received.length;
      const answer = await open('/api/portal/link', { email, ...(target === undefined ? {} : { target }) });
      assert.equal(answer.status, 202, JSON.stringify(answer.body));
      const outbox = context.db.tables.outbox;
      // The answer does not wait for the link: its time must tell nothing.
      for (let look = 0; look < 100_000 && (await context.db.$count(outbox)) <= before; look++) await nextTurn();
      await deliver();
      const link = linkIn(smtp.received.at(-1), PUBLIC);
      assert.ok(link.startsWith(LINK), link);
      return link.slice(LINK.length);
    },
  };
}

const cookieOf = (answer: ApiAnswer) => answer.headers.get('set-cookie')?.split(';')[0] ?? '';

test('a mailed link is shown without being used, then signs in once, to the place that was wanted', async (t) => {
  const { open, link, user, api } = await door(t);
  const { id } = await user('ana@example.com', { name: 'Ana' });
  const secret = await link('  Ana@Example.com ', '/request?amount=5');
  assert.match(secret, /^[\w-]{43}$/);
  for (const _ of [1, 2]) {
    const peek = await open('/api/portal/link/peek', { link: secret });
    assert.deepEqual([peek.status, peek.body.email, peek.body.name], [200, 'ana@example.com', 'Ana']);
  }
  const [one, two] = await Promise.all([
    open('/api/portal/enter', { link: secret }),
    open('/api/portal/enter', { link: secret }),
  ]);
  assert.deepEqual([one.status, two.status].sort(), [200, 401], 'once, also at the same moment');
  const good = one.status === 200 ? one : two;
  assert.equal(good.body.target, '/request?amount=5');
  const me = await api('/api/me', { headers: { authorization: `Bearer ${good.body.token}` } });
  assert.equal(me.body.id, id);
  const cookie = good.headers.get('set-cookie') ?? '';
  assert.match(cookie, /^solaris_portal=pse_\w+\.[\w-]{43};/);
  for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/api/portal']) assert.ok(cookie.includes(part), part);
  for (const path of ['/api/portal/enter', '/api/portal/link/peek']) {
    const again = await open(path, { link: secret });
    assert.deepEqual([again.status, again.body.error.code], [401, 'link_not_valid'], path);
  }
  const signed = await api('/api/admin/audit?search=user.signed_in');
  assert.equal(signed.body.total, 1);
});

test('an unknown address gets the same answer, and no mail', async (t) => {
  const { open, link, user, smtp, deliver } = await door(t);
  await user('ana@example.com');
  const known = await open('/api/portal/link', { email: 'ana@example.com' });
  for (const email of ['eve@example.com', "x'or'1'='1@example.com"]) {
    const answer = await open('/api/portal/link', { email });
    assert.deepEqual([answer.status, answer.body], [known.status, known.body], email);
  }
  for (const email of ['no address', 'ana@example', 'ana@example.com\u0000', "x' or 1=1 --@example.com"]) {
    const { status, body } = await open('/api/portal/link', { email });
    assert.deepEqual([status, body.error.field], [400, 'email'], 'what is no address is nobody’s');
  }
  await link('ana@example.com');
  await deliver();
  assert.deepEqual([...new Set(smtp.received.map(({ to }) => to))], ['ana@example.com']);
});

test('a link is built from PUBLIC_URL alone, and is good for fifteen minutes', async (t) => {
  const { open, link, user, clock } = await door(t);
  await user('ana@example.com');
  const secret = await link('ana@example.com');
  clock.advance(15 * 60_000);
  assert.equal((await open('/api/portal/enter', { link: secret })).body.error.code, 'link_not_valid');
  const fresh = await link('ana@example.com');
  clock.advance(14 * 60_000);
  assert.equal((await open('/api/portal/enter', { link: fresh })).status, 200);
});

test('forged links and those of people who are gone open nothing', async (t) => {
  const { open, link, user, api } = await door(t);
  const { id } = await user('ana@example.com');
  const secret = await link('ana@example.com');
  for (const forged of [secret.slice(1), `${secret}A`, secret.toUpperCase(), 'A'.repeat(43), 'x', ' ']) {
    const answer = await open('/api/portal/enter', { link: forged });
    assert.equal(answer.status, 401, forged);
  }
  assert.equal((await open('/api/portal/enter', { link: '' })).status, 400);
  assert.equal((await open('/api/portal/enter', { link: secret, key: 'both' })).status, 400);
  await api(`/api/admin/users/${id}`, { method: 'DELETE' });
  assert.equal((await open('/api/portal/enter', { link: secret })).status, 401);
});

test('a link leads only within the portal', async (t) => {
  const { open } = await door(t);
  for (const target of [
    'https://evil.example',
    '//evil.example',
    'request',
    '/a\nb',
    '/x?next=https://e',
    'javascript:0',
  ]) {
    const answer = await open('/api/portal/link', { email: 'ana@example.com', target });
    assert.deepEqual([answer.status, answer.body.error?.field], [400, 'target'], target);
  }
});

test('nobody can fill a mailbox: five links an hour', async (t) => {
  const { open, link, user, smtp, deliver, context } = await door(t);
  await user('ana@example.com');
  for (let count = 0; count < 5; count++) await link('ana@example.com');
  for (let count = 0; count < 3; count++) {
    assert.equal((await open('/api/portal/link', { email: 'ana@example.com' })).status, 202);
  }
  await context.db.tx(async () => undefined);
  await deliver();
  assert.equal(smtp.received.length, 5);
});

test('links of a clock that was wrong count no more, and are gone, once it is right', async (t) => {
  const { user, clock, context } = await door(t);
  await user('ana@example.com');
  const right = clock.now();
  clock.advance(10 * 365 * 86_400_000);
  for (let count = 0; count < 5; count++) assert.equal(await sendLink(context, 'ana@example.com', '/'), true);
  assert.equal(await sendLink(context, 'ana@example.com', '/'), false);
  clock.set(right);
  assert.equal(await sendLink(context, 'ana@example.com', '/'), true);
  assert.equal(await context.db.$count(context.db.tables.portalLinks), 1);
});

test('two tabs of a user go on, also when another gateway answers the second', async (t) => {
  const { open, link, user, restart } = await door(t);
  await user('ana@example.com');
  const entered = await open('/api/portal/enter', { link: await link('ana@example.com') });
  const cookie = cookieOf(entered);
  const one = await open('/api/portal/refresh', {}, { cookie });
  assert.equal(one.status, 200);
  const other = await restart();
  const call = (path: string, headers: Record<string, string>) =>
    other.api(path, { method: path.endsWith('refresh') ? 'POST' : 'GET', headers: { origin: other.url, ...headers } });
  const again = await call('/api/portal/refresh', { authorization: '', cookie });
  assert.deepEqual([again.status, again.headers.get('set-cookie')], [200, null]);
  for (const { body } of [one, again])
    assert.equal((await call('/api/me', { authorization: `Bearer ${body.token}` })).status, 200);
  assert.equal((await call('/api/portal/refresh', { authorization: '', cookie: cookieOf(one) })).status, 200);
  assert.equal((await other.api('/api/admin/audit?search=portal_session.reuse_detected')).body.total, 0);
});

test('a personal key opens the door, one that is wrong does not', async (t) => {
  const { open, user, api } = await door(t);
  const { id } = await user('ana@example.com');
  await api('/api/admin/users', { body: { email: 'x@example.com' } });
  const { secret } = (await api('/api/admin/keys', { body: { kind: 'personal', name: 'k', userId: id } })).body;
  assert.equal((await open('/api/portal/enter', { key: secret })).status, 200);
  const wrong = await open('/api/portal/enter', { key: `${secret}x` });
  assert.deepEqual([wrong.status, wrong.body.error.code], [401, 'invalid_key']);
});

test('a session is renewed by its cookie, from our own pages only; a cookie that comes back ends it', async (t) => {
  const { open, link, user, api, clock, context } = await door(t);
  await user('ana@example.com');
  const entered = await open('/api/portal/enter', { link: await link('ana@example.com') });
  const first = cookieOf(entered);
  const noOrigin = await api('/api/portal/refresh', { method: 'POST', headers: { authorization: '', cookie: first } });
  assert.deepEqual([noOrigin.status, noOrigin.body.error.code], [403, 'origin_required']);
  const foreign = await open('/api/portal/refresh', {}, { cookie: first, origin: 'https://evil.example' });
  assert.equal(foreign.status, 403);
  const renewed = await open('/api/portal/refresh', {}, { cookie: first });
  assert.equal(renewed.status, 200);
  const second = cookieOf(renewed);
  assert.notEqual(second, first);
  const me = (token: string) => api('/api/me', { headers: { authorization: `Bearer ${token}` } });
  assert.equal((await me(renewed.body.token)).status, 200);
  clock.advance(60_000);
  assert.equal((await open('/api/portal/refresh', {}, { cookie: first })).status, 401, 'somebody else had it');
  assert.equal((await me(renewed.body.token)).status, 401);
  assert.equal((await open('/api/portal/refresh', {}, { cookie: second })).status, 401);
  assert.equal((await api('/api/admin/audit?search=portal_session.reuse_detected')).body.total, 1);

  const again = await open('/api/portal/enter', { link: await link('ana@example.com') });
  const out = await open('/api/portal/logout', {}, { cookie: cookieOf(again) });
  assert.equal(out.status, 204);
  assert.match(out.headers.get('set-cookie') ?? '', /^solaris_portal=;/);
  assert.equal((await me(again.body.token)).status, 401);
  const kept = JSON.stringify(await context.db.select().from(context.db.tables.portalSessions));
  for (const secret of [again.body.token, cookieOf(again).split('.')[1] ?? ''])
    assert.equal(kept.includes(secret), false);
});
