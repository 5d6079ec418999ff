/** Sends a held request to its upstream, as the one `request` function that @fastify/reply-from calls. */
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, type Dispatcher } from 'undici';
import { faultPoint } from '../ops/fault-point.ts';
import type { Exchange } from './exchange.ts';
import { editedForm, formType } from './form.ts';
import { edited } from './json-outline.ts';
import { UpstreamAnswer } from './upstream-answer.ts';
import type { Upstream } from './upstream-directory.ts';
import { credentials } from './upstream-kinds.ts';

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
  close(): Promise<void>;
}

/** Request headers that may travel on, whatever the dialect. Accept-encoding is not among them: answers are read here. */
const COMMON_HEADERS = ['accept', 'accept-language', 'user-agent', 'traceparent', 'tracestate'];
const LARGEST_ERROR = 1024 * 1024;

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

export function createForwarder(): Forwarder {
  const agents = new Map<number, Agent>();
  const agentFor = ({ connectMs }: Upstream): Agent => {
    let agent = agents.get(connectMs);
    if (!agent) {
      agent = new Agent({
        connect: { timeout: connectMs },
        connections: null,
        pipelining: 1,
        keepAliveTimeout: 30_000,
      });
      agents.set(connectMs, agent);
    }
    return agent;
  };

  const send = (
    options: Dispatcher.RequestOptions,
    exchange: Exchange,
    upstream: Upstream,
    callback: Callback,
  ): void => {
    const answer = new UpstreamAnswer((error, result) => {
      if (error || !result) return callback(error);
      faultPoint('answer_headers');
      const isRefusal = result.statusCode === 400 || result.statusCode === 422;
      if (isRefusal && exchange.askedForUsage && !exchange.facts.wantsUsage) {
        return retryIfUsageIsRefused(options, exchange, upstream, result, callback);
      }
      callback(null, result);
    });
    exchange.answer = answer;
    agentFor(upstream).dispatch(
      { ...options, headersTimeout: upstream.headersMs, bodyTimeout: upstream.idleMs },
      answer,
    );
    faultPoint('forwarded');
  };

  /** Some servers answer 400 or 422 to `stream_options`: they are asked again without, and remembered. */
  const retryIfUsageIsRefused = (
    options: Dispatcher.RequestOptions,
    exchange: Exchange,
    upstream: Upstream,
    result: ForwardResult,
    callback: Callback,
  ): void => {
    const parts: Buffer[] = [];
    let size = 0;
    result.body.attach({
      data(bytes) {
        parts.push(bytes);
        size += bytes.length;
        if (size <= LARGEST_ERROR) return;
        result.body.cancel();
        callback(new Error('The upstream sent an error that is too large.'));
      },
      end() {
        if (exchange.clientGone || !Buffer.concat(parts).includes('stream_options')) {
          result.body.rewind(parts);
          return callback(null, result);
        }
        upstream.refusesStreamOptions = true;
        exchange.askedForUsage = false;
        const body = forwardedBody(exchange);
        const headers = { ...(options.headers as IncomingHttpHeaders), 'content-length': String(body.length) };
        send({ ...options, headers, body }, exchange, upstream, callback);
      },
      fail: callback,
    });
  };

  return {
    client: {
      request(options, callback) {
        const { [EXCHANGE]: exchange, ...headers } = options.headers as ForwardHeaders;
        const upstream = exchange?.route?.upstream;
        if (!exchange || !upstream) return callback(new Error('A request without its exchange'));
        send({ ...options, headers }, exchange, upstream, callback);
      },
    },
    async close() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}
