import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from '../../gateway/ops/metrics.ts';
import { build } from '../support/build.ts';

const NOBODY = { byStatus: {}, averageTokens: 0 };

/** The value of one line of the text. */
function seriesValue(text: string, series: string): number | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

test('what the proxy tells is what a scrape shows', async () => {
  const metrics = createMetrics();
  metrics.opened();
  metrics.opened();
  metrics.closed();
  metrics.requestSettled({ outcome: 'ok', durationMs: 400, firstByteMs: 30, chargedTokens: 120 });
  metrics.requestSettled({ outcome: 'ok', durationMs: 4_000, firstByteMs: null, chargedTokens: 0 });
  metrics.requestSettled({ outcome: 'client_aborted', durationMs: 1, firstByteMs: 1, chargedTokens: 3 });
  metrics.requestRefused('insufficient_quota');
  const text = await metrics.render(NOBODY, []);
  assert.equal(seriesValue(text, 'ia_solaris_open_requests'), 1);
  assert.equal(seriesValue(text, 'ia_solaris_requests_total{outcome="ok"}'), 2);
  assert.equal(seriesValue(text, 'ia_solaris_requests_total{outcome="client_aborted"}'), 1);
  assert.equal(seriesValue(text, 'ia_solaris_tokens_used_total'), 123);
  assert.equal(seriesValue(text, 'ia_solaris_refusals_total{code="insufficient_quota"}'), 1);
  assert.equal(seriesValue(text, 'ia_solaris_request_duration_seconds_count'), 3);
  assert.equal(seriesValue(text, 'ia_solaris_request_duration_seconds_bucket{le="0.5"}'), 2);
  assert.equal(seriesValue(text, 'ia_solaris_first_byte_seconds_count'), 2, 'no first byte, no time to it');
  assert.ok((seriesValue(text, 'process_resident_memory_bytes') ?? 0) > 0);
});

test('two gateways in one process count apart', async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.requestRefused('rate_limited');
  assert.equal(
    seriesValue(await other.render(NOBODY, []), 'ia_solaris_refusals_total{code="rate_limited"}'),
    undefined,
  );
});

test('users are counted by status, and their mean is of this period and without the deleted', async (t) => {
  const { api, context } = await build(t);
  const { db, clock } = context;
  const { users, userPeriods } = db.tables;
  const at = clock.now();
  const ids = ['usr_1', 'usr_2', 'usr_3', 'usr_4'];
  await db.insert(users).values(
    ids.map((id, index) => ({
      id,
      email: `${id}@example.com`,
      status: (['active', 'active', 'suspended', 'deleted'] as const)[index] ?? 'active',
      planId: 'basic',
      createdAt: at,
      updatedAt: at,
    })),
  );
  const period = context.calendar().period(at).id;
  await db.insert(userPeriods).values([
    { userId: 'usr_1', period, usedMonthly: 100, usedCredits: 20 },
    { userId: 'usr_1', period: '2020-01', usedMonthly: 5_000 },
    { userId: 'usr_2', period, usedMonthly: 60 },
    { userId: 'usr_4', period, usedMonthly: 1_000_000 },
  ]);
  const { body, headers } = await api('/metrics');
  assert.match(headers.get('content-type') ?? '', /^text\/plain/);
  assert.equal(seriesValue(body, 'ia_solaris_users_total{status="active"}'), 2);
  assert.equal(seriesValue(body, 'ia_solaris_users_total{status="suspended"}'), 1);
  assert.equal(seriesValue(body, 'ia_solaris_users_total{status="deleted"}'), 1);
  assert.equal(seriesValue(body, 'ia_solaris_tokens_average_per_user'), 60);
  await db.update(users).set({ status: 'active' });
  const again = await api('/metrics');
  assert.equal(seriesValue(again.body, 'ia_solaris_users_total{status="suspended"}'), undefined, 'no status lingers');
  assert.doesNotMatch(again.body, /example\.com|usr_/, 'no person in the figures');
});
