/** The gate and the hold: decides whether a request may go on, and reserves what it may use. */
import type { GatewayContext } from '../context.ts';
import { userLocale } from '../contract/user-locale.ts';
import type { KnownUser } from '../identity/directory.ts';
import { callsCost, tokensWithin, withFees } from '../ledger/charge.ts';
import type { Balance, HoldRequest, HoldResult } from '../ledger/port.ts';
import type { OutputWish } from '../ledger/sizing.ts';
import type { RequestFacts } from './dialects/dialect.ts';
import { countPrompt, countWithin, promptBound, promptEstimate, reservable, unitTokens } from './estimate.ts';
import type { Cut, Exchange, Hold } from './exchange.ts';
import { repeatedKey } from './json-outline.ts';
import type { ModelTerms } from './model-terms.ts';
import { allowsModel, type PlanDirectory } from './plan-directory.ts';
import { type Locale, placesToAsk, quotaRefusal } from './quota-reply.ts';
import { printable, refused } from './refusal.ts';
import { rateNow, waitAmongAll } from './temporary-rate.ts';
import type { Tokenizer } from './tokenizer.ts';
import type { Route } from './upstream-directory.ts';
import { minuteOf, userSentences, withReason } from './user-sentences.ts';

export interface AdmitParts {
  readonly context: GatewayContext;
  readonly plans: PlanDirectory;
  readonly tokenizer: Tokenizer;
}

/** An answer shorter than this is not worth sending. */
const MINIMUM_ANSWER = 256;
const LONGEST_LOGGED_HEADER = 256;
/** Nothing of an answer is reserved. */
const NO_ANSWER: OutputWish = { explicit: 0, choices: 1, modelMaximum: null, cap: 0, minimum: 0 };

interface Admission {
  readonly facts: RequestFacts;
  readonly route: Route;
  readonly terms: ModelTerms;
  readonly user: KnownUser;
}

/**
 * Reserves tokens for the exchange: the cheap bound where it fits as asked, else the exact count and, if need be, a
 * shorter answer.
 *
 * @throws RefusedError
 */
export async function admit(parts: AdmitParts, exchange: Exchange, admission: Admission): Promise<Hold> {
  const { context } = parts;
  const { facts, terms } = admission;
  await gate(parts, exchange, admission);

  const { policy } = context.settings.current();
  const attachments = facts.attachments;
  if (exchange.dialect.free && !facts.mayBeBilled) {
    return held(parts, exchange, admission, await hold(context, exchange, admission, 0, NO_ANSWER, false));
  }
  if (policy.overdraft === 'soft') {
    const estimate =
      promptEstimate(exchange.dialect.promptText(exchange.body), attachments, terms.facts) + exchange.earlierTokens;
    return held(parts, exchange, admission, await hold(context, exchange, admission, estimate, NO_ANSWER, true));
  }

  const explicit = facts.units === undefined ? facts.outputLimit : unitTokens(facts.units, terms.facts);
  const output: OutputWish = {
    explicit,
    choices: facts.choices,
    modelMaximum: terms.facts.maximumOutputTokens,
    cap: policy.outputCap,
    minimum: facts.fixedOutput && explicit !== null ? explicit : MINIMUM_ANSWER,
  };
  const drawn = (facts.draws?.count ?? 0) * exchange.pictureTokens;
  const unseen = exchange.earlierTokens + (facts.unseenTokens ?? 0) + drawn;
  const bound = promptBound(exchange.bytes.length, attachments, terms.facts) + unseen;
  let result = await hold(context, exchange, admission, bound, output, false);
  if (result.kind === 'short') {
    refuseRepeatedKeys(exchange);
    const room = tokensWithin(mostEver(result.balance), terms.rate) - unseen;
    const counted = await countWhileWanted(parts.tokenizer, exchange, admission, countWithin(room, terms.facts));
    const exact = Math.min(bound, reservable(counted, terms.facts) + unseen);
    result = await hold(context, exchange, admission, exact, output, true);
  }
  return held(parts, exchange, admission, result);
}

/** The user's tokens if no other request of theirs held any: a prompt beyond that fits in no case. */
function mostEver({ available, held }: Balance): number {
  return available === null ? Infinity : available + held;
}

/** The exact count, as far as it matters, and unless the client leaves. */
async function countWhileWanted(
  tokenizer: Tokenizer,
  exchange: Exchange,
  { facts, terms }: Admission,
  most: number,
): Promise<number> {
  const leaving = new AbortController();
  const onCut: Cut = (by) => {
    if (by === 'client') leaving.abort();
  };
  exchange.onCut = onCut;
  const text = exchange.dialect.promptText(exchange.body);
  const counted = await countPrompt(tokenizer, text, facts.attachments, terms.facts, { most, signal: leaving.signal });
  exchange.onCut = null;
  if (exchange.clientGone) throw clientLeft();
  return counted;
}

function clientLeft() {
  return refused(499, 'client_closed_request', 'The client left.');
}

/** What the plan says before any token is counted. */
async function gate({ context, plans }: AdmitParts, exchange: Exchange, { facts, user }: Admission): Promise<void> {
  const rules = await plans.rules(user.planId);
  for (const model of facts.draws ? [facts.model, facts.draws.model] : [facts.model]) {
    if (allowsModel(rules, model)) continue;
    const message = userSentences(languageOf(context, user)).modelNotAllowed(printable(model));
    throw refused(403, 'model_not_allowed', message, {
      param: model === facts.model ? 'model' : 'tools',
    });
  }
  await keepRate(context, user, rules.ratePerMinute);
  if (exchange.clientGone) throw clientLeft();
}

