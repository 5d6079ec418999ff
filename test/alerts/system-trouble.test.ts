/** What administrators and users hear of the gateway's own trouble. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportInterrupted, tellInterrupted } from '../../gateway/alerts/interruptions.ts';
import { endTrouble, raiseTrouble } from '../../gateway/alerts/system-trouble.ts';
import { createTroubleWatch } from '../../gateway/alerts/trouble-watch.ts';
import { recoverHolds } from '../../gateway/ops/recover-holds.ts';
import { openHold } from '../accounts/account-kit.ts';
import { alertOffice } from './alert-kit.ts';

const ANA = 'ana@example.com';
const ROOT = 'root@example.com';
const OPERATORS = [
  { email: ROOT, password: 'correct horse battery', role: 'admin' },
  { email: 'viewer@example.com', password: 'correct horse battery', role: 'viewer' },
];

test('trouble is told of once while it lasts, its end once, to administrators only', async (t) => {
  const { context, mails, smtp, api } = await alertOffice(t, { config: { operators: OPERATORS } });
  const trouble = { check: 'upstream', subject: 'a', detail: 'OpenAI: unreachable' };
  await endTrouble(context, trouble);
  await raiseTrouble(context, trouble);
  await raiseTrouble(context, trouble);
  assert.deepEqual(await mails(ROOT), ['Trouble: An upstream cannot be reached']);
  const open = await api('/api/admin/alerts?kind=system');
  assert.equal(open.body.items.length, 1);
  await api(`/api/admin/alerts/${open.body.items[0].id}/resolve`, { body: {} });
  await raiseTrouble(context, trouble);
  assert.equal((await mails(ROOT)).length, 1, 'what somebody resolved by hand is not raised again while it lasts');
  await endTrouble(context, trouble);
  await endTrouble(context, trouble);
  assert.equal((await mails(ROOT)).length, 2);
  await raiseTrouble(context, trouble);
  assert.equal((await mails(ROOT)).length, 3, 'the next time is another one');
  assert.ok(smtp.received.every(({ to }) => to !== 'viewer@example.com'));
});

test('an upstream that rests for minutes is trouble, one that answers again is not', async (t) => {
  const upstream = { id: 'mock', kind: 'openai', baseUrl: 'http://127.0.0.1:9', apiKey: 'sk-none', models: ['*'] };
  const { context, mails, clock } = await alertOffice(t, { config: { operators: OPERATORS, upstreams: [upstream] } });
  const { upstreamHealth: health } = context;
  const watch = createTroubleWatch(context);
  t.after(watch.stop);
  const down = () => health.checked(upstream.id, { kind: 'unreachable', statusCode: null, waitMs: 3_600_000 });
  for (let at = 0; at < 5; at++) down();
  await watch.look();
  assert.deepEqual(await mails(ROOT), [], 'a short rest is nobody’s business');
  clock.advance(6 * 60_000);
  down();
  await watch.look();
  assert.deepEqual(await mails(ROOT), ['Trouble: An upstream cannot be reached']);
  health.completed(upstream.id, 'gpt-4o-mini');
  await watch.look();
  assert.equal((await mails(ROOT)).length, 2);
});

test('requests of a gateway that died are listed with what they may have cost, and their users told once', async (t) => {
  const { context, person, mails, api, clock } = await alertOffice(t, { config: { operators: OPERATORS } });
  const ana = await person(ANA);
  const ids = [
    await openHold(context, { userId: ana, tokens: 100 }),
    await openHold(context, { userId: ana, tokens: 50 }),
  ];
  const recover = async () => {
    await reportInterrupted(context, await recoverHolds(context, 'all'));
    await tellInterrupted(context);
  };
  await recover();
  await recover();
  assert.equal((await mails(ROOT)).length, 1);
  const [alert] = (await api('/api/admin/alerts?kind=system')).body.items;
  assert.deepEqual(
    [alert.details.check, alert.details.requests, alert.details.reservedTokens],
    ['interrupted', 2, 150],
  );
  assert.deepEqual(alert.details.ids.toSorted(), ids.toSorted());
  const listed = (await api('/api/admin/usage?outcome=interrupted')).body.items;
  assert.deepEqual(listed.map(({ id }: { id: string }) => id).toSorted(), ids.toSorted());
  assert.equal((await mails(ANA)).length, 1, 'one mail for both');
  clock.advance(60_000);
  await openHold(context, { userId: ana, tokens: 10 });
  await recover();
  assert.equal((await mails(ANA)).length, 2, 'and one for the next time');
});
