import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq } from 'drizzle-orm';
import { openHold } from '../accounts/account-kit.ts';
import { portal } from '../portal/portal-kit.ts';
import { assertLedgerSums } from '../support/ledger-oracle.ts';

const post = (body: unknown = {}) => ({ method: 'POST', body });

test('a request for credits is a ticket with a number that people can say, and an answer promised by the plan', async (t) => {
  const { api, person, clock } = await portal(t);
  const ana = await person('ana@example.com');
  await api('/api/admin/plans/basic', { method: 'PUT', body: { answerHours: 8 } });
  const opened = await ana.call('/api/tokens/purchase', {
    body: { amount: 500_000, justification: 'Release week', urgency: 'high' },
  });
  assert.equal(opened.status, 201);
  assert.deepEqual(opened.body.ticket, '#1001');
  const second = await ana.call('/api/tokens/purchase', { body: { amount: 1_000, justification: 'more' } });
  assert.equal(second.body.ticket, '#1002');

  const { ticket, history } = (await ana.call(`/api/me/requests/${opened.body.id}`)).body;
  assert.equal(ticket.status, 'open');
  assert.equal(ticket.amount, 500_000);
  assert.equal(ticket.urgency, 'high');
  assert.deepEqual(ticket.price, { amount: 25_000_000, currency: 'BRL' });
  assert.equal(ticket.dueAt, ticket.createdAt + 8 * 3_600_000);
  assert.equal(ticket.granted, null);
  assert.deepEqual(
    history.map((step: { step: string; by: string; text: string }) => [step.step, step.by, step.text]),
    [['opened', 'user', 'Release week']],
  );
  assert.equal((await api(`/api/admin/users/${ana.id}`)).body.credits, 0, 'asking gives nothing');
  clock.advance(9 * 3_600_000);
  const queue = (await api('/api/admin/requests?overdue=true&sort=dueAt')).body;
  assert.deepEqual(queue.counts, { open: 2, asked: 0, overdue: 2 });
  assert.equal((await api('/api/admin/stats')).body.pendingRequests, 2);
  assert.equal(queue.items[0].overdue, true);
});

test('an approval grants what was asked for, or another amount, with entry, price paid and audit', async (t) => {
  const { api, person, ask, context, operator, clock } = await portal(t);
  const approver = await operator('approver');
  const as = { headers: { authorization: `Bearer ${approver.token}` } };
  const ana = await person('ana@example.com');
  const first = await ask(ana, 500_000);
  const second = await ask(ana, 2_000_000);

  const approved = await api(`/api/admin/requests/${first}/approve`, { ...as, ...post() });
  assert.equal(approved.status, 200);
  assert.equal(approved.body.status, 'approved');
  assert.equal(approved.body.granted, 500_000);
  assert.equal(approved.body.decidedBy, approver.id);
  const told = (await api(`/api/admin/requests/${first}`)).body.history.at(-1);
  assert.deepEqual([told.step, told.operatorId, told.operatorName], ['approved', approver.id, 'approver']);
  const own = (await ana.call(`/api/me/requests/${first}`)).body.history.at(-1);
  assert.deepEqual([own.step, own.operatorId, own.operatorName], ['approved', null, null], 'users are not told who');
  clock.advance(1_000);
  const other = await api(`/api/admin/requests/${second}/approve`, {
    ...as,
    ...post({ amount: 100_000, note: 'For this week', payment: { method: 'Pix', amount: 5 } }),
  });
  assert.equal(other.body.granted, 100_000);
  assert.equal(other.body.paymentMethod, 'Pix');
  assert.deepEqual(other.body.paid, { amount: 5_000_000, currency: 'BRL' });

  assert.equal((await ana.call('/api/me')).body.credits, 600_000);
  const statement = (await ana.call('/api/me/ledger')).body.items;
  assert.deepEqual(
    statement.map((entry: { kind: string; creditsDelta: number; ticket: string; reason: string }) => [
      entry.kind,
      entry.creditsDelta,
      entry.ticket,
      entry.reason,
    ]),
    [
      ['purchase', 100_000, '#1002', '#1002: For this week'],
      ['grant', 500_000, '#1001', '#1001'],
    ],
  );
  assert.equal((await api('/api/admin/audit?search=ticket.approved')).body.total, 2);
  const mine = (await ana.call(`/api/me/requests/${second}`)).body;
  assert.equal(mine.ticket.decisionText, 'For this week');
  assert.equal(JSON.stringify(mine).includes(approver.id), false, 'who decided is not told to users');
  await assertLedgerSums(context.db);
});

