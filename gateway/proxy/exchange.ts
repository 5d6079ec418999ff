/** One request on its way through the gateway, and everything that is known of it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KnownUser } from '../identity/directory.ts';
import type { KeyRow } from '../keys/queries.ts';
import type { Period } from '../ledger/periods.ts';
import type { Balance, HoldResult } from '../ledger/port.ts';
import type { Candidate } from './candidates.ts';
import {
  type Dialect,
  type JsonObject,
  type OutputChange,
  PLAIN_TARGET,
  type RequestFacts,
  type Target,
} from './dialects/dialect.ts';
import { NO_ATTACHMENTS } from './dialects/media.ts';
import type { Form } from './form.ts';
import type { Member } from './json-outline.ts';
import type { ModelTerms } from './model-terms.ts';
import type { UpstreamAnswer } from './upstream-answer.ts';
import type { Route } from './upstream-directory.ts';

export type Hold = Extract<HoldResult, { kind: 'held' }>;

/** Ends an exchange that the client left, or that the gateway has to end itself. */
export type Cut = (by: 'client' | 'gateway') => void;

export interface Exchange {
  readonly id: string;
  readonly dialect: Dialect;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly startedAt: number;
  readonly period: Period;
  key: KeyRow | null;
  user: KnownUser | null;
  /** The body as received, its parsed form, and where its members stand. */
  bytes: Buffer;
  body: JsonObject;
  members: readonly Member[];
  /** Null: the body is JSON. */
  form: Form | null;
  target: Target;
  facts: RequestFacts;
  route: Route | null;
  terms: ModelTerms | null;
  hold: Hold | null;
  /** Who is asked next if the upstream of `route` gives no answer. */
  others: Candidate[];
  balance: Balance | null;
  /** What earlier answers bring into the prompt, put there by the upstream. */
  earlierTokens: number;
  /** What a picture costs that is drawn on the way and not reported. */
  pictureTokens: number;
  /** The upstream that keeps what the request refers to; null when it refers to nothing. */
  keptBy: string | null;
  /** What must be written into the forwarded request; null until tokens are held for it. */
  change: OutputChange | null;
  /** Whether the forwarded request asks for usage in the stream. */
  askedForUsage: boolean;
  answer: UpstreamAnswer | null;
  firstByteAt: number | null;
  statusCode: number | null;
  /**
   * Called when the client leaves before its answer ended, or the gateway has to end the exchange itself. Name a
   * function before you assign it: V8 takes one that is written right into a property for a method that lasts, puts it
   * among the old objects, and it would keep the whole exchange until the next major collection.
   */
  onCut: Cut | null;
  clientGone: boolean;
  /** The gateway ended it, perhaps before there was anything to end. */
  isCut: boolean;
  settling: Promise<void> | null;
  /** Its place among the open exchanges; null when it is none of them. */
  openAt: number | null;
}

export function createExchange(
  id: string,
  dialect: Dialect,
  request: FastifyRequest,
  reply: FastifyReply,
  startedAt: number,
  period: Period,
): Exchange {
  return {
    id,
    dialect,
    request,
    reply,
    startedAt,
    key: null,
    user: null,
    period,
    bytes: EMPTY,
    body: NOTHING,
    members: [],
    form: null,
    target: PLAIN_TARGET,
    facts: NO_FACTS,
    route: null,
    terms: null,
    hold: null,
    others: [],
    balance: null,
    earlierTokens: 0,
    pictureTokens: 0,
    keptBy: null,
    change: null,
    askedForUsage: false,
    answer: null,
    firstByteAt: null,
    statusCode: null,
    onCut: null,
    clientGone: false,
    isCut: false,
    settling: null,
    openAt: null,
  };
}

const EMPTY = Buffer.alloc(0);
const NOTHING: JsonObject = {};
/** Until the body is read. */
const NO_FACTS: RequestFacts = {
  model: '',
  stream: false,
  outputLimit: null,
  choices: 1,
  userId: null,
  wantsUsage: false,
  attachments: NO_ATTACHMENTS,
};

/** The exchanges that are open now, from their first byte to their settlement or refusal. */
export interface OpenExchanges {
  add(exchange: Exchange): void;
  remove(exchange: Exchange): void;
  size(): number;
  /** Ends the user's exchanges and resolves when all are settled. */
  cutUser(userId: string): Promise<void>;
  /** Waits until all are done, at most until `deadlineMs` from now; then ends the rest and waits for their settlement. */
  drain(deadlineMs: number): Promise<void>;
}

export function createOpenExchanges(): OpenExchanges {
  // No Set: one that is added to and deleted from all the time leaves tables behind that lead to each other and to what
  // was in them, so that the exchanges outlive many a collection.
  const open: Exchange[] = [];
  let onEmpty: (() => void) | null = null;

  const cut = async (exchanges: Exchange[]) => {
    for (const exchange of exchanges) {
      exchange.isCut = true;
      exchange.onCut?.('gateway');
    }
    await Promise.allSettled(exchanges.map((exchange) => exchange.settling));
  };
  return {
    add(exchange) {
      if (exchange.openAt !== null) return;
      exchange.openAt = open.push(exchange) - 1;
    },
    remove(exchange) {
      const { openAt } = exchange;
      if (openAt === null) return;
      exchange.openAt = null;
      const last = open.pop();
      if (last && last !== exchange) {
        open[openAt] = last;
        last.openAt = openAt;
      }
      if (open.length === 0) onEmpty?.();
    },
    size: () => open.length,
    cutUser: (userId) => cut(open.filter((exchange) => exchange.user?.id === userId)),
    async drain(deadlineMs) {
      if (open.length > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, deadlineMs);
          onEmpty = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      await cut([...open]);
    },
  };
}
