/** The metered routes under test: a gateway, its mock upstream, a client on the wire, and the balance at the end. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { buildMetered, type MeteredGateway, type MeteredOptions, type UsageRecord } from './clients-gateway.ts';
import { assertLedgerSums } from './ledger-oracle.ts';
import { sendOnWire, type WireAnswer, type WireCall, type WireRequest } from './wire.ts';

export const ANA = 'ana@example.com';
export const CHAT = '/v1/chat/completions';

export interface ProxyKit extends MeteredGateway {
  /** Sends a chat completion as LibreChat would for Ana; headers and body may be changed. */
  send(body?: object | string | Buffer, request?: WireRequest): WireCall;
  /** The same, read to its end. */
  ask(body?: object | string | Buffer, request?: WireRequest): Promise<WireAnswer>;
  /** Resolves when so many requests are being answered at once. */
  untilOpen(count: number): Promise<void>;
  /** Resolves when the gateway has noticed that no client is connected any more. */
  untilGone(): Promise<void>;
  /** Waits until nothing is pending, and checks that ledger, records and upstream agree. */
  balanced(expected: Balance): Promise<UsageRecord[]>;
}

export interface Balance {
  /** How many requests were held: each has one record. */
  readonly records: number;
  /** Answers that the upstream reported but that were never delivered, so that nobody pays for them. */
  readonly lost?: number;
}

/** A chat completion's body. */
export function chat(extra: object = {}): { model: string; messages: { role: string; content: string }[] } {
  return { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello there.' }], ...extra };
}

/** Ana may send as fast as she likes and has plenty, unless `config` says otherwise. */
export async function buildProxy(t: TestContext, options: MeteredOptions = {}): Promise<ProxyKit> {
  const meter = await buildMetered(t, {
    ...options,
    config: { users: [{ email: ANA, plan: 'enterprise', monthlyLimit: 1_000_000_000 }], ...options.config },
  });
  const { server } = meter.gateway.app;
  const responses = new Set<ServerResponse>();
  let changed = () => {};
  server.on('request', (_request, response) => {
    responses.add(response);
    changed();
    response.once('close', () => {
      responses.delete(response);
      // Whoever listens beside us hears of it in the same turn.
      setImmediate(() => changed());
    });
  });
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      changed = () => {
        if (holds()) resolve();
      };
      changed();
    });
  const send = (body: object | string | Buffer = chat(), { headers, ...request }: WireRequest = {}): WireCall =>
    sendOnWire(meter.url, {
      path: CHAT,
      body,
      ...request,
      headers: {
        authorization: `Bearer ${meter.serviceKey}`,
        'content-type': 'application/json',
        'x-user-email': ANA,
        ...headers,
      },
    });
  return {
    ...meter,
    get requests() {
      return meter.requests;
    },
    send,
    ask: (body, request) => send(body, request).over,
    untilOpen: (count) => until(() => responses.size >= count),
    untilGone: () => until(() => responses.size === 0),
    balanced: (expected) => assertBalanced(meter, expected),
  };
}

async function assertBalanced(meter: MeteredGateway, { records: count, lost = 0 }: Balance): Promise<UsageRecord[]> {
  const records = await meter.settled();
  assert.equal(records.length, count, 'one record for each request that was held');
  await assertLedgerSums(meter.context.db);
  for (const record of records) {
    const paid = record.usageSource !== 'none' && record.outcome !== 'interrupted';
    assert.equal(
      record.chargedTokens + record.absorbedTokens,
      paid ? record.totalTokens : 0,
      `${record.outcome}: charged and absorbed is what was used`,
    );
  }
  const reported = meter.upstream.served.filter((served) => served.reported).map(({ totalTokens }) => totalTokens);
  const unexplained = [...reported];
  for (const { usageSource, totalTokens } of records) {
    if (usageSource !== 'reported') continue;
    const at = unexplained.indexOf(totalTokens);
    assert.notEqual(at, -1, `${totalTokens} tokens were recorded as reported, but the upstream reported ${reported}`);
    unexplained.splice(at, 1);
  }
  assert.equal(unexplained.length, lost, `reported by the upstream and not recorded: ${unexplained}`);
  return records;
}
