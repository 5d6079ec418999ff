import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq } from 'drizzle-orm';
import { MAIL_RULES, type MailKind } from '../../gateway/mail/kinds.ts';
import { claimMail } from '../../gateway/mail/queue.ts';
import { announceGateway } from '../../gateway/ops/presence.ts';
import { startSmtp } from '../support/smtp.ts';
import { message, post } from './mail-kit.ts';

const DAY_MS = 86_400_000;
const FIGURES = {
  limit: 1,
  usedMonthly: 0,
  usedCredits: 0,
  credits: 0,
  held: 0,
  available: 1,
  periodEndsAt: 0,
  thresholds: [],
};

test('a mail is sent if its transaction commits, and only then', async (t) => {
  const { context, user, enqueue, deliver, smtp } = await post(t);
  const { id } = await user('ana@example.com');
  await enqueue(message(id, 'kept'));
  const undone = context.db.tx(async (tx) => {
    await context.mail.enqueue(tx, message(id, 'undone'));
    throw new Error('No');
  });
  await assert.rejects(undone, /No/);
  await deliver();
  assert.deepEqual(
    smtp.received.map(({ to, from, subject }) => [to, from, subject]),
    [['ana@example.com', 'ia@example.com', 'kept']],
  );
  assert.match(smtp.received[0]?.raw ?? '', /^Auto-Submitted: auto-generated\r$/m);
  await deliver();
  assert.equal(smtp.received.length, 1, 'once');
});

test('mail programs are told where mails that can be switched off are, of those alone', async (t) => {
  const { user, enqueue, deliver, smtp } = await post(t, { config: { publicUrl: 'https://ia.example.com' } });
  const { id } = await user('ana@example.com');
  const data = { endedPeriod: '2026-10', tokens: 1, share: null, requests: 1, figures: FIGURES };
  await enqueue(message(id, 'of a person'), { kind: 'renewal', to: { userId: id }, data });
  await deliver();
  assert.deepEqual(
    smtp.received.map(({ raw }) => /^List-Unsubscribe: <(.*)>\r$/m.exec(raw)?.[1]),
    [undefined, 'https://ia.example.com/portal/settings'],
  );
});

test('a mail goes out by itself, soon after its transaction', async (t) => {
  const { user, enqueue, smtp } = await post(t);
  const { id } = await user('ana@example.com');
  await enqueue(message(id, 'by itself'));
  await smtp.until(1);
});

test('of mails with one dedupeKey only the first is kept', async (t) => {
  const { user, enqueue, deliver, smtp } = await post(t);
  const { id } = await user('ana@example.com');
  const [first, second] = await enqueue(
    { ...message(id, 'first'), dedupeKey: 'once' },
    { ...message(id, 'second'), dedupeKey: 'once' },
  );
  assert.ok(first);
  assert.equal(second, null);
  assert.deepEqual(await enqueue({ ...message(id, 'third'), dedupeKey: 'once' }), [null]);
  await deliver();
  assert.deepEqual(
    smtp.received.map(({ subject }) => subject),
    ['first'],
  );
});

test('the mail server is down for a day: every mail comes once, in the order of its recipient', async (t) => {
  const { context, clock, user, enqueue, deliver, smtp } = await post(t);
  const people = [await user('ana@example.com'), await user('bia@example.com'), await user('caio@example.com')];
  await smtp.close();
  for (let hour = 0; hour < 24; hour++) {
    for (const { id } of people) await enqueue(message(id, `hour ${String(hour).padStart(2, '0')}`));
    await deliver();
    clock.advance(DAY_MS / 24);
  }
  assert.match(
    context.mail.failure()?.problem ?? '',
    /^The mail server 127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED/,
  );
  const back = await startSmtp(t, { port: smtp.port });
  await deliver();
  assert.equal(context.mail.failure(), null);
  assert.equal(back.received.length, 72);
  assert.equal(new Set(back.received.map(({ messageId }) => messageId)).size, 72);
  for (const { email } of people) {
    const subjects = back.received.filter(({ to }) => to === email).map(({ subject }) => subject);
    assert.equal(subjects.length, 24);
    assert.deepEqual(subjects, subjects.toSorted());
  }
});

test('a server that is away is left alone for longer and longer', async (t) => {
  const { context, clock, user, enqueue, deliver, smtp } = await post(t);
  const { id } = await user('ana@example.com');
  await smtp.close();
  await enqueue(message(id, 'later'));
  const waits: number[] = [];
  for (let attempt = 0; attempt < 8; attempt++) {
    await deliver();
    const failure = context.mail.failure();
    assert.ok(failure);
    assert.equal(failure.failures, attempt + 1);
    waits.push((failure.retryAt - clock.now()) / 1_000);
    // Not before its time.
    clock.advance(failure.retryAt - clock.now() - 1);
    await deliver();
    assert.equal(context.mail.failure()?.failures, attempt + 1);
    clock.advance(1);
  }
  assert.deepEqual(waits, [15, 30, 60, 120, 240, 480, 900, 900]);
});

