/** Maintenance refuses metered requests in words of the client's own format, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGate, words } from '../support/mock-upstream/index.ts';
import { buildProxy, chat } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';

test('maintenance answers 503 with its message, in the shape of the wire, and the API stays', async (t) => {
  const kit = await buildProxy(t, { config: { maintenance: { on: true, message: 'Back at noon.' } } });
  const answer = await kit.ask();
  assert.equal(answer.status, 503);
  assert.equal(answer.headers['retry-after'], '60');
  const error = errorIn(answer);
  assert.deepEqual([error.code, error.message], ['maintenance', 'Back at noon.']);
  const anthropic = await kit.ask(
    { model: 'claude-x', max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }] },
    { path: '/v1/messages' },
  );
  assert.equal(anthropic.status, 503);
  assert.equal(JSON.parse(anthropic.text).type, 'error');
  assert.equal(kit.upstream.calls.length, 0);
  const unknown = await kit.ask(chat(), { headers: { authorization: 'Bearer sk-unknown' } });
  assert.equal(unknown.status, 401, 'strangers hear nothing of it');
  assert.equal((await kit.api('/api/admin/users')).status, 200);
  assert.equal((await kit.api('/health')).status, 200);
});

test('maintenance begins and ends without a restart, and lets open answers end', async (t) => {
  const gate = createGate();
  const kit = await buildProxy(t, { config: { locale: 'pt-BR' }, upstream: { text: words(20), chunks: 4 } });
  kit.upstream.next({ wait: { headers: gate } });
  const open = kit.send(chat({ stream: true }));
  await gate.reached;
  await kit.set({ 'maintenance.on': true });
  const refused = await kit.ask();
  assert.equal(refused.status, 503);
  assert.match(errorIn(refused).message, /^O gateway está em manutenção/);
  gate.open();
  const whole = await open.over;
  assert.equal(whole.status, 200);
  assert.match(whole.text, /\[DONE\]/);
  await kit.set({ 'maintenance.on': false });
  assert.equal((await kit.ask()).status, 200);
  await kit.balanced({ records: 2 });
});
