/** Upstreams are looked after beside all requests: who rests comes back, and who is gone is known before a user finds out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createUpstreamDirectory } from '../../gateway/proxy/upstream-directory.ts';
import { createAgents } from '../../gateway/upstreams/agents.ts';
import { watchUpstreams } from '../../gateway/upstreams/watch-upstreams.ts';
import { testClock } from '../support/clock.ts';
import { closedPort, type MockUpstream, startMockUpstream } from '../support/mock-upstream/index.ts';
import { buildProxy } from '../support/proxy-kit.ts';

const looks = (upstream: MockUpstream) => upstream.calls.filter(({ path }) => path === '/v1/models').length;

test('whoever rests is looked at, and tried again as soon as it seems to work', async (t) => {
  const clock = testClock();
  const kit = await buildProxy(t, { clock });
  const { context } = kit;
  const agents = createAgents();
  t.after(() => agents.close());
  const upstreams = createUpstreamDirectory(context, () => Promise.reject(new Error('no demo here')));
  const watch = watchUpstreams(context, upstreams.all, agents);
  t.after(() => watch.stop());

  await watch.look();
  assert.equal(looks(kit.upstream), 0, 'the only upstream is not asked while it is well');
  kit.upstream.script({ refuse: { status: 401 } });
  assert.equal((await kit.ask()).status, 502);
  assert.equal(context.upstreamHealth.report('mock').state, 'open');
  await watch.look();
  assert.equal(context.upstreamHealth.report('mock').state, 'open', 'it still refuses');
  kit.upstream.script({});
  await watch.look();
  assert.equal(context.upstreamHealth.report('mock').state, 'half_open');
  assert.equal((await kit.ask()).status, 200);
  assert.equal(context.upstreamHealth.report('mock').state, 'closed');
  assert.equal(looks(kit.upstream), 2);
});

test('where one can stand in for another, the silent ones are looked at too', async (t) => {
  const clock = testClock();
  const second = await startMockUpstream(t);
  const upstreams = [
    { id: 'gone', kind: 'openai', baseUrl: await closedPort() },
    { id: 'second', kind: 'openai', baseUrl: second.baseUrl },
  ];
  const kit = await buildProxy(t, { clock, config: { upstreams } });
  const { context } = kit;
  const agents = createAgents();
  t.after(() => agents.close());
  const directory = createUpstreamDirectory(context, () => Promise.reject(new Error('no demo here')));
  const watch = watchUpstreams(context, directory.all, agents);
  t.after(() => watch.stop());

  for (let round = 0; round < 3; round++) await watch.look();
  const { state, lastFailure } = context.upstreamHealth.report('gone');
  assert.deepEqual([state, lastFailure?.kind], ['open', 'unreachable']);
  assert.equal(looks(second), 3);
  assert.equal((await kit.ask()).status, 200);
  assert.equal(context.upstreamHealth.report('gone').failures, 3, 'no request had to find out');
  await watch.look();
  assert.equal(looks(second), 3, 'whoever just answered is not asked');
  clock.advance(3_600_000);
  await watch.look();
  assert.equal(looks(second), 4);
});