test('of twenty decisions at the same moment one wins, and the credits are granted once', async (t) => {
  const { api, person, ask, context } = await portal(t);
  const ana = await person('ana@example.com');
  const id = await ask(ana, 500_000);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      index % 3 === 2
        ? api(`/api/admin/requests/${id}/reject`, post({ reason: 'no' }))
        : api(`/api/admin/requests/${id}/approve`, post({ amount: 1_000 + index })),
    ),
  );
  const won = answers.filter((answer) => answer.status === 200);
  assert.equal(won.length, 1);
  for (const lost of answers.filter((answer) => answer.status !== 200)) {
    assert.deepEqual([lost.status, lost.body.error.code], [409, 'already_decided']);
    assert.match(lost.body.error.message, /#1001 was (approved|rejected) already/);
  }
  const { credits } = (await api(`/api/admin/users/${ana.id}`)).body;
  assert.equal(credits, won[0]?.body.granted ?? 0);
  await assertLedgerSums(context.db);
});

test('an approval that is sent again with its Idempotency-Key is one grant and one answer', async (t) => {
  const { api, person, ask } = await portal(t);
  const ana = await person('ana@example.com');
  const id = await ask(ana);
  const approve = () =>
    api(`/api/admin/requests/${id}/approve`, { ...post(), headers: { 'idempotency-key': 'click-1' } });
  const [one, two] = await Promise.all([approve(), approve()]);
  assert.deepEqual([one.status, two.status], [200, 200]);
  assert.deepEqual(one.body, two.body);
  assert.equal((await ana.call('/api/me')).body.credits, 500_000);
  const purchase = {
    headers: { 'idempotency-key': 'form-1' },
    body: { amount: 1_000, justification: 'once' },
  };
  const [a, b] = await Promise.all([
    ana.call('/api/tokens/purchase', purchase),
    ana.call('/api/tokens/purchase', purchase),
  ]);
  assert.equal(a.body.id, b.body.id, 'a form that is sent twice is one request');
});

test('a rejection needs a reason, grants nothing, and tells the user why', async (t) => {
  const { api, person, ask } = await portal(t);
  const ana = await person('ana@example.com');
  const id = await ask(ana);
  assert.equal((await api(`/api/admin/requests/${id}/reject`, post())).body.error.field, 'reason');
  assert.equal((await api(`/api/admin/requests/${id}/reject`, post({ reason: ' ' }))).body.error.field, 'reason');
  const rejected = await api(`/api/admin/requests/${id}/reject`, post({ reason: 'Use the smaller model first' }));
  assert.equal(rejected.body.status, 'rejected');
  const own = (await ana.call(`/api/me/requests/${id}`)).body.ticket;
  assert.deepEqual([own.status, own.decisionText, own.granted], ['rejected', 'Use the smaller model first', null]);
  assert.equal((await ana.call('/api/me')).body.credits, 0);
});

test('asking back waits for the user, whose reply opens the ticket again', async (t) => {
  const { api, person, ask, clock } = await portal(t);
  const ana = await person('ana@example.com');
  const id = await ask(ana);
  clock.advance(1_000);
  const asked = await api(`/api/admin/requests/${id}/ask`, post({ message: 'For which project?' }));
  assert.equal(asked.body.status, 'asked');
  assert.deepEqual((await api('/api/admin/requests/counts')).body, { open: 0, asked: 1, overdue: 0 });
  const replied = await ana.call(`/api/me/requests/${id}/reply`, post({ message: 'Apollo' }));
  assert.equal(replied.body.ticket.status, 'open');
  const detail = (await api(`/api/admin/requests/${id}`)).body;
  assert.deepEqual(
    detail.history.map((step: { step: string; text: string }) => [step.step, step.text]),
    [
      ['opened', 'Release week'],
      ['asked', 'For which project?'],
      ['replied', 'Apollo'],
    ],
  );
  assert.equal(detail.user.email, 'ana@example.com');
  assert.equal(detail.stats.usage30Days, 0);
  await ana.call(`/api/me/requests/${id}/withdraw`, post());
  assert.equal((await api(`/api/admin/requests/${id}/approve`, post())).body.error.code, 'already_decided');
  assert.equal((await ana.call(`/api/me/requests/${id}/reply`, post({ message: 'x' }))).status, 409);
});

