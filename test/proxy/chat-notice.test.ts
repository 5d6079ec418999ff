/** The optional line at the end of the answer in which a user crosses a threshold. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq } from 'drizzle-orm';
import { ANA } from '../support/proxy-kit.ts';
import { buildWires, SMALL } from '../support/wires-kit.ts';

const BOB = 'bob@example.com';
const TEXT = 'One two three four five six seven eight.';
const NOTICE = /\*You have used (\d+)% of your tokens; [\d,]+ are left\. \[See your balance or ask for more\]\(http/;
const AVISO = /\*Você já usou (\d+)% dos seus tokens; restam [\d.]+\. \[Ver o saldo ou pedir mais\]\(http/;
const STREAMED: Record<keyof typeof SMALL, string> = {
  chat: SMALL.chat.path,
  responses: SMALL.responses.path,
  messages: SMALL.messages.path,
  gemini: `${SMALL.gemini.path.replace(':generate', ':streamGenerate')}?alt=sse`,
};
const WIRES = Object.keys(SMALL) as (keyof typeof SMALL)[];

type Kit = Awaited<ReturnType<typeof buildWires>>;

/** A gateway whose users have a limit that one answer does not reach, and notices on. */
async function chatting(t: Parameters<typeof buildWires>[0], notices: object = { inChat: true }): Promise<Kit> {
  const users = [
    { email: ANA, plan: 'enterprise', monthlyLimit: 1_000_000 },
    { email: BOB, plan: 'enterprise', monthlyLimit: 1_000_000 },
  ];
  const kit = await buildWires(t, { config: { users, publicUrl: 'http://127.0.0.1:5000', notices } });
  const { db } = kit.context;
  await db.update(db.tables.users).set({ locale: 'pt-BR' }).where(eq(db.tables.users.email, BOB));
  return kit;
}

/** Sets the share that a user has used, and forgets what it was told. */
async function spendTo(kit: Kit, email: string, percent: number): Promise<void> {
  const { db, events } = kit.context;
  const { users, userPeriods } = db.tables;
  const [user] = (await db.select().from(users)).filter((one) => one.email === email);
  await db.update(userPeriods).set({ usedMonthly: percent * 10_000, toldShare: 0 });
  await events.emit({ kind: 'user_changed', userId: user?.id ?? '' });
}

const request = (wire: keyof typeof SMALL, stream: boolean) => ({
  path: stream ? STREAMED[wire] : SMALL[wire].path,
  body: stream && wire !== 'gemini' ? { ...SMALL[wire].body, stream: true } : SMALL[wire].body,
});

test('the answer that crosses a threshold ends with one line, whatever the wire, and none of the others does', async (t) => {
  const kit = await chatting(t);
  kit.upstream.script({ text: TEXT });
  for (const [email, line] of [
    [ANA, NOTICE],
    [BOB, AVISO],
  ] as const) {
    for (const wire of WIRES) {
      for (const stream of [false, true]) {
        const { path, body } = request(wire, stream);
        const ask = () => kit.ask(body, { path, headers: { 'x-user-email': email } });
        const where = `${wire} ${stream ? 'streamed' : 'whole'}`;
        await ask();
        await spendTo(kit, email, 10);
        const before = await ask();
        assert.doesNotMatch(before.text, line, `${where}: nothing is crossed`);
        await spendTo(kit, email, 80);
        const crossing = await ask();
        assert.equal(line.exec(crossing.text)?.[1], '80', `${where}: ${crossing.text}`);
        assert.doesNotMatch((await ask()).text, line, `${where}: once`);
        await kit.context.db.update(kit.context.db.tables.userPeriods).set({ usedMonthly: 960_000 });
        assert.equal(line.exec((await ask()).text)?.[1], '96', `${where}: the next threshold`);
      }
    }
  }
  const records = await kit.settled();
  const chats = records.filter(({ endpoint }) => endpoint === '/v1/chat/completions');
  assert.equal(new Set(chats.map(({ totalTokens }) => totalTokens)).size, 1, 'the line costs nothing');
});