test('greylisting delays one recipient and nobody else, and keeps that recipient in order', async (t) => {
  let isGrey = true;
  const { api, clock, user, enqueue, deliver, smtp } = await post(t, {
    smtp: { refuse: (to) => (isGrey && to === 'ana@example.com' ? '450 Greylisted, come back later' : null) },
  });
  const ana = await user('ana@example.com');
  const bia = await user('bia@example.com');
  const [first] = await enqueue(message(ana.id, 'one'), message(bia.id, 'hers'), message(ana.id, 'two'));
  await deliver();
  assert.deepEqual(
    smtp.received.map(({ subject }) => subject),
    ['hers'],
  );
  const { body } = await api(`/api/admin/outbox/${first}`);
  assert.equal(body.status, 'waiting');
  assert.equal(body.attempts, 1);
  assert.equal(body.nextAttemptAt, clock.now() + 60_000);
  assert.equal(body.lastError, 'The mail server asks to come back later (450 Greylisted, come back later).');
  isGrey = false;
  await deliver();
  assert.equal(smtp.received.length, 1, 'not before its time');
  clock.advance(60_000);
  await deliver();
  assert.deepEqual(
    smtp.received.map(({ subject }) => subject),
    ['hers', 'one', 'two'],
  );
});

test('a sign-in link and news of trouble do not wait behind older mails to the same reader', async (t) => {
  const { context, user, enqueue, connect, deliver, smtp } = await post(t, {
    config: { smtp: {} },
    smtp: {
      refuseData: () => (smtp.received.length === 0 && isFull ? '452 4.2.2 Mailbox over quota for this size' : null),
    },
  });
  let isFull = true;
  const { id } = await user('ana@example.com');
  await enqueue(message(id, 'large'), message(id, 'behind it'));
  await connect();
  await deliver();
  isFull = false;
  await enqueue({ kind: 'sign_in', to: { userId: id }, data: { minutes: 15 }, secret: '/portal/enter?token=t' });
  await context.mail.deliverDue();
  assert.deepEqual(
    smtp.received.map(({ subject }) => subject),
    ['Your sign-in link'],
  );
  assert.deepEqual(
    (Object.keys(MAIL_RULES) as MailKind[]).filter((kind) => MAIL_RULES[kind].atOnce),
    ['system_trouble', 'sign_in'],
  );
});

test('a sign-in mail is not sent again without its link: the operator is told to have a new one asked for', async (t) => {
  let refuses = false;
  const { api, clock, context, user, enqueue, deliver, smtp } = await post(t, {
    smtp: { refuse: () => (refuses ? '550 No such user here' : null) },
  });
  const { id } = await user('ana@example.com');
  const link = { kind: 'sign_in', to: { userId: id }, data: { minutes: 15 }, secret: '/portal/enter?token=t' } as const;
  const [sent] = await enqueue(link);
  await deliver();
  refuses = true;
  const [dead] = await enqueue(link);
  await deliver();
  for (const [mailId, status] of [
    [sent, 'sent'],
    [dead, 'dead'],
  ] as const) {
    const again = await api(`/api/admin/outbox/${mailId}/resend`, { body: {} });
    assert.deepEqual([again.status, again.body.error.code], [409, 'link_is_gone']);
    assert.equal((await api(`/api/admin/outbox/${mailId}`)).body.status, status);
  }
  await deliver();
  assert.equal(smtp.received.length, 1);
  refuses = false;
  const until = clock.now() + 900_000;
  const [waiting] = await enqueue({ ...link, expiresAt: until });
  const { outbox } = context.db.tables;
  await context.db
    .update(outbox)
    .set({ nextAttemptAt: clock.now() + 60_000 })
    .where(eq(outbox.id, String(waiting)));
  const now = await api(`/api/admin/outbox/${waiting}/resend`, { body: {} });
  assert.deepEqual([now.status, now.body.expiresAt], [200, until], 'one that waits is sent now, as long as it is good');
});