test('the promised time does not run while the user is asked, and whoever has asked is told of the answer', async (t) => {
  const { api, person, ask, clock, operator, context } = await portal(t);
  const [first, second] = [await operator('approver'), await operator('approver')];
  const ana = await person('ana@example.com');
  const id = await ask(ana);
  // A session does not last for days.
  const headers = { authorization: `Bearer ${ana.key}` };
  const reply = (message: string) => ana.call(`/api/me/requests/${id}/reply`, { ...post({ message }), headers });
  const own = async () => (await ana.call(`/api/me/requests/${id}`, { headers })).body.ticket;
  const { dueAt } = await own();
  const askBack = (token: string, message: string) =>
    api(`/api/admin/requests/${id}/ask`, { ...post({ message }), headers: { authorization: `Bearer ${token}` } });
  const askedAt = clock.now();
  await askBack(first.token, 'What for?');
  clock.advance(3_600_000);
  await askBack(second.token, 'And until when?');
  clock.advance(72 * 3_600_000);
  await reply('The audit');
  const after = await own();
  assert.deepEqual([after.status, after.overdue], ['open', false]);
  assert.equal(after.dueAt, dueAt + (after.updatedAt - askedAt), 'it stood still from the first question on');
  const { outbox } = context.db.tables;
  const told = () => context.db.select().from(outbox).where(eq(outbox.kind, 'request_replied'));
  assert.deepEqual(
    (await told()).map(({ operatorId }) => operatorId),
    [second.id],
  );
  await askBack(second.token, 'Which one?');
  const { operators } = context.db.tables;
  await context.db.update(operators).set({ disabledAt: clock.now() }).where(eq(operators.id, second.id));
  await reply('Of the books');
  const all = (await told()).map(({ operatorId }) => operatorId);
  assert.equal(all.includes(first.id), true, 'whoever may decide, where whoever has asked is gone');
  assert.equal(all.filter((one) => one === second.id).length, 1);
});

test('a limit that is set, refused or taken back is told in its own words, with the new figures', async (t) => {
  const { api, person, context } = await portal(t, { config: { notices: { welcome: false } } });
  const ana = await person('ana@example.com', { monthlyLimit: 1_000_000, locale: 'en' });
  const ask = async () => {
    const body = { kind: 'limit_change', amount: 3_000_000, message: 'I moved to research' };
    return (await ana.call('/api/support/contact', { body })).body.id;
  };
  const mails = async () => {
    const { items } = (await api(`/api/admin/outbox?user=${ana.id}&limit=50`)).body;
    const all = [];
    for (const { id, kind } of items) all.push({ kind, ...(await api(`/api/admin/outbox/${id}`)).body.rendered });
    return all;
  };
  const last = async (kind: string) => (await mails()).filter((mail) => mail.kind === kind);
  const id = await ask();
  const [received] = await last('request_received');
  assert.match(received.text, /^Limit asked for: +3,000,000$/m);
  await api(`/api/admin/requests/${id}/approve`, post({ amount: 2_000_000 }));
  const [approved] = await last('request_approved');
  assert.equal(approved.subject, 'Your new limit: 2,000,000 tokens a month');
  assert.match(approved.text, /^Monthly limit: +2,000,000$/m);
  assert.match(approved.text, /You had asked for 3,000,000\./);
  assert.doesNotMatch(approved.text, /^>|note from/m, 'no words where nobody wrote any');
  assert.equal((await ana.call(`/api/me/requests/${id}`)).body.ticket.granted, 2_000_000);

  await api(`/api/admin/requests/${id}/undo`, post());
  const [undone] = await last('request_undone');
  assert.match(
    undone.text,
    /limit of 2,000,000 tokens was a mistake and was taken back right away: your limit is as before/,
  );
  assert.match(undone.text, /^Monthly limit: +1,000,000$/m);

  await api(`/api/admin/requests/${id}/reject`, post({ reason: 'Not now' }));
  const [rejected] = await last('request_rejected');
  assert.match(rejected.text, /Your request for a monthly limit of 3,000,000 tokens was not approved/);
  await api(`/api/admin/requests/${id}/undo`, post());
  const reopened = (await last('request_undone')).find(({ subject }) => /is open again/.test(subject));
  assert.match(reopened.text, /was a mistake and was taken back right away\. It is open again/);
  const { outbox } = context.db.tables;
  assert.equal(await context.db.$count(outbox, eq(outbox.kind, 'request_answered')), 0);
});