test('the line stands before the stop, where every client puts it behind the text', async (t) => {
  const kit = await chatting(t);
  kit.upstream.script({ text: TEXT });
  for (const wire of WIRES) {
    const { path, body } = request(wire, true);
    await kit.ask(body, { path });
    await spendTo(kit, ANA, 80);
    const { text } = await kit.ask(body, { path });
    const data = text
      .split('\n')
      .filter((line) => line.startsWith('data: ') && !line.includes('[DONE]'))
      .map((line) => JSON.parse(line.slice(6)));
    const said = data.map((event) => saidBy(wire, event)).join('');
    assert.ok(said.startsWith(TEXT) && NOTICE.test(said.slice(TEXT.length)), `${wire}: ${said}`);
    if (wire === 'responses') {
      const numbers = data.map(({ sequence_number: number }) => number);
      assert.deepEqual(numbers, [...numbers.keys()], 'and the events are numbered through');
      assert.match(JSON.stringify(data.at(-1)), NOTICE, 'and the whole response says it, too');
    }
  }
});

// biome-ignore lint/suspicious/noExplicitAny: events of every wire
function saidBy(wire: keyof typeof SMALL, event: any): string {
  switch (wire) {
    case 'chat':
      return event.choices[0]?.delta?.content ?? '';
    case 'responses':
      return event.type === 'response.output_text.delta' ? event.delta : '';
    case 'messages':
      return event.delta?.text ?? '';
    default:
      return event.candidates?.[0]?.content?.parts?.map((part: { text?: string }) => part.text ?? '').join('') ?? '';
  }
}

test('no line is put into calls of tools, JSON, titles, cut answers, scripts and unlimited use', async (t) => {
  const kit = await chatting(t);
  const quiet = async (what: string, knobs: object, extra: object = {}, headers: Record<string, string> = {}) => {
    for (const stream of [false, true]) {
      await kit.ask(SMALL.chat.body);
      await spendTo(kit, ANA, 80);
      kit.upstream.next(knobs);
      const { text, status } = await kit.ask({ ...SMALL.chat.body, stream, ...extra }, { headers });
      assert.equal(status, 200, text);
      assert.doesNotMatch(text, /You have used/, what);
    }
  };
  const call = { name: 'search', arguments: '{"query":"x"}' };
  await quiet('a call', { text: '', toolCalls: [call] });
  await quiet('a call behind text', { text: TEXT, toolCalls: [call] });
  await quiet('JSON that was asked for', { text: TEXT }, { response_format: { type: 'json_object' } });
  await quiet('JSON that was not', { text: '{"a":1}' });
  await quiet('a cut answer', { text: TEXT, finishReason: 'length' });
  const title = 'Provide a concise, 5-word-or-less title for the conversation.';
  await quiet('a title', { text: 'A title' }, { messages: [{ role: 'user', content: title }], stream: false });
  const userId = (await kit.context.db.select().from(kit.context.db.tables.users)).find(
    ({ email }) => email === ANA,
  )?.id;
  const made = await kit.api('/api/admin/keys', { body: { kind: 'personal', name: 'script', userId } });
  await quiet('a script', { text: TEXT }, {}, { authorization: `Bearer ${made.body.secret}` });
  const told = await kit.ask(SMALL.chat.body);
  assert.match(told.text, NOTICE, 'and the next answer that can say it does');
  await spendTo(kit, ANA, 80);
  await kit.api(`/api/admin/users/${userId}`, { method: 'PUT', body: { monthlyLimit: null, reason: 'test' } });
  assert.doesNotMatch((await kit.ask(SMALL.chat.body)).text, NOTICE);
});

test('while notices are off, no answer speaks of them', async (t) => {
  const kit = await chatting(t, {});
  kit.upstream.script({ text: TEXT });
  for (const wire of WIRES) {
    for (const stream of [false, true]) {
      const { path, body } = request(wire, stream);
      await kit.ask(body, { path });
      await spendTo(kit, ANA, 80);
      assert.doesNotMatch((await kit.ask(body, { path })).text, /You have used/);
    }
  }
});

test('two answers that cross a threshold at once tell of it once', async (t) => {
  const kit = await chatting(t);
  kit.upstream.script({ text: TEXT });
  await kit.ask(SMALL.chat.body);
  await spendTo(kit, ANA, 80);
  const answers = await Promise.all(Array.from({ length: 4 }, () => kit.ask({ ...SMALL.chat.body, stream: true })));
  assert.equal(answers.filter(({ text }) => NOTICE.test(text)).length, 1);
});
