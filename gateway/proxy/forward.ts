/** Sends a held request to its upstream, as the one `request` function that @fastify/reply-from calls. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { GatewayContext } from '../context.ts';
import { faultPoint } from '../ops/fault-point.ts';
import { type Agents, lostKeptConnection } from '../upstreams/agents.ts';
import { asksForLess, failedAnswer, failedCall } from '../upstreams/failures.ts';
import type { Failure } from '../upstreams/health-board.ts';
import { credentials } from '../upstreams/kinds.ts';
import { aim } from './candidates.ts';
import { readErrorBody } from './error-body.ts';
import type { Exchange } from './exchange.ts';
import { editedForm, formType } from './form.ts';
import { edited } from './json-outline.ts';
import { UpstreamAnswer } from './upstream-answer.ts';
import type { Route, Upstream } from './upstream-directory.ts';
import { mayRefuseUsage, rememberUsageRefusal } from './usage-refusals.ts';

/** Travels with the headers from `rewriteRequestHeaders` to `request`: copies of the headers keep it. */
const EXCHANGE = Symbol('exchange');

type ForwardHeaders = IncomingHttpHeaders & { [EXCHANGE]?: Exchange };

interface ForwardResult {
  statusCode: number;
  headers: IncomingHttpHeaders;
  body: UpstreamAnswer;
}

type Callback = (error: Error | null, result?: ForwardResult) => void;

export interface Forwarder {
  /** For reply-from's option `undici`. */
  readonly client: { request(options: Dispatcher.RequestOptions, callback: Callback): void };
}

/** Request headers that may travel on, whatever the dialect. Accept-encoding is not among them: answers are read here. */
const COMMON_HEADERS = ['accept', 'accept-language', 'user-agent', 'traceparent', 'tracestate'];
/**
 * A connection that had ended by itself shows it within a round trip. Whoever closes later has had the request, may have
 * worked on it for money, and is not asked the same again.
 */
const STALE_MS = 1_000;

/** The headers of the forwarded request: an allow-list, and the upstream's own key in place of the client's. */
export function forwardedHeaders(exchange: Exchange, headers: IncomingHttpHeaders): ForwardHeaders {
  const upstream = exchange.route?.upstream;
  const result: ForwardHeaders = {
    host: headers.host,
    'content-type': forwardedType(exchange),
    'content-length': headers['content-length'],
    [EXCHANGE]: exchange,
  };
  for (const name of COMMON_HEADERS) if (headers[name] !== undefined) result[name] = headers[name];
  const { forwardedHeaders: own, defaultHeaders } = exchange.dialect;
  for (const name of own) if (headers[name] !== undefined) result[name] = headers[name];
  for (const name in defaultHeaders) result[name] ??= defaultHeaders[name];
  return upstream ? Object.assign(result, credentials(upstream)) : result;
}

/** The body to forward, with what the hold decided written into it; all other bytes are the client's. */
export function forwardedBody(exchange: Exchange): Buffer {
  const { change, askedForUsage } = exchange;
  if (!change) throw new Error('Nothing is held for this request yet.');
  const edits = exchange.dialect.edits(exchange.body, { ...change, askForUsage: askedForUsage });
  if (exchange.form) return editedForm(exchange.bytes, exchange.form, edits);
  return edited(exchange.bytes, exchange.members, edits);
}

export function forwardedType({ form }: Exchange): string {
  return form ? formType(form) : 'application/json';
}

/** Where the request goes on to now, by its route: what @fastify/reply-from was told for the first upstream. */
export function destinationOf(exchange: Exchange): { upstream: Upstream; path: string; query: string } {
  const { route, dialect, target } = exchange;
  if (!route) throw new Error('The exchange has no route yet.');
  const { upstream, model } = route;
  const { path, query } = dialect.destination(upstream, model, target);
  return { upstream, path: `${upstream.pathPrefix}${path}`, query };
}

/**
 * Sends requests on. An upstream that gives no answer before its first byte is followed by the next candidate; the
 * hold covers whichever answers, and only the last failure is told.
 */
