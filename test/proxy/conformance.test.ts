/**
 * Every wire, as JSON and as a stream, whatever becomes of its usage and its bytes: the charge is what the upstream
 * served, else the tokenizer's count or the price of what was delivered, and what is delivered is what was sent.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DIALECTS } from '../../gateway/proxy/dialects/index.ts';
import { UPSTREAM_KEY, type UsageRecord } from '../support/clients-gateway.ts';
import { CONVERSATION_ROWS } from '../support/conformance/conversations.ts';
import { PIECE_ROWS } from '../support/conformance/pieces.ts';
import { type BrokenCell, type Cell, isForm, type LeftCell, type Row } from '../support/conformance/row.ts';
import { createGate, type Knobs, type RecordedCall } from '../support/mock-upstream/index.ts';
import type { ProxyKit } from '../support/proxy-kit.ts';
import type { WireAnswer } from '../support/wire.ts';
import { buildWires } from '../support/wires-kit.ts';

const ROWS = [...CONVERSATION_ROWS, ...PIECE_ROWS];
/** Wires that have but one of the two. */
const ONE_MODE: Readonly<Record<string, Row['mode']>> = {
  embeddings: 'json',
  moderations: 'json',
  'count-tokens': 'json',
  'images-variations': 'json',
  translations: 'json',
  // Sound is no JSON: it comes as bytes or as events.
  speech: 'stream',
};
/** Ways in which the same answer may arrive. */
const CODINGS: Readonly<Record<string, Knobs>> = {
  gzip: { encoding: 'gzip' },
  'split at every byte': { writes: 'byte' },
  'gzip, split at every byte': { encoding: 'gzip', writes: 'byte' },
};

interface Outcome {
  readonly answer: WireAnswer;
  readonly call: RecordedCall;
  readonly record: UsageRecord;
}

function ask(kit: ProxyKit, row: Row) {
  const { type, body } = isForm(row.body) ? row.body : { type: 'application/json', body: row.body };
  const headers = { 'content-type': type, ...row.headers?.(kit.serviceKey) };
  return kit.send(body, { path: row.path, headers });
}

/** Sends one request of the row and waits until it is settled. */
async function serve(kit: ProxyKit, row: Row, knobs: Knobs): Promise<Outcome> {
  kit.upstream.next(knobs);
  return outcomeOf(kit, await ask(kit, row).over);
}

async function outcomeOf(kit: ProxyKit, answer: WireAnswer): Promise<Outcome> {
  const record = (await kit.settled()).at(-1);
  const call = lastCall(kit);
  assert.ok(record && call, answer.text);
  return { answer, call, record };
}

function lastCall({ upstream }: ProxyKit): RecordedCall | undefined {
  return upstream.calls.findLast(({ method }) => method === 'POST');
}

function assertCharged({ call, record }: Pick<Outcome, 'call' | 'record'>, cell: Cell, outcome: string): void {
  const { figures, tolerance = 0, cachedTokens = 0, source } = cell;
  const [prompt, completion] = typeof figures === 'function' ? figures(call) : figures;
  for (const [is, wanted] of [
    [record.promptTokens, prompt],
    [record.completionTokens, completion],
  ] as const) {
    assert.ok(Math.abs(is - wanted) <= wanted * tolerance, `${is} instead of ${wanted}`);
  }
  assert.deepEqual([record.usageSource, record.outcome], [source, outcome]);
  assert.deepEqual(
    [record.chargedTokens, record.absorbedTokens, record.cachedTokens],
    [record.promptTokens + record.completionTokens, 0, cachedTokens],
  );
}

