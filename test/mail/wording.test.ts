/** What mails say: sentences and numbers as people read them, in both languages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dateFormat } from '../../gateway/contract/formatters.ts';
import { MAIL_RULES, type MailData, type MailKind, type UseFigures } from '../../gateway/mail/kinds.ts';
import { renderMail } from '../../gateway/mail/render.ts';
import { mailSamples, samplePerson } from '../../gateway/mail/samples.ts';
import type { Locale } from '../../gateway/mail/words.ts';

const ENDS_AT = Date.parse('2026-12-01T00:00:00Z');
const SAMPLES = mailSamples(Date.parse('2026-11-20T12:00:00Z'), ENDS_AT);
const FIGURES: UseFigures = {
  limit: 1_000_000,
  usedMonthly: 700_000,
  usedCredits: 0,
  credits: 0,
  held: 0,
  available: 300_000,
  periodEndsAt: ENDS_AT,
  thresholds: [80, 95, 100],
};

function mail<Kind extends MailKind>(kind: Kind, changes: Partial<MailData[Kind]> = {}, locale: Locale = 'en') {
  return renderMail(
    { kind, data: { ...SAMPLES[kind], ...changes }, secret: null },
    {
      locale,
      timeZone: 'UTC',
      name: 'Ana',
      isOperator: MAIL_RULES[kind].toOperators,
      publicUrl: 'https://ia.example.com',
      contactEmail: null,
      person: samplePerson,
    },
  );
}

test('a refusal says that all is used only where it is', async () => {
  const all = await mail('blocked', { figures: { ...FIGURES, usedMonthly: 1_000_000, available: 0 } });
  assert.equal(all.subject, 'Your tokens for this month are used up');
  const part = await mail('blocked', { figures: FIGURES });
  assert.equal(part.subject, 'Your tokens did not suffice for a request');
  assert.match(part.text, /needed more tokens than you have left: 300,000\. Smaller ones pass\./);
  assert.doesNotMatch(part.html + part.text, /used up/i);
  const pt = await mail('blocked', { figures: FIGURES }, 'pt-BR');
  assert.equal(pt.subject, 'Faltaram tokens para uma requisição');
  assert.match(pt.text, /mais tokens do que os que restam: 300\.000\./);
  assert.doesNotMatch(pt.html + pt.text, /esgotad/i);
});

test('the numbers of a mail add up, also while something is held', async () => {
  const { text } = await mail('grant', { figures: { ...FIGURES, held: 100_000, available: 200_000 } });
  const row = (label: string) => Number(new RegExp(`^${label}: +([\\d,]+)$`, 'm').exec(text)?.[1]?.replaceAll(',', ''));
  assert.equal(row('Used this month') + row('Held by open answers') + row('Left'), row('Monthly limit'));
  assert.doesNotMatch((await mail('grant', { figures: FIGURES })).text, /Held/);
});

test('the marks of the bar stand at shares of all tokens, credits included', async () => {
  const figures = { ...FIGURES, credits: 1_000_000, held: 50_000, available: 1_250_000 };
  const { html } = await mail('warning', { figures });
  const widths = [...html.matchAll(/<td[^>]* width="([\d.]+)%"/g)].map(([, width]) => Number(width));
  assert.deepEqual(
    widths,
    [80, 15, 5, 35, 2.5, 12.5, 50],
    'the marks, then used, held, left and credits of the same whole',
  );
});

test('the first of a month is an ordinal in Portuguese, in mails and on all pages', async () => {
  assert.match((await mail('blocked', {}, 'pt-BR')).text, /A cota renova em 1º de dezembro de 2026/);
  const pt = (day: string, options: Intl.DateTimeFormatOptions) =>
    dateFormat('pt-BR', { timeZone: 'UTC', ...options }).format(Date.parse(day));
  assert.equal(pt('2026-12-01', { day: 'numeric', month: 'short' }), '1º de dez.');
  assert.equal(pt('2026-12-01', { dateStyle: 'full' }), 'terça-feira, 1º de dezembro de 2026');
  assert.equal(pt('2026-12-21', { day: 'numeric', month: 'long' }), '21 de dezembro');
  assert.equal(pt('2026-12-11', { dateStyle: 'full' }), 'sexta-feira, 11 de dezembro de 2026');
  assert.equal(dateFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(ENDS_AT), '1 Dec');
  const early = await mail('early_warning', { exhaustionDay: '2026-11-25' }, 'pt-BR');
  assert.equal(early.subject, 'Seus tokens podem acabar em 25 de novembro (quarta-feira)');
});

test('one and none are said as such', async () => {
  const report = (changes: Partial<MailData['monthly_report']>, locale: Locale) =>
    mail('monthly_report', { period: '2026-10', ...changes }, locale);
  const nobody = { activeUsers: 0, requests: 0, tokens: 0, costMicroUsd: 0 };
  const one = { activeUsers: 1, requests: 1, tokens: 1, costMicroUsd: 0 };
  assert.match((await report(nobody, 'en')).text, /^Nobody used the AI chat in October 2026\.\r?$/m);
  assert.match((await report(nobody, 'pt-BR')).text, /^Ninguém usou o chat de IA em outubro de 2026\.\r?$/m);
  assert.match((await report(one, 'en')).text, /One person sent 1 request and used 1 token, for US\$0\.00\./);
  assert.match((await report(one, 'pt-BR')).text, /Uma pessoa fez 1 requisição e usou 1 token, por US\$\s0,00\./);
  assert.equal(
    (await report({ tokens: 24_310_000 }, 'pt-BR')).subject,
    'Relatório de outubro de 2026: 24,31 mi de tokens, US$ 61,48',
  );
  assert.equal(
    (await report({ tokens: 24_310 }, 'pt-BR')).subject,
    'Relatório de outubro de 2026: 24,31 mil tokens, US$ 61,48',
  );
  for (const kind of ['grant', 'request_approved'] as const) {
    assert.equal((await mail(kind, { amount: 1 })).subject, '1 token is yours');
    assert.equal((await mail(kind, { amount: 2 })).subject, '2 tokens are yours');
    assert.equal((await mail(kind, { amount: 1 }, 'pt-BR')).subject, '1 token a mais para você');
  }
  const left = (available: number, locale: Locale) => mail('critical', { figures: { ...FIGURES, available } }, locale);
  assert.equal((await left(1, 'en')).subject, 'Only 1 token is left');
  assert.equal((await left(0, 'en')).subject, 'No tokens are left');
  assert.equal((await left(1, 'pt-BR')).subject, 'Resta só 1 token');
  assert.equal((await left(0, 'pt-BR')).subject, 'Não resta nenhum token');
});

test('trouble and recovery are whole sentences in both languages, with what was cut in the words of the reader', async () => {
  const cut = { requests: 2, tokens: 4_000, costMicroUsd: 20_000 };
  const trouble = (locale: Locale) =>
    mail('system_trouble', { check: 'interrupted', detail: 'requests: 2', cut }, locale);
  const en = await trouble('en');
  assert.match(en.text, /The gateway stopped without notice\. Since: 20 November 2026/);
  assert.match(en.text, /2 requests were cut\. .* up to US\$0\.02 \(4,000 tokens\)\./);
  const pt = await trouble('pt-BR');
  assert.match(pt.text, /O gateway parou sem aviso\. Desde: 20 de novembro de 2026/);
  assert.match(pt.text, /2 requisições foram cortadas\. .* até US\$\s0,02 \(4\.000 tokens\)\./);
  assert.doesNotMatch(pt.text, /requests/);
  const well = await mail('system_recovered', { check: 'mail' });
  assert.match(well.text, /Mails can be sent again\. The trouble began on .* and ended on /);
  const bem = await mail('system_recovered', { check: 'mail' }, 'pt-BR');
  assert.match(bem.text, /Os e-mails voltaram a sair\. O problema começou em .* e terminou em /);
});

test('a mail about unusual use leads to that user among the alerts, seen or not', async () => {
  const { text } = await mail('unusual_use');
  assert.match(text, /\/admin\/alerts\?status=all&kind=anomaly&user=usr_sample_pedro/);
});

test('the way to choose mails stands in those that can be switched off, and in no other', async () => {
  for (const kind of Object.keys(MAIL_RULES) as MailKind[]) {
    const { html, text, preferencesUrl } = await mail(kind);
    const isOptional = MAIL_RULES[kind].optional;
    assert.equal(preferencesUrl, isOptional ? 'https://ia.example.com/portal/settings' : null, kind);
    assert.equal(/Choose which mails you get/.test(text), isOptional, kind);
    assert.equal(html.match(/<title>/g)?.length, 1, `${kind} has one title`);
  }
});
