/** Writing to the client: headers that every metered answer carries, whole answers, refusals. */
import type { FastifyReply } from 'fastify';
import type { Dialect, Refusal } from './dialects/dialect.ts';
import type { Exchange } from './exchange.ts';
import type { RefusedError } from './refusal.ts';

type Headers = Record<string, string | number>;

const LONGEST_COPIED = 16_384;

/** Headers of the upstream's answer that say something to the client and nothing about us or our credentials. */
const PASSED_HEADERS = [
  'content-type',
  'cache-control',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
  'openai-processing-ms',
  'openai-version',
  'content-disposition',
];

export function upstreamHeaders(exchange: Exchange): Headers {
  const headers: Headers = {};
  const upstream = exchange.answer?.headers;
  if (!upstream) return headers;
  for (const name of PASSED_HEADERS) {
    const value = upstream[name];
    if (typeof value === 'string') headers[name] = value;
  }
  return headers;
}

/** Adds the request's id and, where the user has a limit, what is left of it. */
export function withMeterHeaders(exchange: Exchange, headers: Headers, now: number): Headers {
  headers['x-request-id'] = exchange.id;
  const balance = exchange.balance;
  if (balance && balance.limit !== null) {
    headers['x-ratelimit-limit-tokens'] = balance.limit + balance.usedCredits + balance.credits;
    headers['x-ratelimit-remaining-tokens'] = balance.available ?? 0;
    headers['x-ratelimit-reset-tokens'] = `${Math.max(0, Math.ceil((exchange.period.endsAt - now) / 1000))}s`;
  }
  return headers;
}

/** Sends a whole answer past Fastify's serialisation: its bytes are final. */
export function sendWhole(reply: FastifyReply, statusCode: number, headers: Headers, body: Buffer | string): void {
  if (reply.raw.headersSent || reply.raw.destroyed) return;
  reply.hijack();
  headers['content-length'] = Buffer.byteLength(body);
  // The server is closing: the connection ends with this answer.
  if (reply.getHeader('connection') === 'close') headers.connection = 'close';
  reply.raw.writeHead(statusCode, headers);
  // A string leaves in one piece with the headers; bytes are a piece of their own, which costs more than copying them.
  if (typeof body === 'string' || body.length > LONGEST_COPIED) reply.raw.end(body);
  else reply.raw.end(body.toString('latin1'), 'latin1');
}

/** Answers with a refusal in the dialect's own error shape. */
export function sendRefusal(exchange: Exchange, refusal: Refusal, now: number): void {
  const headers = withMeterHeaders(exchange, { 'content-type': 'application/json', ...refusal.headers }, now);
  sendWhole(exchange.reply, refusal.statusCode, headers, JSON.stringify(exchange.dialect.errorBody(refusal)));
}

/** Answers with what stands in for the refusal, if the mode says so, else with the refusal itself. */
export function sendRefused(exchange: Exchange, { instead, refusal }: RefusedError, now: number): void {
  if (instead === null) return sendRefusal(exchange, refusal, now);
  const headers = withMeterHeaders(exchange, { 'content-type': instead.contentType }, now);
  sendWhole(exchange.reply, 200, headers, instead.body);
}

/** Answers a request that is no exchange: a path that is not served, the list of models. */
export function sendUnmetered(
  reply: FastifyReply,
  errorBody: Dialect['errorBody'],
  refusal: Refusal,
  requestId: string,
): void {
  const headers: Headers = { 'content-type': 'application/json', 'x-request-id': requestId, ...refusal.headers };
  sendWhole(reply, refusal.statusCode, headers, JSON.stringify(errorBody(refusal)));
}
