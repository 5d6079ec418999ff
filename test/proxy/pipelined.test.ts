/** Two requests sent at once on one connection: the second answer waits for the first, and its unhappy ends are ends too. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { createGate, type Knobs } from '../support/mock-upstream/index.ts';
import { ANA, buildProxy, CHAT, chat, type ProxyKit } from '../support/proxy-kit.ts';
import { speak } from '../support/wire.ts';

const BIA = 'bia@example.com';
const text = ['alpha ', 'beta ', 'gamma ', 'delta'];

function request({ serviceKey }: ProxyKit, email: string): string {
  const body = JSON.stringify(chat({ stream: true, user: email }));
  return [
    `POST ${CHAT} HTTP/1.1`,
    'host: x',
    `authorization: Bearer ${serviceKey}`,
    `x-user-email: ${email}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

/** What the two get of the upstream, whichever arrives there first. */
function answers({ upstream }: ProxyKit, first: Knobs, second: Knobs): void {
  upstream.when(({ bytes }) => bytes.includes(ANA), first);
  upstream.when(({ bytes }) => bytes.includes(BIA), second);
}

function heads(said: string): number {
  return said.split('HTTP/1.1 200 OK').length - 1;
}

/** Resolves when so many requests are settled. */
async function untilSettled({ context }: ProxyKit, count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let settled = 0;
  context.events.onAny(({ kind }) => {
    if (kind === 'request_settled' && ++settled === count) resolve();
  });
  await promise;
}

test('a stream that breaks while it waits behind another ends the connection when its turn comes', async (t) => {
  const kit = await buildProxy(t, { upstream: { text } });
  const gate = createGate();
  const second = { fault: { at: 'chunk:2', how: 'reset' }, wait: { 'chunk:2': createGate() } } as const;
  answers(kit, { wait: { 'chunk:1': gate } }, second);
  const broken = untilSettled(kit, 1);
  const both = speak(kit.url, { say: request(kit, ANA) + request(kit, BIA), until: () => false });
  await second.wait['chunk:2'].reached;
  second.wait['chunk:2'].open();
  await broken;
  gate.open();
  const said = await both;
  assert.equal(heads(said), 2);
  const [, first = '', last = ''] = said.split('HTTP/1.1 200 OK');
  assert.match(first, /\[DONE]\n\n\r\n0\r\n\r\n$/, 'the first is whole');
  assert.match(last, /alpha[\s\S]*beta/, 'what was charged is delivered');
  assert.ok(!last.endsWith('0\r\n\r\n'), 'and shown not to be all');
  const records = await kit.balanced({ records: 2, lost: 0 });
  assert.deepEqual(records.map(({ outcome }) => outcome).sort(), ['ok', 'upstream_broke']);
});

test('who leaves pays of an answer that waited behind another no more than the prompt', async (t) => {
  const kit = await buildProxy(t, { upstream: { text } });
  const gates = { first: createGate(), last: createGate(), second: createGate() };
  const first = { 'chunk:1': gates.first, 'chunk:2': gates.last };
  answers(kit, { wait: first }, { wait: { 'chunk:3': gates.second } });
  const socket = net.connect(Number(new URL(kit.url).port), '127.0.0.1');
  let said = '';
  const heard = async (what: string) => {
    while (!said.includes(what)) said += (await once(socket, 'data'))[0].toString('latin1');
  };
  socket.write(request(kit, ANA) + request(kit, BIA));
  await heard('alpha');
  await gates.second.reached;
  // What the first says now arrives behind what the second has said before.
  gates.first.open();
  await heard('beta');
  socket.destroy();
  const records = await kit.balanced({ records: 2 });
  const [begun, queued] = records.sort((a, b) => b.completionTokens - a.completionTokens);
  assert.ok((begun?.completionTokens ?? 0) > 0);
  assert.deepEqual([begun?.outcome, queued?.outcome], ['client_aborted', 'client_aborted']);
  assert.deepEqual([queued?.promptTokens, queued?.completionTokens], [begun?.promptTokens, 0]);
});

test('an answer that the gateway ends while it waits behind another ends the connection when its turn comes', async (t) => {
  const kit = await buildProxy(t, { upstream: { text } });
  const gates = { first: createGate(), second: createGate() };
  answers(kit, { wait: { 'chunk:1': gates.first } }, { wait: { headers: gates.second } });
  const both = speak(kit.url, { say: request(kit, ANA) + request(kit, BIA), until: () => false });
  await gates.second.reached;
  const { db } = kit.context;
  const bia = (await db.select().from(db.tables.users)).find(({ email }) => email === BIA);
  const { status } = await kit.api(`/api/admin/users/${bia?.id}`, { method: 'DELETE', body: { reason: 'left' } });
  assert.ok(status < 300, `${status}`);
  gates.first.open();
  const said = await both;
  assert.equal(heads(said), 1);
  assert.match(said, /\[DONE]\n\n\r\n0\r\n\r\n$/);
});