/** The plan's requests a minute, or the fewer that are left to a user whose use was unusual. */
async function keepRate(context: GatewayContext, user: KnownUser, ofPlan: number | null): Promise<void> {
  const temporary = rateNow(context, user);
  const perMinute = Math.min(temporary?.perMinute ?? Infinity, ofPlan ?? Infinity);
  if (perMinute === Infinity) return;
  const among = temporary ? await waitAmongAll(context, user.id, temporary.perMinute) : 0;
  const wait = among > 0 ? among : await context.limits.countRequest(user.id, perMinute);
  if (wait === 0) return;
  const locale = languageOf(context, user);
  const sentences = userSentences(locale);
  const { timeZone } = context.settings.current();
  const why = temporary
    ? sentences.temporaryRate(perMinute, minuteOf(temporary.until, locale, timeZone))
    : sentences.rate(perMinute);
  throw rateLimited(why, wait);
}

/** The exact count reads parsed text, so no text may hide behind a repeated key. */
function refuseRepeatedKeys(exchange: Exchange): void {
  const key = repeatedKey(exchange.bytes);
  if (key !== null) throw refused(400, 'invalid_request', `'${printable(key)}' is given twice in one object.`);
}

function hold(
  context: GatewayContext,
  exchange: Exchange,
  admission: Admission,
  promptTokens: number,
  output: OutputWish,
  mayLower: boolean,
): Promise<HoldResult> {
  const { facts, route, terms, user } = admission;
  const { request } = exchange;
  // What is asked for is held at its price, or at the standard one where that is dearer. `auto`, and no tier at all, are
  // held at the standard one: the provider then takes the tier that the operator's project there is set to, which is the
  // standard one unless somebody chose another, and no request shows it. To hold the dearest for everybody would halve
  // what fits under a cap in USD. Where such a project serves dearer, its answers say so, cost what they say, and count
  // against the cap as soon as they end.
  const { bound } = terms.quote(exchange.startedAt, undefined, facts.tier);
  const price = exchange.dialect.free ? bound : withFees(bound, promptTokens, callsCost(bound, facts.paidCalls));
  const order: HoldRequest = {
    usageId: exchange.id,
    userId: user.id,
    keyId: exchange.key?.id ?? '',
    at: context.clock.now(),
    period: exchange.period.id,
    wish: { promptTokens, output, rate: terms.rate, price },
    mayLower,
    model: facts.model,
    upstreamId: route.upstream.id,
    endpoint: exchange.dialect.endpoint,
    method: request.method,
    streamed: facts.stream,
    userAgent: request.headers['user-agent']?.slice(0, LONGEST_LOGGED_HEADER) ?? null,
    ipAddress: request.ip,
  };
  return context.db.ledger.hold(order);
}

function held({ context }: AdmitParts, exchange: Exchange, { facts }: Admission, result: HoldResult): Hold {
  // Refusals tell what is left, too.
  if ('balance' in result) exchange.balance = result.balance;
  if (result.kind === 'held') return result;
  const locale = languageOf(context, exchange.user);
  const sentences = userSentences(locale);
  switch (result.kind) {
    case 'short':
    case 'quota':
    case 'cap': {
      const settings = context.settings.current();
      const now = context.clock.now();
      // A shared cap is not the user's own doing.
      if (result.kind === 'cap') void context.events.emit({ kind: 'cap_refused', departmentId: result.departmentId });
      else if (exchange.user) void context.events.emit({ kind: 'quota_refused', userId: exchange.user.id });
      throw quotaRefusal(
        settings.policy.quotaReply,
        {
          balance: result.balance,
          period: exchange.period,
          timeZone: settings.timeZone,
          now,
          locale,
          sharedBy: result.kind === 'cap' ? result.name : null,
          ...placesToAsk(settings),
        },
        exchange.dialect,
        facts,
        exchange.id,
        exchange.target,
      );
    }
    case 'reserved':
      throw refused(429, 'tokens_reserved', sentences.reserved, {
        headers: { 'retry-after': '3', 'x-should-retry': 'true' },
      });
    case 'concurrency':
      throw rateLimited(sentences.concurrency(result.limit), 1);
    case 'status':
      throw statusRefusal(result, locale, context.settings.current().timeZone);
    case 'unknown_user':
      throw refused(403, 'user_deleted', sentences.removed);
  }
}

function statusRefusal(
  { status, reason, until }: Extract<HoldResult, { kind: 'status' }>,
  locale: Locale,
  timeZone: string,
) {
  const sentences = userSentences(locale);
  switch (status) {
    case 'pending':
      return refused(403, 'user_pending', sentences.pending);
    case 'suspended': {
      const end = until === null ? null : minuteOf(until, locale, timeZone);
      return refused(403, 'user_suspended', withReason(locale, sentences.suspended(end), reason));
    }
    case 'blocked':
      return refused(403, 'user_blocked', withReason(locale, sentences.blocked, reason));
    default:
      return refused(403, 'user_deleted', sentences.removed);
  }
}

function rateLimited(message: string, seconds: number) {
  return refused(429, 'rate_limited', message, { headers: { 'retry-after': String(seconds) } });
}

function languageOf({ settings }: GatewayContext, user: KnownUser | null): Locale {
  return userLocale(user?.locale) ?? settings.current().locale;
}
