import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eq } from 'drizzle-orm';
import { message, post } from '../mail/mail-kit.ts';
import { addOperator, browser, signIn } from '../operators/people.ts';
import { type Built, build } from '../support/build.ts';

interface Live {
  /** The next event; null when the stream has ended. */
  next(): Promise<{ kind: string } | null>;
}

/** Opens the live view and waits until it is connected. */
async function live(t: TestContext, { url }: Built, token: string): Promise<Live> {
  const abort = new AbortController();
  t.after(() => abort.abort());
  const response = await fetch(`${url}/api/events`, {
    headers: { authorization: `Bearer ${token}` },
    signal: abort.signal,
  });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  assert.ok(response.body);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  const view: Live = {
    async next() {
      for (;;) {
        const end = rest.indexOf('\n\n');
        if (end >= 0) {
          const event = rest.slice(0, end);
          rest = rest.slice(end + 2);
          if (event.startsWith('data: ')) return JSON.parse(event.slice(6));
          continue;
        }
        const { done, value } = await reader.read();
        if (done) return null;
        rest += value;
      }
    },
  };
  assert.deepEqual(await view.next(), { kind: 'connected' });
  return view;
}

test('what changes arrives, each change once', async (t) => {
  const built = await build(t);
  const view = await live(t, built, built.ownerToken);
  const { events } = built.context;
  await events.emit({ kind: 'request_settled', userId: 'usr_1' });
  await events.emit({ kind: 'request_settled', userId: 'usr_1' });
  await events.emit({ kind: 'request_settled', userId: 'usr_2' });
  await events.emit({ kind: 'plans_changed' });
  assert.deepEqual(await view.next(), { kind: 'request_settled', userId: 'usr_1' });
  assert.deepEqual(await view.next(), { kind: 'request_settled', userId: 'usr_2' });
  assert.deepEqual(await view.next(), { kind: 'plans_changed' });
});

test('each role hears only what it may know of', async (t) => {
  const built = await build(t);
  const viewer = await live(t, built, (await built.operator('viewer')).token);
  const admin = await live(t, built, (await built.operator('admin')).token);
  const { events } = built.context;
  await events.emit({ kind: 'user_cancelled', userId: 'usr_1' });
  await events.emit({ kind: 'operator_changed', operatorId: 'opr_1' });
  await events.emit({ kind: 'keys_changed' });
  await events.emit({ kind: 'user_changed', userId: 'usr_1' });
  assert.deepEqual(await viewer.next(), { kind: 'user_changed', userId: 'usr_1' });
  assert.deepEqual(await admin.next(), { kind: 'keys_changed' });
  assert.deepEqual(await admin.next(), { kind: 'user_changed', userId: 'usr_1' });
});

test('the stream ends when its session or token is revoked, or the role changes', async (t) => {
  const built = await build(t);
  await addOperator(built.context, 'ana@example.com', 'admin');
  const page = browser(built);
  await signIn(page, 'ana@example.com');
  const bySession = await live(t, built, page.token ?? '');
  await page.call('/api/auth/logout', { method: 'POST' });
  assert.equal(await bySession.next(), null);

  const viewer = await built.operator('viewer');
  const stays = await live(t, built, (await built.operator('viewer')).token);
  const byToken = await live(t, built, viewer.token);
  const { apiTokens } = built.context.db.tables;
  const [token] = await built.context.db.select().from(apiTokens).where(eq(apiTokens.operatorId, viewer.id));
  await built.api(`/api/admin/tokens/${token?.id}`, { method: 'DELETE' });
  assert.equal(await byToken.next(), null);

  const admin = await built.operator('admin');
  const byRole = await live(t, built, admin.token);
  await addOperator(built.context, 'bia@example.com');
  const owner = browser(built);
  await signIn(owner, 'bia@example.com');
  await owner.call(`/api/admin/operators/${admin.id}`, { method: 'PUT', body: { role: 'viewer' } });
  assert.equal(await byRole.next(), null);

  await built.context.events.emit({ kind: 'plans_changed' });
  assert.deepEqual(await stays.next(), { kind: 'plans_changed' }, 'others go on');
});

test('the stream ends with the gateway, and does not hold it up', async (t) => {
  const built = await build(t);
  const view = await live(t, built, built.ownerToken);
  const stopped = built.gateway.stop();
  assert.equal(await view.next(), null);
  await stopped;
});

test('one operator cannot open streams without end', async (t) => {
  const built = await build(t);
  for (let i = 0; i < 20; i += 1) await live(t, built, built.ownerToken);
  const refused = await built.api('/api/events');
  assert.deepEqual([refused.status, refused.body.error.code], [429, 'too_many_streams']);
});

test('a mail that is put into the outbox, sent or given up is told of to administrators, and to nobody below', async (t) => {
  const { enqueue, deliver, smtp, user, ...built } = await post(t, {
    smtp: { refuse: (to) => (to === 'bia@example.com' ? '550 no such mailbox' : null) },
  });
  const ana = await user('ana@example.com');
  const bia = await user('bia@example.com');
  const admin = await live(t, built, (await built.operator('admin')).token);
  const approver = await live(t, built, (await built.operator('approver')).token);
  for (const id of [ana.id, bia.id]) {
    await enqueue(message(id, 'hello'));
    await deliver();
    assert.deepEqual(await admin.next(), { kind: 'outbox_changed' });
    const { items } = (await built.api(`/api/admin/outbox?user=${id}`)).body;
    const [mail] = items;
    assert.equal(mail.status, id === ana.id ? 'sent' : 'dead');
    await built.api(`/api/admin/outbox/${mail.id}/resend`, { method: 'POST' });
    assert.deepEqual(await admin.next(), { kind: 'outbox_changed' });
    await deliver();
    assert.deepEqual(await admin.next(), { kind: 'outbox_changed' });
  }
  assert.equal(smtp.received.length, 2);
  await built.context.events.emit({ kind: 'plans_changed' });
  assert.deepEqual(await approver.next(), { kind: 'plans_changed' });
});
