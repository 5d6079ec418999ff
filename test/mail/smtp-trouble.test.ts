/** Mail servers that do not want to: what is wrong is said in words, and nothing is lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sendFailure } from '../../gateway/mail/smtp-failure.ts';
import { openTransport } from '../../gateway/mail/transport.ts';
import { type SmtpKnobs, startSmtp } from '../support/smtp.ts';
import { message, post, SMTP } from './mail-kit.ts';

const BAD = 'bad@example.com';

test('a certificate that nobody has signed: mails wait, and the reason is told', async (t) => {
  const smtp = await startSmtp(t, { secure: true });
  const { context, api, user, enqueue, deliver } = await post(t, {
    config: { smtp: { ...SMTP, host: '127.0.0.1', port: smtp.port, secure: true } },
  });
  const { id } = await user('ana@example.com');
  const [mailId] = await enqueue(message(id, 'patient'));
  await deliver();
  assert.equal(smtp.received.length, 0);
  const problem = /^The certificate of 127\.0\.0\.1 is not trusted: .+\. Mails wait until it is in order\.$/;
  assert.match(context.mail.failure()?.problem ?? '', problem);
  const { body } = await api(`/api/admin/outbox/${mailId}`);
  assert.deepEqual([body.status, body.attempts], ['waiting', 0]);
  assert.match(body.lastError, problem);
  const { checks } = (await api('/health/detailed')).body;
  assert.deepEqual([checks.mail.status, problem.test(checks.mail.problem)], ['down', true]);
  const tested = await api('/api/admin/mail/test', { body: { to: 'me@example.com' } });
  assert.equal(tested.status, 502);
  assert.match(tested.body.error.message, problem);
});

test('a wrong password: mails wait, and leave when it is corrected', async (t) => {
  const auth = { user: 'solaris', pass: 'right' };
  const smtp = await startSmtp(t, { auth });
  const { context, api, user, enqueue, deliver } = await post(t, { config: { smtp: {} } });
  const settings = { 'smtp.host': '127.0.0.1', 'smtp.port': smtp.port, 'smtp.from': SMTP.from, 'smtp.user': auth.user };
  await api('/api/admin/settings', { method: 'PUT', body: { ...settings, 'smtp.password': 'wrong' } });
  const { id } = await user('ana@example.com');
  await enqueue(message(id, 'patient'));
  await deliver();
  assert.match(
    context.mail.failure()?.problem ?? '',
    /refuses user and password .* Check SMTP_USER and SMTP_PASSWORD\.$/,
  );
  assert.doesNotMatch(context.mail.failure()?.problem ?? '', /wrong/);
  await api('/api/admin/settings', { method: 'PUT', body: { 'smtp.password': auth.pass } });
  await smtp.until(1);
});

test('a server that cannot look the password up now is told as such, and as no wrong password', async (t) => {
  const smtp = await startSmtp(t, {
    auth: { user: 'solaris', pass: 'right' },
    refuseAuth: () => '454 4.7.0 Try later',
  });
  const settings = { ...SMTP, host: '127.0.0.1', port: smtp.port, user: 'solaris', password: 'right' };
  const { context, user, enqueue, deliver } = await post(t, { config: { smtp: settings } });
  const { id } = await user('ana@example.com');
  await enqueue(message(id, 'patient'));
  await deliver();
  assert.match(context.mail.failure()?.problem ?? '', /is not ready for mail \(454 4\.7\.0 Try later\)\.$/);
});

const BREAKS: Readonly<Record<string, SmtpKnobs>> = {
  'answers 421 to its recipient': { refuse: (to) => (to === BAD ? '421 4.7.0 Over its rate' : null) },
  'answers 421 to its text': { refuseData: (to) => (to === BAD ? '421 4.7.0 Deferred' : null) },
  'hangs up at its recipient': { hangUp: (to, at) => to === BAD && at === 'RCPT' },
  'hangs up at its text': { hangUp: (to, at) => to === BAD && at === 'DATA' },
};

for (const [what, knobs] of Object.entries(BREAKS)) {
  test(`a mail on which the server ${what} holds up nobody else, and is given up after five days`, async (t) => {
    const { api, clock, context, user, enqueue, connect, deliver, smtp } = await post(t, {
      config: { smtp: {} },
      smtp: knobs,
    });
    const { id: bad } = await user(BAD);
    const { id: ana } = await user('ana@example.com');
    const { id: bia } = await user('bia@example.com');
    const [mailId] = await enqueue(message(bad, 'one'));
    await enqueue(message(ana, 'two'), message(bia, 'three'));
    await connect();
    await deliver();
    const subjects = () => smtp.received.map(({ subject }) => subject);
    assert.deepEqual(subjects(), ['two', 'three']);
    assert.equal(context.mail.failure(), null, 'the server is well');
    const { body } = await api(`/api/admin/outbox/${mailId}`);
    assert.deepEqual([body.attempts, body.nextAttemptAt], [1, clock.now() + 60_000]);
    // Alone in the outbox, too, it is its own trouble, and what comes after it goes out at once.
    for (let look = 0; look < 10; look++) {
      clock.advance(10 * 3_600_000);
      await deliver();
    }
    assert.equal(context.mail.failure(), null);
    await enqueue(message(ana, 'four'));
    await deliver();
    assert.equal(subjects().at(-1), 'four');
    clock.advance(21 * 3_600_000);
    await deliver();
    const over = (await api(`/api/admin/outbox/${mailId}`)).body;
    assert.equal(over.status, 'dead');
    assert.match(over.lastError, /421|broke off while it took the mail/);
  });
}

test('a server that breaks off on mails of several people in a row is left alone for a while', async (t) => {
  const { context, user, enqueue, connect, deliver, smtp, api } = await post(t, {
    config: { smtp: {} },
    smtp: { refuse: () => '421 4.3.2 Shutting down' },
  });
  for (const name of ['ana', 'bia', 'caio', 'duda']) {
    const { id } = await user(`${name}@example.com`);
    await enqueue(message(id, name));
  }
  await connect();
  await deliver();
  assert.match(context.mail.failure()?.problem ?? '', /is not ready for mail \(421 4\.3\.2 Shutting down\)\.$/);
  assert.equal(smtp.connections, 2, 'the others were not tried');
  const { items } = (await api('/api/admin/outbox')).body;
  assert.equal(items.filter(({ attempts }: { attempts: number }) => attempts === 1).length, 2);
});

test('a sender that is refused is a matter of the settings, not of the mail', async (t) => {
  const { context, user, enqueue, deliver, clock, smtp } = await post(t, {
    smtp: { refuseSender: () => (clock.now() < Date.parse('2026-11-20T13:00:00Z') ? '553 Sender not allowed' : null) },
  });
  const { id } = await user('ana@example.com');
  await enqueue(message(id, 'patient'));
  await deliver();
  assert.match(
    context.mail.failure()?.problem ?? '',
    /takes no mail from this sender \(553 Sender not allowed\)\. Check FROM_EMAIL\.$/,
  );
  clock.advance(3_600_000);
  await deliver();
  assert.equal(smtp.received.length, 1);
});

test('a server that says nothing is given up after a while', async (t) => {
  const smtp = await startSmtp(t, { mute: true });
  const settings = { ...SMTP, host: '127.0.0.1', port: smtp.port, secure: false };
  const transport = await openTransport(settings, new AbortController().signal, {
    connectMs: 300,
    idleMs: 300,
    mailMs: 5_000,
  });
  t.after(() => transport.close());
  const mail = {
    to: 'ana@example.com',
    subject: 'x',
    html: '<p>x</p>',
    text: 'x',
    messageId: '<x@example.com>',
    replyTo: null,
    preferencesUrl: null,
  };
  const error = await transport.send(mail).then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.match(sendFailure(error, settings).problem, /did not answer in time\.$/);
});

test('a password is never sent where others can listen', async (t) => {
  const smtp = await startSmtp(t);
  // Not loopback by its name, so that TLS is required, which this server does not offer.
  const settings = { ...SMTP, host: '0.0.0.0', port: smtp.port, secure: false, user: 'solaris', password: 'secret' };
  const transport = await openTransport(settings, new AbortController().signal);
  t.after(() => transport.close());
  const mail = {
    to: 'ana@example.com',
    subject: 'x',
    html: '<p>x</p>',
    text: 'x',
    messageId: '<x@example.com>',
    replyTo: null,
    preferencesUrl: null,
  };
  await assert.rejects(transport.send(mail));
  assert.equal(smtp.received.length, 0);
});

test('the test mail arrives, and what is missing is said', async (t) => {
  const { api, smtp } = await post(t);
  const sent = await api('/api/admin/mail/test', { body: { to: 'me@example.com', locale: 'pt-BR' } });
  assert.deepEqual([sent.status, sent.body], [200, { to: 'me@example.com' }]);
  assert.equal(smtp.received[0]?.subject, 'Um e-mail de teste do IA Solaris');
  assert.match(smtp.received[0]?.raw ?? '', /multipart\/alternative/);
  assert.equal((await api('/api/admin/mail/test', { body: { to: 'a@example.com, b@example.com' } })).status, 400);
  const without = await post(t, { config: { smtp: {} } });
  const refused = await without.api('/api/admin/mail/test', { body: { to: 'me@example.com' } });
  assert.deepEqual([refused.status, refused.body.error.code], [409, 'mail_not_configured']);
});

test('an administrator writes to a user; the words are not in the audit chain, and viewers may not', async (t) => {
  const { api, user, operator, deliver, smtp, context } = await post(t);
  const { id } = await user('ana@example.com');
  const body = { subject: 'A\r\nBcc: evil@example.com', body: '<b>Hello</b>\n\nSee you.' };
  assert.equal((await api(`/api/admin/users/${id}/message`, { body })).status, 202);
  const { token } = await operator('approver');
  const refused = await api(`/api/admin/users/${id}/message`, { body, headers: { authorization: `Bearer ${token}` } });
  assert.equal(refused.status, 403);
  for (const bad of [{}, { subject: '', body: 'x' }, { subject: 'x', body: ' ' }]) {
    assert.equal((await api(`/api/admin/users/${id}/message`, { body: bad })).status, 400);
  }
  assert.equal((await api('/api/admin/users/usr_none/message', { body })).status, 404);
  await deliver();
  assert.deepEqual(
    smtp.received.map(({ to, subject }) => [to, subject]),
    [['ana@example.com', 'A Bcc: evil@example.com']],
  );
  assert.doesNotMatch(smtp.received[0]?.raw.split('\r\n\r\n')[0] ?? '', /^Bcc:/m);
  assert.match(smtp.received[0]?.raw ?? '', /&lt;b&gt;Hello/);
  const [entry] = (await api('/api/admin/audit?search=user.written_to')).body.items;
  assert.equal(entry.targetId ?? entry.target?.id, id);
  assert.doesNotMatch(JSON.stringify(await context.db.select().from(context.db.tables.auditLog)), /Hello/);
});
