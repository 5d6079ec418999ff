/**
 * Every wire, as JSON and as a stream, whatever becomes of its usage and its bytes: the charge is what the upstream
 * served, else the tokenizer's count of what was delivered, and what is delivered is what was sent.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UPSTREAM_KEY, type UsageRecord } from '../support/clients-gateway.ts';
import { type ConformanceRow, PROMPT, ROWS } from '../support/conformance-rows.ts';
import { createGate, type Knobs, type RecordedCall, words } from '../support/mock-upstream/index.ts';
import { loadTokenCounters } from '../support/mock-upstream/token-count.ts';
import type { ProxyKit } from '../support/proxy-kit.ts';
import type { WireAnswer } from '../support/wire.ts';
import { buildWires } from '../support/wires-kit.ts';

const PIECES = [words(20), words(30), words(25), words(25)];
const TEXT = PIECES.join('');
const KNOBS: Knobs = { text: PIECES, usage: 'asked' };
const counter = (await loadTokenCounters())('gpt-4o-mini');

interface Outcome {
  readonly answer: WireAnswer;
  readonly call: RecordedCall;
  readonly record: UsageRecord;
}

/** Sends one request of the row and waits until it is settled. */
async function serve(kit: ProxyKit, row: ConformanceRow, streamed: boolean, knobs: Knobs): Promise<Outcome> {
  kit.upstream.next(knobs);
  const answer = await ask(kit, row, streamed).over;
  return settled(kit, answer);
}

function ask(kit: ProxyKit, row: ConformanceRow, streamed: boolean) {
  return kit.send(row.body(streamed), {
    path: row.path(streamed),
    headers: row.headers?.(kit.serviceKey) ?? {},
  });
}

async function settled(kit: ProxyKit, answer: WireAnswer): Promise<Outcome> {
  const record = (await kit.settled()).at(-1);
  const call = kit.upstream.calls.at(-1);
  assert.ok(record && call);
  return { answer, call, record };
}

function sentBytes(call: RecordedCall): Buffer {
  return Buffer.concat(call.pieces);
}

function assertSame({ answer, call }: Outcome): void {
  assert.equal(answer.status, 200, answer.text);
  assert.ok(answer.bytes.equals(sentBytes(call)), `${answer.text}\n≠\n${sentBytes(call)}`);
}

function assertReported({ call, record }: Outcome, zero = false): void {
  const honest = call.counted();
  assert.equal(honest.completionTokens, zero ? honest.completionTokens : 100);
  assert.deepEqual(
    [record.promptTokens, record.completionTokens, record.chargedTokens, record.absorbedTokens],
    zero ? [0, 0, 0, 0] : [honest.promptTokens, honest.completionTokens, honest.totalTokens, 0],
  );
  assert.deepEqual([record.usageSource, record.outcome], ['reported', 'ok']);
}

/** Within a hundredth of what the tokenizer says of the prompt and of the delivered text. */
function assertCounted({ record }: Outcome, delivered: string, source: string): void {
  const expected = [counter.text(PROMPT), counter.text(delivered)] as const;
  assert.equal(record.usageSource, source);
  assert.ok(Math.abs(record.promptTokens - expected[0]) <= expected[0] / 100, `prompt ${record.promptTokens}`);
  assert.ok(Math.abs(record.completionTokens - expected[1]) <= expected[1] / 100, `text ${record.completionTokens}`);
  assert.equal(record.chargedTokens, record.promptTokens + record.completionTokens);
  assert.equal(record.absorbedTokens, 0);
}

for (const row of ROWS) {
  for (const mode of row.modes) {
    const streamed = mode === 'stream';
    test(`${row.name}, ${mode}: charged is what was served, delivered is what was sent`, async (t) => {
      const kit = await buildWires(t, { upstream: KNOBS });

      await t.test('usage present', async () => {
        const outcome = await serve(kit, row, streamed, { cachedTokens: 500, reasoning: words(10), text: words(90) });
        assertSame(outcome);
        assertReported(outcome);
        assert.deepEqual([outcome.record.cachedTokens, outcome.record.endpoint], [500, row.endpoint]);
        assert.equal(outcome.record.streamed, streamed);
        const { call } = outcome;
        assert.equal(call.path, row.upstreamPath(streamed));
        assert.ok(String(call.headers[row.keyHeader]).endsWith(UPSTREAM_KEY));
        assert.ok(!JSON.stringify([call.headers, call.query]).includes(kit.serviceKey));
      });
      await t.test('usage missing', async () => {
        const outcome = await serve(kit, row, streamed, { usage: 'missing' });
        assertSame(outcome);
        assertCounted(outcome, TEXT, 'tokenizer');
        assert.equal(outcome.record.outcome, 'ok');
      });
      await t.test('usage zero', async () => {
        const outcome = await serve(kit, row, streamed, { figures: 'zero' });
        assertSame(outcome);
        assertReported(outcome, true);
      });
      await t.test('broken in the middle', async () => {
        const outcome = await serve(kit, row, streamed, {
          fault: { at: streamed ? 'chunk:2' : 'inside:0', how: 'reset' },
        });
        if (streamed) {
          assert.equal(await outcome.answer.end, 'cut');
          const sent = sentBytes(outcome.call);
          assert.ok(sent.subarray(0, outcome.answer.bytes.length).equals(outcome.answer.bytes));
          assertCounted(outcome, PIECES.slice(0, 2).join(''), 'partial');
          assert.equal(outcome.record.outcome, 'upstream_broke');
        } else {
          assert.equal(outcome.answer.status, 502);
          assert.deepEqual([outcome.record.chargedTokens, outcome.record.outcome], [0, 'upstream_broke']);
        }
      });
      await t.test('client aborts', async () => {
        const gate = createGate();
        kit.upstream.next({ wait: { [streamed ? 'chunk:2' : 'headers']: gate } });
        const call = ask(kit, row, streamed);
        await gate.reached;
        if (streamed) await (await call.started).has(`${PIECES[1]}"`);
        call.leave();
        const [record] = (await kit.settled()).slice(-1);
        await kit.upstream.calls.at(-1)?.over;
        assert.ok(record);
        assertCounted({ record } as Outcome, streamed ? PIECES.slice(0, 2).join('') : '', 'partial');
        assert.equal(record.outcome, 'client_aborted');
        assert.equal(kit.upstream.calls.at(-1)?.state, 'aborted');
      });
      await t.test('gzip', async () => {
        const outcome = await serve(kit, row, streamed, { encoding: 'gzip' });
        assertSame(outcome);
        assertReported(outcome);
      });
      await t.test('split at every byte', async () => {
        const outcome = await serve(kit, row, streamed, { writes: 'byte' });
        assertSame(outcome);
        assertReported(outcome);
      });
      await t.test('gzip, split at every byte', async () => {
        const outcome = await serve(kit, row, streamed, { encoding: 'gzip', writes: 'byte' });
        assertSame(outcome);
        assertReported(outcome);
      });
    });
  }
}
