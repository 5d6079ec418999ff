/** Pure: the sentence that people read when their tokens are used up, in every form in which LibreChat shows it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Balance } from '../../gateway/ledger/port.ts';
import { chatDialect } from '../../gateway/proxy/dialects/chat.ts';
import { PLAIN_TARGET } from '../../gateway/proxy/dialects/dialect.ts';
import { noticeLine } from '../../gateway/proxy/notice/notice-line.ts';
import {
  type QuotaReplyMode,
  type QuotaSituation,
  quotaRefusal,
  quotaSentence,
} from '../../gateway/proxy/quota-reply.ts';
import { chance } from '../support/random.ts';
import { parseSse, readChatBody, readChatEvents } from '../support/sse.ts';

const BALANCE: Balance = {
  limit: 1_000_000,
  usedMonthly: 999_900,
  usedCredits: 500,
  credits: 0,
  held: 0,
  available: 100,
};
const PERIOD = {
  id: '2026-11',
  startsAt: Date.parse('2026-11-01T00:00:00Z'),
  endsAt: Date.parse('2026-12-01T00:00:00Z'),
};
const SITUATION: QuotaSituation = {
  balance: BALANCE,
  period: PERIOD,
  timeZone: 'UTC',
  now: Date.parse('2026-11-20T12:00:00Z'),
  locale: 'en',
  sharedBy: null,
  portalUrl: 'https://ia.example.com/portal/',
  contactEmail: 'credits@example.com',
};
const REQUEST = chatDialect.readRequest({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] }, PLAIN_TARGET);
const STREAM = { ...REQUEST, stream: true };
/** What @librechat/agents takes for a prompt that is too long: it would summarise and ask again. */
const OVERFLOW =
  /maximum context length|context_length_exceeded|prompt is too long|too large for model|reduce the length|request too large/i;

test('says that the quota is exceeded, the numbers, the date, and ends with where to ask', () => {
  assert.equal(
    quotaSentence(SITUATION),
    'Monthly token quota exceeded: 999,900 of 1,000,000 tokens used, the 100 left are too few. It resets on 1 December 2026 (UTC). Ask for more: https://ia.example.com/portal/',
  );
  assert.equal(
    quotaSentence({ ...SITUATION, locale: 'pt-BR' }),
    'Cota esgotada: 999.900 de 1.000.000 tokens do mês usados, 100 restantes não bastam. Renova em 1º de dezembro de 2026 (UTC). Solicite créditos: https://ia.example.com/portal/',
  );
  const empty = { ...SITUATION, balance: { ...BALANCE, usedMonthly: 1_000_000, available: 0 } };
  assert.match(quotaSentence(empty), /1,000,000 of 1,000,000 tokens used\. It resets/);
  assert.match(quotaSentence({ ...empty, portalUrl: null }), /Ask for more: credits@example\.com$/);
  assert.match(quotaSentence({ ...empty, portalUrl: null, contactEmail: null }), /Ask your administrator for more\.$/);
});

test('the date is that of the configured time zone, where the month really begins', () => {
  const endsAt = Date.parse('2026-12-01T03:00:00Z');
  const there = { ...SITUATION, timeZone: 'America/Sao_Paulo', period: { ...PERIOD, endsAt } };
  assert.match(quotaSentence(there), /1 December 2026 \(America\/Sao_Paulo\)/);
});

test('many refusals and notices make no more formatters than one of each language', (t) => {
  const numbers = t.mock.method(Intl, 'NumberFormat');
  const dates = t.mock.method(Intl, 'DateTimeFormat');
  for (let left = 100; left < 200; left++) {
    for (const locale of ['en', 'pt-BR'] as const) {
      const situation = { ...SITUATION, locale, timeZone: 'Asia/Tokyo', balance: { ...BALANCE, available: left } };
      assert.match(quotaSentence(situation), new RegExp(`${left} `));
      assert.match(
        noticeLine({ share: 0.8, left, locale, portalUrl: null, contactEmail: null }),
        new RegExp(`${left}`),
      );
    }
  }
  assert.ok(numbers.mock.callCount() <= 2, 'of numbers');
  assert.equal(dates.mock.callCount(), 2, 'of dates, in a zone that no other test has');
});

test('a shared cap is named after whoever shares it, without what would end the sentence', () => {
  assert.match(quotaSentence({ ...SITUATION, sharedBy: 'Sales' }), /^Token quota exceeded for Sales\. It resets/);
  assert.match(
    quotaSentence({ ...SITUATION, sharedBy: 'Vendas', locale: 'pt-BR' }),
    /^Cota esgotada para Vendas\. Renova/,
  );
  const odd = quotaSentence({ ...SITUATION, sharedBy: `{"a":1}\n${'x'.repeat(200)}` });
  assert.ok(odd.length <= 240 && !/[{}\n]/.test(odd), odd);
});