export function createForwarder(
  { clock, log, metrics, upstreamHealth: health }: GatewayContext,
  agents: Agents,
): Forwarder {
  const send = (options: Dispatcher.RequestOptions, exchange: Exchange, callback: Callback): void => {
    const { upstream, model } = routeOf(exchange);
    // A half-open circuit lets one request try; the others go on at once, if there is anywhere to go.
    if (!health.take(upstream.id, model) && next(exchange))
      return send(redirected(options, exchange), exchange, callback);
    call(agents.of(upstream), options, exchange, callback);
  };

  const call = (agent: Dispatcher, options: Dispatcher.RequestOptions, exchange: Exchange, callback: Callback) => {
    const { upstream } = routeOf(exchange);
    const calledAt = clock.now();
    const answer = new UpstreamAnswer((error, result) => {
      if (result) {
        faultPoint('answer_headers');
        return judge(options, exchange, result, callback);
      }
      if (isOver(exchange)) return callback(error);
      if (answer.statusCode === 0 && clock.now() - calledAt <= STALE_MS && lostKeptConnection(error)) {
        log.info({ err: error, usageId: exchange.id, upstreamId: upstream.id }, 'A kept connection had ended');
        return call(agents.fresh(upstream), options, exchange, callback);
      }
      const failure = failedCall(error);
      rest(exchange, failure);
      if (passOn(exchange, failure, error)) return send(redirected(options, exchange), exchange, callback);
      callback(error);
    });
    exchange.answer = answer;
    agent.dispatch({ ...options, headersTimeout: upstream.headersMs, bodyTimeout: upstream.idleMs }, answer);
    faultPoint('forwarded');
  };

  /** What the headers of an answer say of its upstream, and whether it is to be delivered. */
  const judge = (
    options: Dispatcher.RequestOptions,
    exchange: Exchange,
    result: ForwardResult,
    callback: Callback,
  ): void => {
    const { statusCode, headers, body } = result;
    const failure = isOver(exchange) ? null : failedAnswer(statusCode, headers, clock.now());
    const leave = (of: Failure): void => {
      if (!passOn(exchange, of, null)) return callback(null, result);
      body.cancel();
      send(redirected(options, exchange), exchange, callback);
    };
    if (failure?.kind === 'unfunded') {
      return readErrorBody(body, (error, said) => {
        // One request that asks for much must not make everybody's upstream rest.
        if (asksForLess(said)) answered(exchange);
        else rest(exchange, failure);
        if (error && exchange.others.length === 0) return callback(error);
        leave(failure);
      });
    }
    if (failure) {
      rest(exchange, failure);
      return leave(failure);
    }
    answered(exchange);
    const isRefusal = statusCode === 400 || statusCode === 422;
    if (isRefusal && exchange.askedForUsage && !exchange.facts.wantsUsage) {
      return retryIfUsageIsRefused(options, exchange, result, callback);
    }
    callback(null, result);
  };

  const answered = (exchange: Exchange): void => {
    const { upstream, model } = routeOf(exchange);
    health.answered(upstream.id, model);
  };
  const rest = (exchange: Exchange, failure: Failure): void => {
    const { upstream, model } = routeOf(exchange);
    health.failed(upstream.id, model, failure);
  };

  /** @returns whether the request was turned to another candidate */
  const passOn = (exchange: Exchange, failure: Failure, err: Error | null): boolean => {
    const { upstream } = routeOf(exchange);
    const isPassedOn = next(exchange);
    metrics.upstreamFailed(upstream.id, failure.kind, isPassedOn);
    const said = isPassedOn ? 'An upstream gave no answer; the next one is asked' : 'An upstream gave no answer';
    log.warn({ err, usageId: exchange.id, upstreamId: upstream.id, ...failure }, said);
    if (isPassedOn) faultPoint('failed_over');
    return isPassedOn;
  };

  /** Some servers answer 400 or 422 to `stream_options`: they are asked again without, and believed if that helps. */
  const retryIfUsageIsRefused = (
    options: Dispatcher.RequestOptions,
    exchange: Exchange,
    result: ForwardResult,
    callback: Callback,
  ): void => {
    readErrorBody(result.body, (error, said) => {
      if (error) return callback(error);
      if (exchange.clientGone || !mayRefuseUsage(said)) return callback(null, result);
      const route = routeOf(exchange);
      exchange.askedForUsage = false;
      const body = forwardedBody(exchange);
      const headers = { ...(options.headers as IncomingHttpHeaders), 'content-length': String(body.length) };
      send({ ...options, headers, body }, exchange, (failure, answer) => {
        // Else the request was at fault, whatever the first error mentioned, or somebody else has answered.
        const helped = answer !== undefined && answer.statusCode < 300 && exchange.route === route;
        if (helped) rememberUsageRefusal(exchange, route, clock.now());
        callback(failure, answer);
      });
    });
  };

  return {
    client: {
      request(options, callback) {
        const { [EXCHANGE]: exchange, ...headers } = options.headers as ForwardHeaders;
        if (!exchange) return callback(new Error('A request without its exchange'));
        send({ ...options, headers }, exchange, callback);
      },
    },
  };
}

/** Nobody waits for an answer any more. */
function isOver({ clientGone, isCut }: Exchange): boolean {
  return clientGone || isCut;
}

/** Turns the exchange to its next candidate. False when there is none left. */
function next(exchange: Exchange): boolean {
  const candidate = exchange.others.shift();
  if (!candidate || !exchange.hold) return false;
  aim(exchange, candidate, exchange.hold);
  return true;
}

/** The same request for the upstream that the exchange is now turned to. */
function redirected(options: Dispatcher.RequestOptions, exchange: Exchange): Dispatcher.RequestOptions {
  const { upstream, path, query } = destinationOf(exchange);
  const body = forwardedBody(exchange);
  const { [EXCHANGE]: _, ...headers } = forwardedHeaders(exchange, {
    ...exchange.request.headers,
    host: new URL(upstream.origin).host,
    'content-length': String(body.length),
  });
  return { ...options, origin: upstream.origin, path: query === '' ? path : `${path}?${query}`, headers, body };
}

function routeOf({ route }: Exchange): Route {
  if (!route) throw new Error('The exchange has no route yet.');
  return route;
}