/** Everything arrived, byte for byte, at the right place, under the right key. */
function assertWhole(kit: ProxyKit, row: Row, { answer, call, record }: Outcome): void {
  assert.equal(answer.status, 200, answer.text);
  const sent = Buffer.concat(call.pieces);
  // Latin-1 keeps every byte.
  const wanted = row.ours ? Buffer.from(sent.toString('latin1').replace(row.ours, ''), 'latin1') : sent;
  assert.ok(answer.bytes.equals(wanted), `${answer.text}\n≠\n${wanted}`);
  if (row.ours && record.usageSource === 'reported') assert.notEqual(wanted.length, sent.length, 'it was asked for');
  assert.deepEqual([record.endpoint, call.path], [row.endpoint, row.upstreamPath]);
  assert.equal(answer.headers['x-request-id'], record.id);
  for (const what of ['limit', 'remaining', 'reset']) assert.ok(answer.headers[`x-ratelimit-${what}-tokens`], what);
  assert.ok(String(call.headers[row.keyHeader]).endsWith(UPSTREAM_KEY));
  assert.ok(!JSON.stringify([call.headers, call.query]).includes(kit.serviceKey));
}

async function assertBroken(kit: ProxyKit, row: Row, cell: BrokenCell): Promise<void> {
  const outcome = await serve(kit, row, cell.knobs);
  const { answer, call } = outcome;
  if (row.mode === 'stream') {
    assert.equal(await answer.end, 'cut');
    const sent = Buffer.concat(call.pieces).subarray(0, answer.bytes.length);
    assert.ok(answer.bytes.length > 0 && sent.equals(answer.bytes));
  } else assert.equal(answer.status, 502);
  assertCharged(outcome, cell, cell.outcome);
}

async function assertLeft(kit: ProxyKit, row: Row, cell: LeftCell): Promise<void> {
  const gate = createGate();
  kit.upstream.next({ ...cell.knobs, wait: { [cell.at]: gate } });
  const client = ask(kit, row);
  await gate.reached;
  if (cell.read !== undefined) await (await client.started).has(cell.read);
  client.leave();
  const record = (await kit.settled()).at(-1);
  const call = lastCall(kit);
  assert.ok(record && call);
  await call.over;
  assert.equal(call.state, 'aborted');
  assertCharged({ call, record }, cell, 'client_aborted');
}

test('every wire has its rows', () => {
  const rows = new Set(ROWS.map(({ dialect, mode }) => `${dialect} ${mode}`));
  const wanted = DIALECTS.flatMap(({ id }) => {
    const mode = ONE_MODE[id];
    return (mode ? [mode] : ['json', 'stream']).map((one) => `${id} ${one}`);
  });
  assert.deepEqual([...rows].sort(), wanted.sort());
  const withRows = (root: string) =>
    new Set(ROWS.filter(({ path }) => path.startsWith(root)).map(({ dialect }) => dialect));
  const withPaths = (root: string) =>
    new Set(DIALECTS.filter(({ paths }) => paths.some((path) => path.startsWith(root))).map(({ id }) => id));
  for (const root of ['/openai/deployments/', '/openai/v1/', '/openai/responses']) {
    assert.ok(withPaths(root).size > 0, root);
    assert.deepEqual([...withRows(root)].sort(), [...withPaths(root)].sort(), root);
  }
});

test('charged is what was served, delivered is what was sent', async (t) => {
  const kit = await buildWires(t);
  for (const row of ROWS) {
    const { present, missing, zero, broken, left } = row.cells;
    await t.test(`${row.name}, ${row.mode}`, async (t) => {
      for (const [name, cell] of Object.entries({ present, missing, zero })) {
        // The row says why there is none.
        if (typeof cell === 'string') continue;
        await t.test(`usage ${name}`, async () => {
          const outcome = await serve(kit, row, cell.knobs);
          assertWhole(kit, row, outcome);
          assertCharged(outcome, cell, 'ok');
        });
      }
      const cell = typeof present === 'string' ? missing : present;
      assert.ok(typeof cell !== 'string');
      for (const [name, coding] of Object.entries(CODINGS)) {
        await t.test(name, async () => {
          const outcome = await serve(kit, row, { ...cell.knobs, ...coding });
          assertWhole(kit, row, outcome);
          assertCharged(outcome, cell, 'ok');
        });
      }
      await t.test('broken in the middle', () => assertBroken(kit, row, broken));
      await t.test('left by the client', () => assertLeft(kit, row, left));
    });
  }
  // Upstreams of which nothing was heard for a while are asked for their models.
  const asked = kit.upstream.calls.filter(({ method }) => method === 'POST');
  assert.equal((await kit.settled()).length, asked.length, 'nothing is unmetered, nothing counted twice');
});