test('a decision is taken back within a minute by a compensating entry, and can then be made anew', async (t) => {
  const { api, person, ask, clock, context } = await portal(t);
  const ana = await person('ana@example.com');
  const id = await ask(ana, 500_000);
  const approved = (await api(`/api/admin/requests/${id}/approve`, post())).body;
  assert.equal(approved.undoUntil, approved.decidedAt + 60_000);
  const [undone, again] = await Promise.all([
    api(`/api/admin/requests/${id}/undo`, post()),
    api(`/api/admin/requests/${id}/undo`, post()),
  ]);
  assert.deepEqual([undone.status, again.status].sort(), [200, 409], 'once, whoever clicks at the same time');
  assert.equal((await ana.call('/api/me')).body.credits, 0);
  const ledger = (await api(`/api/admin/users/${ana.id}/ledger`)).body.items;
  assert.deepEqual(
    ledger.map((entry: { kind: string; creditsDelta: number }) => [entry.kind, entry.creditsDelta]).sort(),
    [
      ['adjustment', -500_000],
      ['grant', 500_000],
    ],
    'nothing is erased',
  );
  assert.equal((await api(`/api/admin/requests/${id}/approve`, post({ amount: 1_000 }))).body.granted, 1_000);
  clock.advance(60_000);
  const late = await api(`/api/admin/requests/${id}/undo`, post());
  assert.deepEqual([late.status, late.body.error.code], [409, 'undo_too_late']);
  assert.match(late.body.error.message, /one minute/);
  const rejected = await ask(ana);
  await api(`/api/admin/requests/${rejected}/reject`, post({ reason: 'oops' }));
  assert.equal((await api(`/api/admin/requests/${rejected}/undo`, post())).body.status, 'open');
  assert.equal((await api(`/api/admin/requests/${rejected}/undo`, post())).body.error.code, 'not_decided');
  await assertLedgerSums(context.db);
});

test('credits that are used or held cannot be taken back, and the refusal says so', async (t) => {
  const { api, person, ask, context } = await portal(t);
  const ana = await person('ana@example.com', { monthlyLimit: 0 });
  const id = await ask(ana, 500_000);
  await api(`/api/admin/requests/${id}/approve`, post());
  await openHold(context, { userId: ana.id, tokens: 100 });
  const refused = await api(`/api/admin/requests/${id}/undo`, post());
  assert.deepEqual([refused.status, refused.body.error.code], [409, 'credits_in_use']);
  assert.match(refused.body.error.message, /only 499900 of 500000 are left. Nothing was taken back/);
  const ticket = (await api(`/api/admin/requests/${id}`)).body.ticket;
  assert.deepEqual([ticket.status, ticket.granted], ['approved', 500_000]);
  assert.equal((await ana.call('/api/me')).body.credits, 500_000);
  await assertLedgerSums(context.db, { openHolds: 1 });
});

test('support, limits and objections share the queue; a limit is set and taken back, the others are answered', async (t) => {
  const { api, person, operator } = await portal(t);
  const approver = await operator('approver');
  const ana = await person('ana@example.com', { monthlyLimit: 1_000_000 });
  const contact = async (body: unknown) => (await ana.call('/api/support/contact', { body })).body.id;
  const support = await contact({ message: 'Why was I stopped?' });
  const limit = await contact({ kind: 'limit_change', amount: 3_000_000, message: 'I moved to research' });
  const vague = await contact({ kind: 'limit_change', message: 'More, please' });
  await contact({ kind: 'objection', message: 'That was not me' });
  assert.equal((await api('/api/admin/requests?kind=support,objection')).body.total, 2);
  assert.equal((await api('/api/admin/requests?search=research')).body.items[0].id, limit);
  assert.equal((await api('/api/admin/requests?search=%231001')).body.items[0].id, support);

  const nothing = await api(`/api/admin/requests/${support}/approve`, post());
  assert.equal(nothing.body.error.code, 'nothing_to_grant');
  const answered = await api(`/api/admin/requests/${support}/answer`, post({ message: 'By the quota' }));
  assert.deepEqual([answered.body.status, answered.body.decisionText], ['answered', 'By the quota']);

  const low = await api(`/api/admin/requests/${limit}/approve`, {
    ...post(),
    headers: { authorization: `Bearer ${approver.token}` },
  });
  assert.deepEqual([low.status, low.body.error.code], [403, 'forbidden']);
  assert.equal((await api(`/api/admin/requests/${vague}/approve`, post())).body.error.code, 'amount_needed');
  assert.equal((await api(`/api/admin/requests/${limit}/approve`, post())).body.granted, 3_000_000);
  assert.equal((await ana.call('/api/me')).body.monthlyLimit, 3_000_000);
  assert.equal((await ana.call('/api/me')).body.credits, 0, 'a limit is no credit');
  await api(`/api/admin/requests/${limit}/undo`, post());
  assert.equal((await ana.call('/api/me')).body.monthlyLimit, 1_000_000);
});

