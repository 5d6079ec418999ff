/** What is written when something happens to a person: to whom, with which words, and where its buttons lead. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { askForCredits } from '../../gateway/credits/submit.ts';
import { alertOffice } from '../alerts/alert-kit.ts';
import { mailText } from '../portal/mails.ts';

const ANA = 'ana@example.com';
const PUBLIC = 'https://ia.example.com';
const OPERATORS = ['owner', 'admin', 'approver', 'viewer'].map((role) => ({
  email: `${role}@example.com`,
  password: 'correct horse battery',
  role,
}));

async function place(t: TestContext, config: object = {}) {
  const built = await alertOffice(t, { config: { publicUrl: PUBLIC, operators: OPERATORS, ...config } });
  /** The text of the last mail to an address. */
  const last = async (to: string): Promise<string> => {
    await built.mails(to);
    const mail = built.smtp.received.findLast((one) => one.to === to);
    assert.ok(mail, `nothing was written to ${to}`);
    return mailText(mail);
  };
  return { ...built, last };
}

test('whoever is suspended is told why, until when, and how to object, in their language', async (t) => {
  const { api, person, last, mails } = await place(t);
  const ana = await person(ANA, { locale: 'pt-BR' });
  const until = Date.parse('2026-11-22T15:00:00Z');
  await api(`/api/admin/users/${ana}/suspend`, { body: { reason: 'Chave <b>vazada</b>', until } });
  const text = await last(ANA);
  assert.match(text, /Um administrador suspendeu seu acesso ao chat de IA até 22 de novembro de 2026 às 15:00 \(UTC\)/);
  assert.match(text, /> Chave <b>vazada<\/b>/);
  assert.match(text, /&lt;b&gt;vazada/);
  assert.ok(text.includes(`Contestar:\r\n${PUBLIC}/portal/support?objection=suspension`));
  await api(`/api/admin/users/${ana}/activate`, { method: 'POST', body: { reason: 'ok' } });
  assert.equal((await mails(ANA)).length, 1, 'the end of it needs no mail');
});

test('whoever is blocked is told so, and not of a suspension, in either language', async (t) => {
  const { api, person, last, smtp } = await place(t);
  const people = [
    {
      email: ANA,
      locale: 'pt-BR',
      lead: /Um administrador bloqueou seu acesso ao chat de IA\./,
      none: /suspen|suspens/i,
    },
    { email: 'bo@example.com', locale: 'en', lead: /An administrator has blocked your access/, none: /suspen/i },
  ];
  for (const { email, locale, lead, none } of people) {
    const id = await person(email, { locale });
    await api(`/api/admin/users/${id}/block`, { body: { reason: 'Contract <i>ended</i>' } });
    const text = await last(email);
    assert.match(text, lead);
    assert.match(text, /> Contract <i>ended<\/i>/);
    assert.match(text, /Contract &lt;i&gt;ended/, 'in the HTML it is text');
    assert.ok(text.includes(`${PUBLIC}/portal/support?objection=block`));
    assert.doesNotMatch(text, none);
    assert.equal(smtp.received.filter(({ to }) => to === email).length, 1);
  }
});

test('credits say that they do not expire, a compensation what it makes good for; what is taken writes nothing', async (t) => {
  const { api, person, last, mails } = await place(t);
  const ana = await person(ANA);
  const give = (body: object) => api(`/api/admin/users/${ana}/tokens`, { body: { reason: 'The outage', ...body } });
  await give({ amount: 500 });
  assert.match(await last(ANA), /500 tokens were added to your balance\. Credits do not expire/);
  await give({ amount: 300, kind: 'compensation' });
  const text = await last(ANA);
  assert.match(text, /To make good for a disturbance, 300 tokens were added to your balance\. They do not expire/);
  assert.match(text, /> The outage/);
  await give({ amount: -100 });
  assert.deepEqual(await mails(ANA), ['500 tokens are yours', '300 tokens were credited back']);
});

test("a request is confirmed with its price and the plan's deadline, and told to those who may decide alone", async (t) => {
  const { api, context, person, last, mails, smtp } = await place(t);
  const ana = await person(ANA);
  await api('/api/admin/plans/basic', { method: 'PUT', body: { answerHours: 8 } });
  const ticket = await context.db.tx((tx) =>
    askForCredits(context, tx, ana, { amount: 500_000, justification: 'The report', urgency: 'high' }),
  );
  const text = await last(ANA);
  assert.match(text, /We have received your request for 500,000 tokens/);
  assert.match(text, /You will have an answer within 8 hours\./);
  assert.match(text, /Estimated price: +R\$25\.00/);
  for (const role of ['owner', 'admin', 'approver']) {
    assert.equal((await mails(`${role}@example.com`)).length, 1, role);
    const told = await last(`${role}@example.com`);
    assert.match(told, /> The report/);
    assert.ok(told.includes(`Decide:\r\n${PUBLIC}/admin/requests?open=${ticket.id}`), told);
  }
  assert.ok(smtp.received.every(({ to }) => to !== 'viewer@example.com'));
});

test('a warning leads to the request and the statement, an urgent one to the request and support', async (t) => {
  const { person, use, last } = await place(t);
  const ana = await person(ANA);
  await use(ana, 800);
  const warning = await last(ANA);
  assert.ok(warning.includes(`Request credits:\r\n${PUBLIC}/portal/request`), warning);
  assert.ok(warning.includes(`See my statement:\r\n${PUBLIC}/portal/statement`));
  await use(ana, 150);
  const critical = await last(ANA);
  assert.ok(critical.includes(`Request credits:\r\n${PUBLIC}/portal/request`));
  assert.ok(critical.includes(`Contact support:\r\n${PUBLIC}/portal/support`));
  await use(ana, 50);
  assert.match(await last(ANA), /New ones come on 1 December 2026/);
});

test('new people are greeted with what they may use, once they are let in; service accounts are not', async (t) => {
  const { api, mails, last, smtp } = await place(t, { notices: { welcome: true } });
  const { id } = (await api('/api/admin/users', { body: { email: ANA, reason: 'test', monthlyLimit: 5_000 } })).body;
  assert.match(await last(ANA), /You have 5,000 tokens for each month; they renew on 1 December 2026/);
  await api(`/api/admin/users/${id}`, { method: 'PUT', body: { name: 'Ana', reason: 'test' } });
  assert.deepEqual(await mails(ANA), ['You have 5,000 tokens a month']);
  await api('/api/admin/users', { body: { name: 'Images', reason: 'test' } });
  await mails(ANA);
  assert.equal(smtp.received.length, 1);
});

test('without a server that takes mail, whoever asks for a link is told so, known or not', async (t) => {
  const { api, url, user } = await place(t, { smtp: { host: null }, notices: { welcome: false } });
  await user(ANA);
  const answers = await Promise.all(
    [ANA, 'eve@example.com'].map((email) =>
      api('/api/portal/link', { body: { email }, headers: { authorization: '', origin: url } }),
    ),
  );
  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.error.code]),
    [
      [409, 'no_mail'],
      [409, 'no_mail'],
    ],
  );
  assert.equal(answers[0]?.body.error.message, answers[1]?.body.error.message);
});
