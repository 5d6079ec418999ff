/** The life of a metered request, from its first byte to its settlement or refusal. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayContext } from '../context.ts';
import { newId } from '../db/ids.ts';
import type { RefusalWriter } from '../reports/refusal-writer.ts';
import type { Authenticate } from './authenticate.ts';
import { sendRefusal, sendRefused } from './client-reply.ts';
import { hangUp } from './client-stream.ts';
import { deliverBody } from './deliver-body.ts';
import { deliverStream } from './deliver-stream.ts';
import { BadRequestError, type Dialect, type Refusal } from './dialects/dialect.ts';
import { type Cut, createExchange, type Exchange, type OpenExchanges } from './exchange.ts';
import { destinationOf, forwardedBody, forwardedType } from './forward.ts';
import type { ChatNotices } from './notice/chat-notices.ts';
import { type PrepareParts, prepare } from './prepare.ts';
import { UNAVAILABLE } from './refusal.ts';
import { INTERNAL, refusalOf } from './refusal-of.ts';
import type { Settler } from './settle.ts';
import type { UpstreamAnswer } from './upstream-answer.ts';
import { upstreamFailure } from './upstream-failure.ts';

export interface LifeParts {
  readonly context: GatewayContext;
  readonly open: OpenExchanges;
  readonly authenticate: Authenticate;
  readonly prepareParts: PrepareParts;
  readonly settler: Settler;
  readonly notices: ChatNotices;
  readonly refusals: RefusalWriter;
}

export interface MeteredLife {
  /** Begins an exchange before its body is read: whoever has no key need not send one. */
  begin(dialect: Dialect): (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;
  /** Its body is read: hold tokens and forward it. */
  handle(exchange: Exchange, replyOptions: object): void;
  /** The upstream began to answer. */
  answered(exchange: Exchange, answer: UpstreamAnswer): void;
  /** The upstream gave no answer. */
  unanswered(exchange: Exchange, error: Error): void;
  /** Answers with what went wrong before anything was held. */
  refuse(exchange: Exchange, error: unknown): void;
}

export function createMeteredLife(parts: LifeParts): MeteredLife {
  const { context, open, settler } = parts;
  const { clock, log, metrics } = context;

  const refuse = (exchange: Exchange, error: unknown): void => {
    const refusal = refusalOf(error);
    if (refusal === null) {
      log.error({ err: error, usageId: exchange.id }, 'A request failed');
      return sendRefusal(exchange, INTERNAL, clock.now());
    }
    const { request, dialect } = exchange;
    metrics.requestRefused(refusal.refusal.code);
    parts.refusals.record({
      userId: exchange.user?.id ?? null,
      keyId: exchange.key?.id ?? null,
      code: refusal.refusal.code,
      statusCode: refusal.refusal.statusCode,
      model: exchange.facts.model === '' ? null : exchange.facts.model.slice(0, 200),
      endpoint: dialect.endpoint,
      message: refusal.refusal.message,
      ipAddress: request.ip,
    });
    sendRefused(exchange, refusal, clock.now());
  };

  /** What is held is given back: the upstream could not be reached or gave no answer. */
  const fail = (exchange: Exchange, refusal: Refusal): void => {
    if (exchange.settling) return;
    settler
      .settle(exchange, { outcome: 'upstream_error', reported: null, text: null, errorMessage: refusal.message })
      .then(
        () => sendRefusal(exchange, refusal, clock.now()),
        () => sendRefusal(exchange, UNAVAILABLE, clock.now()),
      );
  };

  /** A fault of ours behind the hold. */
  const giveUp = (exchange: Exchange, error: unknown): void => {
    log.error({ err: error, usageId: exchange.id }, 'A held request failed');
    fail(exchange, INTERNAL);
  };

  /** The client left, or must be cut: whoever delivers decides; before that the hold is given back. */
  const watch = (exchange: Exchange): void => {
    const { raw } = exchange.reply;
    raw.once('close', () => {
      metrics.closed();
      // What is held stays until it is settled.
      if (exchange.change === null) open.remove(exchange);
      if (raw.writableFinished) return;
      exchange.clientGone = true;
      exchange.onCut?.('client');
    });
  };

  const forward = (exchange: Exchange, replyOptions: object): void => {
    const onCut: Cut = (by) => {
      const outcome = by === 'client' ? 'client_aborted' : 'interrupted';
      // Sent, the prompt may have been read; before, nothing was spent.
      const text = exchange.answer?.mayHaveRead ? '' : null;
      void settler.settle(exchange, { outcome, reported: null, text }).catch(() => undefined);
      // Only now: a cancelled call comes back as a failed one, which would settle it for nothing.
      exchange.answer?.cancel();
      hangUp(exchange.reply.raw);
    };
    exchange.onCut = onCut;
    if (exchange.clientGone || exchange.isCut) return onCut(exchange.isCut ? 'gateway' : 'client');
    const { upstream, path, query } = destinationOf(exchange);
    exchange.reply.from(path, {
      ...replyOptions,
      getUpstream: () => upstream.origin,
      queryString: () => query,
      body: forwardedBody(exchange),
      contentType: forwardedType(exchange),
    });
  };

  return {
    refuse,
    begin: (dialect) => (request, reply, done) => {
      const now = clock.now();
      const exchange = createExchange(newId('req', now), dialect, request, reply, now, context.calendar().period(now));
      request.exchange = exchange;
      metrics.opened();
      open.add(exchange);
      watch(exchange);
      parts
        .authenticate(request, dialect)
        .then((key) => {
          exchange.key = key;
          refuseCoded(request);
          done();
        })
        .catch((error: unknown) => refuse(exchange, error));
    },
    handle(exchange, replyOptions) {
      if (!exchange.key) throw new Error('A request without its key');
      prepare(parts.prepareParts, exchange, exchange.key)
        .then(() => forward(exchange, replyOptions))
        .catch((error: unknown) => (exchange.change ? giveUp(exchange, error) : refuse(exchange, error)));
    },
    answered(exchange, answer) {
      exchange.statusCode = answer.statusCode;
      try {
        (isStream(exchange, answer) ? deliverStream : deliverBody)(parts, exchange, answer);
      } catch (error) {
        answer.cancel();
        giveUp(exchange, error);
      }
    },
    unanswered: (exchange, error) => fail(exchange, upstreamFailure(error)),
  };
}

/** Some servers forget to say that they stream. What is said to be a page or JSON is neither in any case. */
function isStream({ facts, dialect }: Exchange, { statusCode, headers }: UpstreamAnswer): boolean {
  if (statusCode >= 300) return false;
  const type = String(headers['content-type'] ?? '');
  if (dialect.isStream) return dialect.isStream(facts, type);
  return /^text\/event-stream\b/i.test(type) || (facts.stream && !/\b(json|html|xml)\b/i.test(type));
}

function refuseCoded({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new BadRequestError('Compressed bodies are not accepted. Send the body as it is.', undefined, 415);
}
