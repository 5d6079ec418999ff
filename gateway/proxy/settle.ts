/** The end of every exchange: exactly one settlement, on disk, whatever happened. */
import type { GatewayContext } from '../context.ts';
import { DatabaseUnavailableError } from '../db/errors.ts';
import type { Outcome, UsageSource } from '../db/json-columns.ts';
import { charge, cost, type TokenPrice } from '../ledger/charge.ts';
import type { Balance, Settlement, TokenUsage } from '../ledger/port.ts';
import { faultPoint } from '../ops/fault-point.ts';
import type { Failure } from '../upstreams/health-board.ts';
import type { Units } from './dialects/dialect.ts';
import { namedTier } from './dialects/service-tier.ts';
import { countPrompt, heardUnits, unitTokens } from './estimate.ts';
import type { Exchange, OpenExchanges } from './exchange.ts';
import type { KeptAnswers } from './kept-answers.ts';
import type { ServiceTier } from './service-tiers.ts';
import type { Tokenizer } from './tokenizer.ts';

/** How an exchange ended. */
export interface Ending {
  readonly outcome: Exclude<Outcome, 'pending'>;
  /** What the upstream reported; null when it did not. */
  readonly reported: TokenUsage | null;
  /** Generated text that counts when nothing was reported; null when nothing is to be charged at all. */
  readonly text: string | null;
  /** What counts beside the text then. */
  readonly units?: Units;
  /** What was delivered and is no part of what was reported. */
  readonly beside?: Units;
  /** What was reported before the answer was whole: its prompt counts, its answer only where the text is shorter. */
  readonly begun?: TokenUsage | null;
  /** The tier that served, as far as the answer told. */
  readonly tier?: ServiceTier;
  /** Ids of what the provider keeps of this answer. */
  readonly ids?: readonly string[];
  readonly errorMessage?: string;
}

export interface Settler {
  /**
   * Settles the exchange. Later calls wait for the first one and change nothing.
   *
   * @throws DatabaseUnavailableError when it could not be written within a few seconds; it is then kept and tried
   * again until it is on disk, but the answer's last bytes must not be sent
   */
  settle(exchange: Exchange, ending: Ending): Promise<void>;
  /** Tries what is still unwritten once more. */
  flush(): Promise<void>;
  close(): void;
}

const NOTHING: TokenUsage = {
  promptTokens: 0,
  completionTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  totalTokens: 0,
};
/** Whoever waits for the end of an answer waits for its count. */
const URGENT = { isUrgent: true };
const BROKE: Failure = { kind: 'broke', statusCode: null, waitMs: null };
const ATTEMPTS_MS = [50, 100, 250, 500, 1_000];
const RETRY_MS = 1_000;
const LONGEST_ERROR = 500;

export interface SettlerParts {
  readonly context: GatewayContext;
  readonly kept: KeptAnswers;
  readonly tokenizer: Tokenizer;
  readonly open: OpenExchanges;
}

export function createSettler({ context, tokenizer, open, kept }: SettlerParts): Settler {
  const { db, log, events, metrics, upstreamHealth } = context;
  let unwritten: Settlement[] = [];
  let retrying: NodeJS.Timeout | null = null;

  const write = async (settlement: Settlement): Promise<Balance | null> => {
    const { usageId } = settlement;
    const result = await db.ledger.settle(settlement);
    if (result.kind !== 'settled') {
      log.error({ usageId, result: result.kind }, 'A settlement found no open hold');
      return null;
    }
    const { userId, balance, absorbedTokens } = result;
    if (absorbedTokens > 0) log.warn({ usageId, absorbedTokens }, 'An upstream reported more than was reserved');
    metrics.requestSettled(settlement);
    void events.emit({ kind: 'request_settled', userId });
    return balance;
  };

  const flush = async (): Promise<void> => {
    const batch = unwritten;
    unwritten = [];
    for (const settlement of batch) {
      try {
        await write(settlement);
      } catch (error) {
        unwritten.push(settlement);
        if (!(error instanceof DatabaseUnavailableError))
          log.error({ err: error, usageId: settlement.usageId }, 'A settlement cannot be written');
      }
    }
    if (unwritten.length === 0 && batch.length > 0)
      log.info({ settlements: batch.length }, 'All settlements are on disk again');
  };
  const keep = (settlement: Settlement): void => {
    unwritten.push(settlement);
    retrying ??= setInterval(() => {
      if (unwritten.length > 0) void flush();
    }, RETRY_MS).unref();
  };

  const run = async (exchange: Exchange, ending: Ending): Promise<void> => {
    const { usage, usageSource } = await usageOf(tokenizer, exchange, ending).catch((err: unknown) => {
      // Whatever cannot be counted must not keep its hold.
      log.error({ err, usageId: exchange.id }, 'The tokens of a request could not be counted');
      return { usage: NOTHING, usageSource: 'none' as const };
    });
    const settlement = settlementOf(context, exchange, ending, usage, usageSource);
    noteHealth(exchange, ending);
    const ids = keptBehind(exchange, ending, usage);
    const keeping = ids.length > 0 ? remember(exchange, ids, usage) : null;
    faultPoint('before_settle');
    for (const waitMs of [0, ...ATTEMPTS_MS]) {
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      try {
        exchange.balance = (await write(settlement)) ?? exchange.balance;
        break;
      } catch (error) {
        if (waitMs !== ATTEMPTS_MS.at(-1)) continue;
        keep(settlement);
        log.error(
          { err: error, usageId: exchange.id },
          'A settlement could not be written; it is kept and tried again',
        );
        throw error;
      }
    }
    await keeping;
    faultPoint('settled');
  };

  /** Only the end shows whether an upstream that began to answer also can. */
  const noteHealth = ({ route }: Exchange, { outcome }: Ending): void => {
    if (!route) return;
    const { upstream, model } = route;
    if (outcome === 'ok') upstreamHealth.completed(upstream.id, model);
    else if (outcome === 'upstream_broke') upstreamHealth.failed(upstream.id, model, BROKE);
  };

  const remember = async (exchange: Exchange, ids: readonly string[], usage: TokenUsage): Promise<void> => {
    const { user, route } = exchange;
    if (!user || !route) return;
    const userId = user.id;
    await kept.remember(userId, ids, usage.totalTokens, route.upstream.id).catch((err: unknown) => {
      log.error(
        { err, userId },
        'An answer that its provider keeps could not be remembered; it cannot be gone on with',
      );
    });
  };

  return {
    settle(exchange, ending) {
      exchange.settling ??= run(exchange, ending).finally(() => open.remove(exchange));
      return exchange.settling;
    },
    flush,
    close() {
      if (retrying) clearInterval(retrying);
    },
  };

  function settlementOf(
    { clock: time, calendar }: GatewayContext,
    exchange: Exchange,
    ending: Ending,
    usage: TokenUsage,
    usageSource: UsageSource,
  ): Settlement {
    const at = time.now();
    const { terms, route, startedAt, firstByteAt } = exchange;
    const quote = terms?.quote(startedAt, usage.promptTokens, servedTier(exchange, ending));
    // What we cut ourselves is recorded but not charged.
    const free = ending.outcome === 'interrupted' || !terms;
    return {
      usageId: exchange.id,
      at,
      day: calendar().day(startedAt),
      usage,
      chargedTokens: free ? 0 : charge(usage.totalTokens, terms.rate),
      costMicroUsd: quote ? costOf(quote.price, usage) : 0,
      priceKnown: quote?.known ?? true,
      usageSource,
      outcome: ending.outcome,
      upstreamId: route?.upstream.id ?? '',
      statusCode: exchange.statusCode,
      durationMs: Math.max(0, at - startedAt),
      firstByteMs: firstByteAt === null ? null : Math.max(0, firstByteAt - startedAt),
      errorMessage: ending.errorMessage?.slice(0, LONGEST_ERROR) ?? null,
    };
  }
}