test('a mail that is refused for good is given up at once, and can be sent again', async (t) => {
  let refuses = true;
  const { api, user, enqueue, deliver, smtp } = await post(t, {
    smtp: { refuse: () => (refuses ? '550 No such user here' : null) },
  });
  const { id } = await user('ana@example.com');
  const [first, second] = await enqueue(message(id, 'one'), message(id, 'two'));
  await deliver();
  assert.equal(smtp.received.length, 0);
  const dead = (await api('/api/admin/outbox?status=dead&sort=createdAt')).body;
  assert.equal(dead.total, 2, 'the one behind was tried too');
  assert.equal(dead.items[0].lastError, 'The mail server refused it (550 No such user here).');
  assert.equal((await api('/api/admin/mail')).body.dead, 2);
  refuses = false;
  const again = await api(`/api/admin/outbox/${second}/resend`, { body: {} });
  assert.equal(again.status, 200);
  assert.equal(again.body.status, 'waiting');
  await deliver();
  assert.deepEqual(
    smtp.received.map(({ subject }) => subject),
    ['two'],
  );
  assert.equal((await api(`/api/admin/outbox/${first}`)).body.status, 'dead');
});

test('a mail that its server puts off for five days is given up, with the reason', async (t) => {
  const { api, clock, user, enqueue, deliver } = await post(t, { smtp: { refuse: () => '451 Try later' } });
  const { id } = await user('ana@example.com');
  const [mailId] = await enqueue(message(id, 'never'));
  let attempts = 0;
  for (; attempts < 500; attempts++) {
    await deliver();
    const { body } = await api(`/api/admin/outbox/${mailId}`);
    if (body.status === 'dead') break;
    clock.set(body.nextAttemptAt);
  }
  const { body } = await api(`/api/admin/outbox/${mailId}`);
  assert.equal(body.status, 'dead');
  assert.ok(attempts > 100 && attempts < 200, `hourly attempts: ${attempts}`);
  assert.match(body.lastError, /451 Try later/);
});

test('a mail that a gateway was sending waits for its lease where that is only taken for dead, and not where it ended', async (t) => {
  const { context, clock, user, enqueue, connect, deliver, smtp } = await post(t, { config: { smtp: {} } });
  const { db, log } = context;
  const { gateways, outbox } = db.tables;
  const { id } = await user('ana@example.com');
  const { id: other } = await user('bia@example.com');
  const [claimed, left] = await enqueue(message(id, 'claimed'), message(other, 'left'));
  assert.ok(claimed && left);
  // It sees whoever is silent for so long as dead.
  const watcher = await announceGateway(
    { db, clock, log },
    { id: 'gtw_watcher', version: 'x', previousId: null, leaseMs: 30 },
  );
  const ending = await announceGateway({ db, clock, log }, { id: 'gtw_ending', version: 'x', previousId: null });
  const at = clock.now();
  await db.insert(gateways).values({ id: 'gtw_silent', version: 'x', startedAt: at, heartbeatAt: at });
  assert.ok(await claimMail(db, { id: claimed, messageId: '<1@example.com>' }, 'gtw_silent', at));
  assert.ok(await claimMail(db, { id: left, messageId: '<2@example.com>' }, 'gtw_ending', at));
  await ending.end();
  await new Promise<void>((resolve) => {
    watcher.watch(async (ids) => {
      if (ids.includes('gtw_silent')) resolve();
    });
  });
  await watcher.end();
  const [silent] = await db.select().from(gateways).where(eq(gateways.id, 'gtw_silent'));
  assert.notEqual(silent?.stoppedAt, null);

  const subjects = () => smtp.received.map(({ subject }) => subject);
  await connect();
  await deliver();
  assert.deepEqual(subjects(), ['left'], 'the clock stands still, and the lease runs');
  const [row] = await db.select().from(outbox).where(eq(outbox.id, claimed));
  assert.ok(row?.leaseUntil);
  clock.set(row.leaseUntil - 1);
  await deliver();
  assert.deepEqual(subjects(), ['left']);
  clock.advance(1);
  await deliver();
  assert.deepEqual(subjects(), ['left', 'claimed']);
});

test('without a mail server mails wait quietly, and leave when there is one', async (t) => {
  const smtp = await startSmtp(t);
  const { api, context, user, enqueue, deliver } = await post(t, { config: { smtp: {} } });
  const { id } = await user('ana@example.com');
  await enqueue(message(id, 'patient'));
  await deliver();
  assert.equal(context.mail.failure(), null);
  assert.deepEqual((await api('/api/admin/mail')).body, {
    configured: false,
    from: null,
    waiting: 1,
    dead: 0,
    failure: null,
  });
  assert.equal((await api('/health/detailed')).body.checks.mail.status, 'not_configured');
  const changes = { 'smtp.host': '127.0.0.1', 'smtp.port': smtp.port, 'smtp.from': 'ia@example.com' };
  assert.equal((await api('/api/admin/settings', { method: 'PUT', body: changes })).status, 200);
  await smtp.until(1);
});

