/** Connections to upstreams that ended while they were idle: nobody hears of it, and nothing is asked twice for money. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { testClock } from '../support/clock.ts';
import { createGate, type Knobs } from '../support/mock-upstream/index.ts';
import { buildProxy, chat, type ProxyKit } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';

/** A gateway that keeps one connection to its upstream, on which a request was answered. */
async function kept(t: TestContext, clock = testClock()): Promise<ProxyKit> {
  const kit = await buildProxy(t, { clock });
  assert.equal((await kit.ask()).status, 200);
  assert.equal(kit.upstream.openConnections, 1);
  return kit;
}

type Fault = NonNullable<Knobs['fault']>;

const ends = (how: Fault['how'], at: Fault['at'] = 'headers') => ({ fault: { at, how } });

test('a request that meets the end of a kept connection is asked again on a new one, and paid once', async (t) => {
  for (const how of ['reset', 'close'] as const) {
    for (const stream of [false, true]) {
      const kit = await kept(t);
      kit.upstream.next(ends(how));
      const answer = await kit.ask(chat({ stream }));
      assert.equal(answer.status, 200, `${how}: ${answer.text}`);
      assert.equal(kit.upstream.calls.length, 3);
      assert.deepEqual(kit.upstream.calls[2]?.bytes, kit.upstream.calls[1]?.bytes);
      // Another kept one may have ended as well.
      const connections = kit.upstream.calls.map(({ headers }) => headers.connection);
      assert.deepEqual(connections, ['keep-alive', 'keep-alive', 'close']);
      await kit.balanced({ records: 2 });
      assert.equal(kit.context.upstreamHealth.report('mock').failures, 0, 'the upstream is not at fault');
    }
  }
});

test('a new connection that ends is a failure, also of the second attempt', async (t) => {
  const kit = await kept(t);
  kit.upstream.next(ends('reset'), ends('reset'));
  const answer = await kit.ask();
  assert.deepEqual([answer.status, errorIn(answer).code], [502, 'upstream_broke']);
  assert.equal(kit.upstream.calls.length, 3);
  kit.upstream.next(ends('close'));
  assert.equal((await kit.ask()).status, 502);
  assert.equal(kit.upstream.calls.length, 4);
  await kit.balanced({ records: 3 });
});

test('an upstream that may have worked on the request is not asked the same again', async (t) => {
  const clock = testClock();
  const kit = await kept(t, clock);
  const gate = createGate();
  kit.upstream.next({ ...ends('reset'), wait: { headers: gate } });
  const call = kit.send();
  await gate.reached;
  clock.advance(1_001);
  gate.open();
  assert.equal((await call.over).status, 502, 'it took its time');
  assert.equal(kit.upstream.calls.length, 2);
  assert.equal((await kit.ask()).status, 200);
  kit.upstream.next(ends('reset', 'first-byte'));
  assert.equal((await kit.ask()).status, 502, 'it had begun to answer');
  assert.equal(kit.upstream.calls.length, 4);
});