test('whatever the numbers and names, it is one line of at most 240 characters that ends with where to ask', () => {
  for (let seed = 0; seed < 2_000; seed++) {
    const random = chance(seed);
    const amount = () => random.pick([0, 1, 999, 123_456, 1_000_000, 9_007_199_254_740_991]);
    const where = random.pick([
      'https://a.example.com/portal/',
      `https://${'long-name.'.repeat(8)}example.com/portal/`,
    ]);
    const sentence = quotaSentence({
      ...SITUATION,
      locale: random.pick(['en', 'pt-BR'] as const),
      timeZone: random.pick(['UTC', 'America/Argentina/ComodRivadavia', 'Asia/Kathmandu']),
      sharedBy: random.pick([null, null, 'Team', 'A department with a name that is far too long to be told whole']),
      portalUrl: random.pick([where, null]),
      contactEmail: random.pick(['credits@example.com', null]),
      balance: { ...BALANCE, usedMonthly: amount(), limit: amount(), available: amount() },
    });
    assert.ok(sentence.length <= 240, `seed ${seed}: ${sentence.length}`);
    assert.ok(!/[{}\n\r]/.test(sentence), `seed ${seed}`);
    assert.ok(!OVERFLOW.test(sentence), `seed ${seed}`);
    assert.match(sentence, /quota exceeded|Cota esgotada/, `seed ${seed}`);
    assert.match(
      sentence,
      /(\/portal\/|credits@example\.com|administrator for more\.|administrador\.)$/,
      `seed ${seed}: ${sentence}`,
    );
  }
});

test('each mode is told as the LibreChat versions that it is for can show it', () => {
  const modes: [QuotaReplyMode, number][] = [
    ['429', 429],
    ['429 with hint', 429],
    ['403', 403],
    ['402', 402],
  ];
  const sentence = quotaSentence(SITUATION);
  for (const [mode, status] of modes) {
    const { refusal, instead } = quotaRefusal(mode, SITUATION, chatDialect, REQUEST, 'req_1');
    assert.equal(instead, null);
    assert.equal(refusal.statusCode, status);
    const { error, details, actions } = JSON.parse(JSON.stringify(chatDialect.errorBody(refusal)));
    assert.deepEqual([error.type, error.code, error.param], ['insufficient_quota', 'insufficient_quota', null]);
    assert.deepEqual(details, {
      used: 1_000_400,
      limit: 1_000_000,
      additional: 0,
      held: 0,
      available: 100,
      next_reset: '2026-12-01T00:00:00Z',
    });
    assert.deepEqual(actions, {
      buy_tokens: 'https://ia.example.com/portal/request',
      contact_support: 'https://ia.example.com/portal/support',
    });
    assert.deepEqual(refusal.headers, { 'retry-after': String(10.5 * 86_400), 'x-should-retry': 'false' });
    if (mode !== '429 with hint') {
      assert.equal(error.message, sentence);
      continue;
    }
    // LibreChat up to 0.8.7 shows `info` of the first JSON in the message.
    const at = error.message.indexOf('{');
    assert.equal(error.message.slice(0, at), `${sentence} `);
    assert.deepEqual(JSON.parse(error.message.slice(at)), { type: 'google_error', info: sentence });
  }
});

test('as an assistant’s message it is a whole answer, streamed or not, that costs nothing', () => {
  const sentence = quotaSentence(SITUATION);
  const json = quotaRefusal('assistant message', SITUATION, chatDialect, REQUEST, 'req_1').instead;
  assert.equal(json?.contentType, 'application/json');
  const read = readChatBody(json?.body ?? '');
  assert.deepEqual([read.text, read.finishReason, read.usage?.total_tokens], [sentence, 'stop', 0]);
  for (const wantsUsage of [false, true]) {
    const stream = quotaRefusal(
      'assistant message',
      SITUATION,
      chatDialect,
      { ...STREAM, wantsUsage },
      'req_1',
    ).instead;
    assert.equal(stream?.contentType, 'text/event-stream');
    const events = readChatEvents(parseSse(stream?.body ?? ''));
    assert.deepEqual([events.text, events.finishReason, events.done], [sentence, 'stop', true]);
    assert.equal(events.usageCount, wantsUsage ? 1 : 0);
  }
});

test('an unlimited limit and a missing contact are told as such', () => {
  const { refusal } = quotaRefusal(
    '429',
    {
      ...SITUATION,
      sharedBy: 'Team',
      portalUrl: null,
      contactEmail: null,
      balance: { ...BALANCE, limit: null, available: null },
    },
    chatDialect,
    REQUEST,
    'req_1',
  );
  const { details, actions } = JSON.parse(JSON.stringify(chatDialect.errorBody(refusal)));
  assert.deepEqual([details.limit, details.available], [null, null]);
  assert.deepEqual(actions, { buy_tokens: null, contact_support: null });
});