test('amounts and texts that make no sense are refused with the field, and nothing is kept', async (t) => {
  const { api, person, ask } = await portal(t);
  const ana = await person('ana@example.com');
  const cases: [body: unknown, field: string | undefined][] = [
    [{ amount: 0, justification: 'x' }, 'amount'],
    [{ amount: -5_000, justification: 'x' }, 'amount'],
    [{ amount: 999, justification: 'x' }, 'amount'],
    [{ amount: 1_000.5, justification: 'x' }, 'amount'],
    [{ amount: 1e300, justification: 'x' }, 'amount'],
    [{ amount: 1_000_000_001, justification: 'x' }, 'amount'],
    [{ amount: '5000', justification: 'x' }, 'amount'],
    [{ amount: null, justification: 'x' }, 'amount'],
    [{ justification: 'x' }, 'amount'],
    [{ amount: 5_000 }, 'justification'],
    [{ amount: 5_000, justification: '   ' }, 'justification'],
    [{ amount: 5_000, justification: 'x'.repeat(2_001) }, 'justification'],
    [{ amount: 5_000, justification: 'a\u0000b' }, 'justification'],
    [{ amount: 5_000, justification: 'x', urgency: 'now' }, 'urgency'],
    [{ amount: 5_000, justification: 'x', userId: 'usr_other' }, undefined],
  ];
  for (const [body, field] of cases) {
    const answer = await ana.call('/api/tokens/purchase', { body });
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.equal(answer.body.error.field, field, JSON.stringify(body));
    assert.ok(answer.body.error.message.length > 5);
  }
  const notOwn = await ana.call('/api/support/contact', {
    body: { message: 'x', requestId: `req_${'0'.repeat(32)}` },
  });
  assert.deepEqual([notOwn.status, notOwn.body.error.field], [404, 'requestId']);
  assert.equal((await api('/api/admin/requests')).body.total, 0);

  const id = await ask(ana);
  for (const amount of [0, -1, 1.5, 1e300, '5']) {
    const answer = await api(`/api/admin/requests/${id}/approve`, post({ amount }));
    assert.deepEqual([answer.status, answer.body.error.field], [400, 'amount'], String(amount));
  }
  for (const action of ['approve', 'reject', 'ask', 'answer', 'undo']) {
    const body =
      action === 'reject' ? { reason: 'x' } : action === 'approve' || action === 'undo' ? {} : { message: 'x' };
    assert.equal((await api(`/api/admin/requests/tkt_nothing/${action}`, post(body))).status, 404, action);
  }
  assert.equal((await ana.call('/api/me')).body.credits, 0);
});

test('somebody who asks for too much at once is told to wait', async (t) => {
  const { person, ask } = await portal(t);
  const ana = await person('ana@example.com');
  for (let count = 0; count < 5; count++) await ask(ana);
  const sixth = await ana.call('/api/tokens/purchase', { body: { amount: 1_000, justification: 'x' } });
  assert.deepEqual([sixth.status, sixth.body.error.code], [409, 'too_many_open']);
});

test('HTML in a justification stays what it is: text', async (t) => {
  const { api, person, ask } = await portal(t);
  const ana = await person('ana@example.com');
  const text = '<script>alert(1)</script>\n<img src=x onerror=alert(2)> & "quotes"';
  const id = await ask(ana, 5_000, text);
  const shown = await api(`/api/admin/requests/${id}`);
  assert.equal(shown.body.ticket.message, text);
  assert.match(shown.headers.get('content-type') ?? '', /^application\/json/);
});

test('deleting a user erases what they wrote, and keeps the numbers', async (t) => {
  const { api, person, ask } = await portal(t);
  const ana = await person('ana@example.com');
  const id = await ask(ana, 5_000, 'my secret project');
  await api(`/api/admin/requests/${id}/ask`, post({ message: 'about Ana?' }));
  assert.equal((await api(`/api/admin/users/${ana.id}`, { method: 'DELETE' })).status, 204);
  const detail = await api(`/api/admin/requests/${id}`);
  assert.equal(JSON.stringify(detail.body).includes('secret'), false);
  assert.equal(JSON.stringify(detail.body).includes('about Ana'), false);
  assert.deepEqual([detail.body.ticket.status, detail.body.ticket.amount], ['withdrawn', 5_000]);
  assert.equal((await ana.call('/api/me')).status, 401, 'and the session is over');
  assert.equal((await api('/api/admin/audit?search=ticket.opened')).body.total, 1);
});
