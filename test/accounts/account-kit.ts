/** What tests of users, keys and reports share: a gateway with a clock that stands still, and use that was really metered. */
import type { TestContext } from 'node:test';
import type { GatewayContext } from '../../gateway/context.ts';
import { newId } from '../../gateway/db/ids.ts';
import type { Settlement } from '../../gateway/ledger/port.ts';
import { type BuildOptions, type Built, build } from '../support/build.ts';
import { type TestClock, testClock } from '../support/clock.ts';

export interface Office extends Built {
  readonly clock: TestClock;
  /** Makes a user. @returns the user in JSON */
  // biome-ignore lint/suspicious/noExplicitAny: JSON of the API under test
  user(email: string, more?: Record<string, unknown>): Promise<any>;
}

export async function office(t: TestContext, options: BuildOptions = {}): Promise<Office> {
  const clock = testClock();
  const built = await build(t, { clock, ...options });
  return {
    ...built,
    clock,
    async user(email, more = {}) {
      const { status, body } = await built.api('/api/admin/users', { body: { email, reason: 'test', ...more } });
      if (status !== 201) throw new Error(`No user was made: ${JSON.stringify(body)}`);
      return body;
    },
  };
}

export interface Use {
  userId: string;
  tokens: number;
  model?: string;
  upstreamId?: string;
  keyId?: string;
  costMicroUsd?: number;
  outcome?: Settlement['outcome'];
  durationMs?: number;
  firstByteMs?: number;
}

const RATE = { multiplier: 1_000_000, factor: 1_000_000 };
const PRICE = { input: 0, cachedInput: 0, output: 0 };

/** Reserves `tokens`. @returns the id of the usage record */
export async function openHold(
  context: GatewayContext,
  { userId, tokens, model = 'gpt-4o', upstreamId = 'openai', keyId = 'key_test' }: Use,
): Promise<string> {
  const at = context.clock.now();
  const usageId = newId('req', at);
  const held = await context.db.ledger.hold({
    usageId,
    userId,
    keyId,
    at,
    period: context.calendar().period(at).id,
    wish: {
      promptTokens: tokens,
      output: { explicit: 0, choices: 1, modelMaximum: null, cap: 0, minimum: 0 },
      rate: RATE,
      price: PRICE,
    },
    mayLower: true,
    model,
    upstreamId,
    endpoint: '/v1/chat/completions',
    method: 'POST',
    streamed: false,
    userAgent: 'test-agent',
    ipAddress: '192.0.2.7',
  });
  if (held.kind !== 'held') throw new Error(`Not held: ${JSON.stringify(held)}`);
  return usageId;
}

/** A request from hold to settlement, now. @returns the id of the usage record */
export async function spendTokens(context: GatewayContext, use: Use): Promise<string> {
  const usageId = await openHold(context, use);
  await settleHold(context, usageId, use);
  return usageId;
}

export async function settleHold(context: GatewayContext, usageId: string, use: Use): Promise<void> {
  const at = context.clock.now();
  await context.db.ledger.settle({
    usageId,
    at,
    day: context.calendar().day(at),
    usage: {
      promptTokens: use.tokens,
      completionTokens: 0,
      cachedTokens: 0,
      reasoningTokens: 0,
      totalTokens: use.tokens,
    },
    chargedTokens: use.tokens,
    costMicroUsd: use.costMicroUsd ?? 0,
    usageSource: 'reported',
    outcome: use.outcome ?? 'ok',
    upstreamId: use.upstreamId ?? 'openai',
    statusCode: 200,
    durationMs: use.durationMs ?? 1_000,
    firstByteMs: use.firstByteMs ?? 100,
    errorMessage: use.outcome === 'upstream_error' ? 'ana@example.com is not welcome' : null,
  });
}
