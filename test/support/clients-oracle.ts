/** What must hold between what the gateway recorded and what the mock upstream served. */
import assert from 'node:assert/strict';
import type { UsageRecord } from './clients-gateway.ts';
import type { RecordedCall, Served } from './mock-upstream/index.ts';

/** Everything that the gateway may tell an upstream in headers. */
const ALLOWED_HEADERS = new Set([
  'accept',
  'accept-language',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'host',
  'openai-beta',
  'traceparent',
  'tracestate',
  'user-agent',
]);

/** Every served completion has one record with the same figures, and nothing else was charged. In any order. */
export function assertRecordsMatch(records: readonly UsageRecord[], served: readonly Served[]): void {
  const figures = (row: Omit<Served, 'call' | 'reported'>) => [
    row.promptTokens,
    row.completionTokens,
    row.cachedTokens,
    row.reasoningTokens,
    row.totalTokens,
  ];
  const sorted = (rows: number[][]) => rows.map((row) => row.join(' ')).sort();
  const final = records.filter(({ outcome }) => outcome !== 'upstream_error');
  assert.deepEqual(sorted(final.map(figures)), sorted(served.map(figures)), 'records = served');
  for (const record of final) {
    assert.equal(record.outcome, 'ok');
    assert.equal(record.usageSource, 'reported');
    assert.equal(record.chargedTokens + record.absorbedTokens, record.totalTokens);
    assert.equal(record.absorbedTokens, 0);
  }
}

/** The client's identity, cookies, keys and addresses stay behind. */
export function assertOnlyAllowedHeaders(call: RecordedCall): void {
  const extra = Object.keys(call.headers).filter((name) => !ALLOWED_HEADERS.has(name));
  assert.deepEqual(extra, []);
}