/** Where the answer says nothing of it, the tier is taken to be the one that was asked for. */
function servedTier({ answer, dialect, facts }: Exchange, { tier }: Ending): ServiceTier | undefined {
  const header = dialect.tierHeader === undefined ? undefined : answer?.headers[dialect.tierHeader];
  return tier ?? namedTier(header) ?? facts.tier;
}

function costOf(price: TokenPrice, usage: TokenUsage): number {
  const { promptTokens, totalTokens, cachedTokens, parts } = usage;
  const calls = price.calls && { ...usage.calls, requests: totalTokens > 0 ? 1 : 0 };
  return cost(price, promptTokens, totalTokens - promptTokens, cachedTokens, parts, calls);
}

/** The usage to record: what was reported, else the tokenizer's count of what was sent and delivered. */
async function usageOf(
  tokenizer: Tokenizer,
  exchange: Exchange,
  ending: Ending,
): Promise<{ usage: TokenUsage; usageSource: UsageSource }> {
  const { terms, facts } = exchange;
  if (ending.reported) {
    return { usage: withPictures(ending.reported, exchange, ending.beside), usageSource: 'reported' };
  }
  if (ending.text === null || !terms || exchange.dialect.free) return { usage: NOTHING, usageSource: 'none' };
  const { begun = null } = ending;
  const [promptTokens, textTokens] = await Promise.all([
    begun?.promptTokens ??
      exchange.earlierTokens +
        (await countPrompt(
          tokenizer,
          exchange.dialect.promptText(exchange.body),
          facts.attachments,
          terms.facts,
          URGENT,
        )),
    ending.text === '' ? 0 : tokenizer.count(terms.facts.tokenizer, [ending.text], URGENT),
  ]);
  const units = ending.units ?? heardUnits(facts);
  const delivered = textTokens + (facts.draws ? drawnTokens(exchange, units) : unitTokens(units, terms.facts));
  const completionTokens = Math.max(delivered, begun ? begun.totalTokens - begun.promptTokens : 0);
  return {
    usage: { ...NOTHING, ...begun, promptTokens, completionTokens, totalTokens: promptTokens + completionTokens },
    usageSource: ending.outcome === 'ok' ? 'tokenizer' : 'partial',
  };
}

/** Pictures that were drawn on the way, at their price a piece. */
function withPictures(usage: TokenUsage, exchange: Exchange, pictures: Units | undefined): TokenUsage {
  if (!pictures) return usage;
  const tokens = drawnTokens(exchange, pictures);
  return {
    ...usage,
    completionTokens: usage.completionTokens + tokens,
    totalTokens: usage.totalTokens + tokens,
    parts: { ...usage.parts, completionImage: (usage.parts?.completionImage ?? 0) + tokens },
  };
}

function drawnTokens({ facts, pictureTokens, terms }: Exchange, units: Units | undefined): number {
  // A prompt that the provider keeps may bring a tool that we have not seen.
  const each = facts.draws ? pictureTokens : Math.ceil(terms?.facts.unitTokens.image ?? 0);
  return units ? units.count * each : 0;
}

/** What the provider keeps now: the answer, and the conversation that grew by it, however it ended. */
function keptBehind({ facts }: Exchange, { ids = [] }: Ending, usage: TokenUsage): readonly string[] {
  return facts.conversation === undefined || usage.totalTokens === 0 ? ids : [...ids, facts.conversation];
}
