/**
 * The whole loop, with a real mail server and a real browser, in both languages: warned, seen why, asked for more, got it,
 * went on.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildIfStale } from '../../resources/scripts/build.ts';
import { spendTokens } from '../accounts/account-kit.ts';
import { linkIn, mailText } from '../portal/mails.ts';
import { startBrowser } from '../support/browser.ts';
import { build } from '../support/build.ts';
import { freePort } from '../support/ports.ts';
import { type ReceivedMail, startSmtp, type TestSmtp } from '../support/smtp.ts';

const EMAIL = 'ana@example.com';
const LIMIT = 10_000;

const STORIES = [
  {
    locale: 'en',
    warning: /85% of your tokens are used/,
    link: /sign-in link/i,
    received: /We have your request #1001/,
    approved: /500,000 tokens are yours/,
    words: {
      email: 'Your e-mail address',
      send: 'Send me a link',
      sent: 'Look into your mailbox',
      go: 'Continue',
      amounts: 'How many tokens?',
      amount: '500 K',
      why: 'What do you need them for?',
      ask: 'Send request',
      done: 'Request #1001 is sent',
      balance: 'To your balance',
      waiting: 'Waiting for an answer',
      figure: '500,000',
    },
  },
  {
    locale: 'pt-BR',
    warning: /Você já usou 85% dos seus tokens/,
    link: /link de acesso/i,
    received: /Recebemos sua solicitação #1001/,
    approved: /500\.000 tokens a mais para você/,
    words: {
      email: 'Seu e-mail',
      send: 'Receber link de acesso',
      sent: 'Veja sua caixa de entrada',
      go: 'Continuar',
      amounts: 'Quantos tokens?',
      amount: '500 mil',
      why: 'Para que você precisa deles?',
      ask: 'Enviar solicitação',
      done: 'Solicitação #1001 enviada',
      balance: 'Ver meu saldo',
      waiting: 'Aguardando resposta',
      figure: '500.000',
    },
  },
] as const;

/** The first mail to the user with this subject, as soon as the server has it. */
async function mailTo(smtp: TestSmtp, to: string, subject: RegExp): Promise<ReceivedMail> {
  for (let seen = 0; seen <= 50; seen = smtp.received.length) {
    const mail = smtp.received.find((one) => one.to === to && subject.test(subjectOf(one)));
    if (mail) return mail;
    await smtp.until(Math.max(seen, smtp.received.length) + 1);
  }
  throw new Error(`No mail ${subject} to ${to}`);
}

/** The subject without the encoding that umlauts and the like need in a header. */
function subjectOf({ subject }: ReceivedMail): string {
  return subject
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?q\?(.*?)\?=/gi, (_all, text: string) =>
      text
        .replaceAll('_', ' ')
        .replace(/(?:=[0-9A-F]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString('utf8')),
    )
    .replace(/=\?utf-8\?b\?(.*?)\?=/gi, (_all, text: string) => Buffer.from(text, 'base64').toString('utf8'));
}

for (const { locale, warning, link, received, approved, words } of STORIES) {
  test(`a warned user asks for more in the portal, gets it, and goes on (${locale})`, {
    timeout: 300_000,
  }, async (t) => {
    await buildIfStale();
    const browser = await startBrowser(t);
    if (!browser) return;
    const smtp = await startSmtp(t);
    const port = await freePort();
    const { api, url, context, serviceKey } = await build(t, {
      flags: { port },
      config: {
        publicUrl: `http://127.0.0.1:${port}`,
        smtp: { host: '127.0.0.1', port: smtp.port, from: 'ia@example.com', user: null, password: null },
        locale: 'en',
      },
    });
    const ask = () =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${serviceKey}`,
          'content-type': 'application/json',
          'x-user-email': EMAIL,
        },
        body: JSON.stringify({ model: 'solaris-echo', messages: [{ role: 'user', content: 'hello' }] }),
      });
    const made = await api('/api/admin/users', {
      body: { email: EMAIL, name: 'Ana', monthlyLimit: LIMIT, locale, reason: 'x' },
    });
    const userId = made.body.id;

    // 80 % are passed: a mail says so, and its button leads to the request.
    await spendTokens(context, { userId, tokens: 8_500 });
    await context.events.emit({ kind: 'request_settled', userId });
    const warned = await mailTo(smtp, EMAIL, warning);
    const target = linkIn(warned, `${url}/portal/request`);
    await spendTokens(context, { userId, tokens: 1_500 });
    const refused = await ask();
    assert.equal(refused.status, 429);
    assert.equal(((await refused.json()) as { actions: { buy_tokens: string } }).actions.buy_tokens, target);

    // Whoever is not signed in signs in by a link, and comes where they wanted to.
    const page = await browser.open({ locale, width: 390 });
    await page.goto(target);
    await page.getByLabel(words.email).fill(EMAIL);
    await page.getByRole('button', { name: words.send }).click();
    await page.getByText(words.sent).waitFor();
    await page.goto(linkIn(await mailTo(smtp, EMAIL, link), `${url}/portal/enter#`));
    await page.getByRole('button', { name: words.go }).click();
    await page.getByText(words.amounts).waitFor();
    assert.equal(new URL(page.url()).pathname, '/portal/request');

    // The request: a ticket, a confirmation, a notice to the approver.
    await page.getByText(words.amount, { exact: true }).click();
    await page.getByLabel(words.why).fill('Release <week>');
    await page.getByRole('button', { name: words.ask }).click();
    await page.getByRole('heading', { name: words.done }).waitFor();
    await mailTo(smtp, EMAIL, received);
    const queue = (await api('/api/admin/requests?status=open')).body;
    assert.equal(queue.total, 1);
    const [ticket] = queue.items;
    const operators = (await api('/api/admin/operators')).body.items;
    const notice = await mailTo(smtp, operators[0].email, /Ana/);
    assert.match(mailText(notice), /Release (&lt;|<)week/);
    await page.getByRole('link', { name: words.balance }).click();
    await page.getByText(words.waiting).waitFor();

    // The approval is seen at once, without a reload; the alert is over, a mail confirms, the next request passes.
    const openAlerts = async () => (await api(`/api/admin/alerts?user=${userId}&status=open`)).body.total;
    assert.ok((await openAlerts()) > 0);
    const resolved = new Promise<void>((resolve) => {
      context.events.onAny((event) => {
        if (event.kind === 'alert_resolved') resolve();
      });
    });
    const decided = await api(`/api/admin/requests/${ticket.id}/approve`, { method: 'POST', body: {} });
    assert.equal(decided.status, 200);
    await page.getByText(words.figure, { exact: true }).first().waitFor();
    await mailTo(smtp, EMAIL, approved);
    assert.equal((await ask()).status, 200);
    await resolved;
    assert.equal(await openAlerts(), 0);
    assert.equal(smtp.received.filter((one) => one.to === EMAIL && approved.test(subjectOf(one))).length, 1);
  });
}
