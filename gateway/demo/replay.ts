/** Plays the demo's history through the ledger, so that every sum is one that the gateway itself has made. */
import type { Changer } from '../accounts/checks.ts';
import { moveTokens } from '../accounts/moves.ts';
import { createAuditWriter } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import { cost } from '../ledger/charge.ts';
import type { HoldRequest, HoldResult, Settlement } from '../ledger/port.ts';
import type { PriceBook } from '../proxy/prices.ts';
import { PROVIDERS } from './models.ts';
import type { Member } from './team.ts';
import type { DemoRequest, TrafficWindow } from './traffic.ts';

export interface DemoMove {
  /** 32 hex digits, from which the entry's id follows. */
  readonly operationId: string;
  readonly kind: 'grant' | 'purchase' | 'bonus' | 'compensation' | 'adjustment';
  readonly amount: number;
  readonly reason: string;
}

/** One step of the history. */
export interface DemoEvent {
  readonly at: number;
  readonly member: Member;
  readonly request?: DemoRequest;
  readonly move?: DemoMove;
}

/** A request that did not fit. */
export interface DemoRefusal {
  readonly at: number;
  readonly member: Member;
  readonly model: string;
  readonly result: Extract<HoldResult, { kind: 'short' }>;
}

interface ReplayParts {
  readonly context: GatewayContext;
  readonly window: TrafficWindow;
  readonly book: PriceBook;
  readonly keyId: string;
  /** Who granted what was granted. */
  readonly by: Changer;
}

/** So many steps are one commit; requests of others get their turn between two. */
const STEPS_AT_ONCE = 600;
const ENDPOINT = '/v1/chat/completions';
const LIBRECHAT = 'OpenAI/JS 5.12.2';
const SCRIPT = 'python-requests/2.32.5';

/** Holds and settles all requests and makes all moves, in order of time. @returns the requests that were refused */
export async function replay(parts: ReplayParts, events: readonly DemoEvent[]): Promise<DemoRefusal[]> {
  const refusals: DemoRefusal[] = [];
  const inOrder = events.toSorted((a, b) => a.at - b.at);
  for (let start = 0; start < inOrder.length; start += STEPS_AT_ONCE) {
    const steps = inOrder.slice(start, start + STEPS_AT_ONCE).map(async (event) => {
      if (event.move) await move(parts, event.member, event.at, event.move);
      if (!event.request) return;
      const refused = await request(parts, event.member, event.request);
      if (refused)
        refusals.push({ at: event.at, member: event.member, model: event.request.model.name, result: refused });
    });
    await Promise.all(steps);
  }
  return refusals;
}

function move(
  { context, by }: ReplayParts,
  member: Member,
  at: number,
  { operationId, ...order }: DemoMove,
): Promise<void> {
  return moveTokens(contextAt(context, at), { userId: member.id, ...order }, by, operationId);
}

/** The context as it was at an instant: whatever is done with it carries that time. */
export function contextAt(context: GatewayContext, at: number): GatewayContext {
  const clock = { now: () => at };
  return { ...context, clock, audit: createAuditWriter(clock) };
}

/** Both steps are handed over at once: they are done in order, and what was refused settles nothing. */
async function request(parts: ReplayParts, member: Member, asked: DemoRequest) {
  const { ledger } = parts.context.db;
  const held = ledger.hold(holdOf(parts, member, asked));
  const settled = ledger.settle(settlementOf(parts, asked));
  const [result] = await Promise.all([held, settled]);
  if (result.kind === 'short') return result;
  if (result.kind !== 'held') throw new Error(`A request of the demo was answered '${result.kind}'.`);
  return null;
}

function holdOf({ window, book, keyId }: ReplayParts, member: Member, asked: DemoRequest): HoldRequest {
  const output = { explicit: asked.completionTokens, choices: 1, modelMaximum: null, cap: 0, minimum: 0 };
  return {
    usageId: asked.id,
    userId: member.id,
    keyId,
    at: asked.at,
    period: window.calendar.period(asked.at).id,
    wish: {
      promptTokens: asked.promptTokens,
      output,
      rate: window.rateOf(asked.model.name),
      price: quote(book, asked).bound,
    },
    mayLower: false,
    model: asked.model.name,
    upstreamId: asked.model.upstreamId,
    endpoint: ENDPOINT,
    method: 'POST',
    streamed: asked.streamed,
    userAgent: member.person.service ? SCRIPT : LIBRECHAT,
    ipAddress: member.ipAddress,
  };
}

function settlementOf({ window, book }: ReplayParts, asked: DemoRequest): Settlement {
  const at = Math.min(asked.at + asked.durationMs, window.now);
  const { promptTokens, completionTokens, cachedTokens, reasoningTokens, outcome } = asked;
  const price = quote(book, asked).price;
  return {
    usageId: asked.id,
    at,
    day: window.calendar.day(asked.at),
    usage: {
      promptTokens,
      completionTokens,
      cachedTokens,
      reasoningTokens,
      totalTokens: promptTokens + completionTokens,
    },
    chargedTokens: asked.chargedTokens,
    costMicroUsd: cost(price, promptTokens, completionTokens, cachedTokens),
    usageSource: outcome === 'ok' ? 'reported' : outcome === 'upstream_error' ? 'none' : 'partial',
    outcome,
    upstreamId: asked.model.upstreamId,
    statusCode: outcome === 'upstream_error' ? 529 : 200,
    durationMs: asked.durationMs,
    firstByteMs: outcome === 'upstream_error' ? null : asked.firstByteMs,
    errorMessage:
      outcome === 'upstream_error'
        ? 'The upstream is overloaded.'
        : outcome === 'upstream_broke'
          ? 'The upstream closed the connection.'
          : null,
  };
}

function quote(book: PriceBook, { model, at, promptTokens }: DemoRequest) {
  const provider = PROVIDERS.find((one) => one.id === model.upstreamId);
  if (!provider) throw new Error(`The demo has no upstream ${model.upstreamId}.`);
  return book.priceOf(provider, model.name, at, promptTokens);
}