test('a mail is sent now where there is a server, whatever its last failure says, and refused where there is none', async (t) => {
  const smtp = await startSmtp(t);
  const { api, context, user, enqueue, deliver } = await post(t, { config: { smtp: {} } });
  const { id } = await user('ana@example.com');
  const [mail] = await enqueue(message(id, 'now'));
  const send = () => api(`/api/admin/outbox/${mail}/resend`, { method: 'POST' });
  const refused = await send();
  assert.deepEqual([refused.status, refused.body.error.code], [409, 'mail_waiting']);
  const { port } = smtp;
  await smtp.close();
  const changes = { 'smtp.host': '127.0.0.1', 'smtp.port': port, 'smtp.from': 'ia@example.com' };
  assert.equal((await api('/api/admin/settings', { method: 'PUT', body: changes })).status, 200);
  while (context.mail.failure() === null) await deliver();
  const back = await startSmtp(t, { port });
  assert.equal((await send()).status, 200);
  await back.until(1);
});

test('nobody who is gone, suspended or without an address gets mail', async (t) => {
  const { api, user, enqueue, connect, deliver, smtp } = await post(t, { config: { smtp: {} } });
  const gone = await user('gone@example.com');
  const suspended = await user('suspended@example.com');
  const service = (await api('/api/admin/users', { body: { kind: 'service', name: 'Shared tool' } })).body;
  await api(`/api/admin/users/${suspended.id}/suspend`, { body: { reason: 'holiday' } });
  await enqueue({ kind: 'welcome', to: { userId: suspended.id }, data: { figures: FIGURES } });
  await enqueue(message(suspended.id, 'still yours'));
  await enqueue(message(service.id, 'to a tool'), message('usr_nobody', 'to nobody'), message(gone.id, 'too late'));
  await enqueue({
    kind: 'new_request',
    to: { address: 'approver@example.com' },
    subjectId: gone.id,
    data: {
      ...{ ticket: 'T-1', requestId: 'req_1', requestKind: 'support', requesterId: gone.id },
      ...{ amount: null, urgency: 'low', justification: 'personal words' },
    },
  });
  assert.equal((await api(`/api/admin/users/${gone.id}?reason=left`, { method: 'DELETE' })).status, 204);
  await connect();
  await deliver();
  assert.deepEqual(
    smtp.received
      .map(({ to, subject }) => [to, subject])
      .filter(([, subject]) => subject !== 'Your access is suspended'),
    [['suspended@example.com', 'still yours']],
  );
  const { items } = (await api('/api/admin/outbox?status=skipped&sort=createdAt')).body;
  assert.deepEqual(items.map(({ lastError }: { lastError: string }) => lastError).toSorted(), [
    'The user has no e-mail address.',
    'The user is suspended.',
    'The user was deleted.',
  ]);
  const texts = JSON.stringify((await api('/api/admin/outbox')).body);
  assert.doesNotMatch(texts, /gone@example\.com|personal words/);
});

test('a mail whose time has passed is not sent any more', async (t) => {
  const { api, clock, user, enqueue, connect, deliver, smtp } = await post(t, { config: { smtp: {} } });
  const { id } = await user('ana@example.com');
  const [mailId] = await enqueue({ ...message(id, 'old news'), expiresAt: clock.now() + 60_000 });
  clock.advance(60_000);
  await connect();
  await deliver();
  assert.equal(smtp.received.length, 0);
  const { body } = await api(`/api/admin/outbox/${mailId}`);
  assert.equal(body.status, 'skipped');
  assert.equal(body.lastError, 'Its time had passed before it could be sent.');
});

test('a sealed part is in the mail, and neither in the database nor in the console', async (t) => {
  const { api, context, user, enqueue, connect, deliver, smtp } = await post(t, {
    config: { smtp: {}, publicUrl: 'https://ia.example.com' },
  });
  const { id } = await user('ana@example.com');
  const link = {
    kind: 'sign_in' as const,
    to: { userId: id },
    data: { minutes: 15 },
    secret: '/portal/enter?token=tok-123',
  };
  const [mailId] = await enqueue(link);
  const stored = await context.db.select().from(context.db.tables.outbox);
  assert.doesNotMatch(JSON.stringify(stored), /tok-123/);
  assert.doesNotMatch(JSON.stringify((await api(`/api/admin/outbox/${mailId}`)).body), /tok-123/);
  await connect();
  await deliver();
  assert.match(
    smtp.received[0]?.raw.replace(/=\r\n/g, '') ?? '',
    /https:\/\/ia\.example\.com\/portal\/enter\?token=(3D)?tok-123/,
  );
  assert.equal((await context.db.select().from(context.db.tables.outbox))[0]?.secret, null);
});
