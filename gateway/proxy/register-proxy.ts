/** The metered routes: the life of a request, in the order in which it happens. */
import httpProxy from '@fastify/http-proxy';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayContext } from '../context.ts';
import { databaseErrorKind } from '../db/errors.ts';
import { newId } from '../db/ids.ts';
import { createUserDirectory } from '../identity/directory.ts';
import type { KeyRow } from '../keys/queries.ts';
import { faultPoint } from '../ops/fault-point.ts';
import { createRefusalWriter } from '../reports/refusal-writer.ts';
import { type AdmitParts, admit } from './admit.ts';
import { createAuthenticate } from './authenticate.ts';
import { sendRefusal, sendRefused } from './client-reply.ts';
import { deliverBody } from './deliver-body.ts';
import { deliverStream } from './deliver-stream.ts';
import { chatDialect } from './dialects/chat.ts';
import { BadRequestError, type Dialect, type OutputChange } from './dialects/dialect.ts';
import { openAiErrorBody } from './dialects/openai-error.ts';
import { createExchange, createOpenExchanges, type Exchange, type Hold, type OpenExchanges } from './exchange.ts';
import { createForwarder, forwardedBody, forwardedHeaders } from './forward.ts';
import { identify } from './identify.ts';
import { createModelTerms, type ModelTerms } from './model-terms.ts';
import { registerModelsRoute } from './models-route.ts';
import { createPlanDirectory } from './plan-directory.ts';
import { readBody } from './read-body.ts';
import { RefusedError, refused, UNAVAILABLE } from './refusal.ts';
import { createRequestRates } from './request-rates.ts';
import { createSettler } from './settle.ts';
import { createTokenizer } from './tokenizer.ts';
import type { UpstreamAnswer } from './upstream-answer.ts';
import { createUpstreamDirectory, type DemoUpstream, type Route } from './upstream-directory.ts';
import { upstreamFailure } from './upstream-failure.ts';

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange | null;
  }
}

export interface ProxyOptions {
  /** Starts the built-in upstream that answers while none is configured. */
  readonly demoUpstream: () => Promise<DemoUpstream>;
  /** The wire dialects to serve; default: all. */
  readonly dialects?: readonly Dialect[];
}

export interface ProxyHandle {
  readonly open: OpenExchanges;
  /** Writes what is still unsettled and lets go of connections. Call after `open.drain`. */
  close(): Promise<void>;
}

/** Everything under these prefixes is metered, listed as free, or refused. */
const PREFIXES = ['/v1', '/v1beta'];
const DIALECTS: readonly Dialect[] = [chatDialect];
const NOWHERE = 'http://127.0.0.1';

/** Registers the metered routes on `app`. */
export async function registerProxy(
  app: FastifyInstance,
  context: GatewayContext,
  options: ProxyOptions,
): Promise<ProxyHandle> {
  const { clock, settings, events, log, metrics } = context;
  const open = createOpenExchanges();
  const tokenizer = createTokenizer((err) => log.error({ err }, 'The tokenizer failed; byte counts stand in for it'));
  const settler = createSettler({ context, tokenizer, open });
  const admitParts: AdmitParts = {
    context,
    tokenizer,
    plans: createPlanDirectory(context),
    rates: createRequestRates(clock),
  };
  const directory = createUserDirectory(context);
  const upstreams = createUpstreamDirectory(context, options.demoUpstream);
  const terms = createModelTerms(context);
  const authenticate = createAuthenticate(context);
  const refusals = createRefusalWriter(context);
  const changes = new WeakMap<Exchange, OutputChange>();
  const forwarder = createForwarder((exchange) => changeOf(exchange));
  events.on((event) => (event.kind === 'user_cancelled' ? open.cutUser(event.userId) : undefined));

  /** Authenticate, identify, gate, estimate, hold. @throws RefusedError, BadRequestError */
  const prepare = async (exchange: Exchange): Promise<void> => {
    const { request, dialect } = exchange;
    const key = await authenticate(request);
    exchange.key = key;
    exchange.bytes = bodyOf(request);
    const { body, members, facts } = readBody(exchange.bytes, dialect);
    exchange.body = body;
    exchange.members = members;
    exchange.facts = facts;
    const route = await upstreams.route(facts.model);
    if (!route) throw await unservedModel(facts.model);
    const modelTerms = await terms.of(route, facts.model);
    exchange.route = route;
    exchange.terms = modelTerms;
    const hold = await holdFor(exchange, key, route, modelTerms).catch((error: unknown) => {
      // Merged into another user a moment ago: the same claim now leads to that one.
      if (!(error instanceof RefusedError) || error.refusal.code !== 'user_deleted') throw error;
      directory.forget();
      return holdFor(exchange, key, route, modelTerms);
    });
    open.add(exchange);
    exchange.balance = hold.balance;
    exchange.askedForUsage = facts.stream && !route.upstream.refusesStreamOptions;
    changes.set(exchange, {
      limit: hold.lowered ? hold.outputTokens : null,
      limitField: modelTerms.facts.limitField,
      model: route.model === facts.model ? null : route.model,
      askForUsage: exchange.askedForUsage,
    });
    faultPoint('held');
  };

  const holdFor = async (exchange: Exchange, key: KeyRow, route: Route, modelTerms: ModelTerms): Promise<Hold> => {
    const { facts } = exchange;
    const user = await identify(context, directory, exchange.request, key, facts.userId);
    exchange.user = user;
    faultPoint('identified');
    return admit(admitParts, exchange, { facts, route, terms: modelTerms, userId: user.id, planId: user.planId });
  };

  const unservedModel = async (model: string): Promise<RefusedError> => {
    const served = (await upstreams.all()).flatMap((upstream) => upstream.models);
    const hint = served.includes('*')
      ? ''
      : ` Served: ${served.slice(0, 5).join(', ')}${served.length > 5 ? ', …' : ''}.`;
    return refused(404, 'model_not_found', `No upstream serves the model '${model.slice(0, 100)}'.${hint}`, {
      param: 'model',
    });
  };

  const changeOf = (exchange: Exchange): OutputChange => ({
    ...(changes.get(exchange) ?? { limit: null, limitField: 'max_tokens', model: null }),
    askForUsage: exchange.askedForUsage,
  });

  const refuse = (exchange: Exchange, error: unknown): void => {
    const refusal = refusalOf(error);
    if (refusal === null) {
      log.error({ err: error, usageId: exchange.id }, 'A request failed');
      return sendRefusal(exchange.reply, exchange.dialect, INTERNAL, exchange.id);
    }
    const { request, dialect, reply } = exchange;
    metrics.requestRefused(refusal.refusal.code);
    refusals.record({
      userId: exchange.user?.id ?? null,
      keyId: exchange.key?.id ?? null,
      code: refusal.refusal.code,
      statusCode: refusal.refusal.statusCode,
      model: exchange.facts.model === '' ? null : exchange.facts.model.slice(0, 200),
      endpoint: dialect.path,
      message: refusal.refusal.message,
      ipAddress: request.ip,
    });
    sendRefused(reply, dialect, refusal, exchange.id);
  };

  /** The client left, or must be cut: whoever delivers decides; before that the hold is given back. */
  const watch = (exchange: Exchange): void => {
    const { raw } = exchange.reply;
    raw.once('close', () => {
      metrics.closed();
      if (raw.writableFinished) return;
      exchange.clientGone = true;
      exchange.onCut?.('client');
    });
  };

  const forward = (exchange: Exchange, replyOptions: object): void => {
    exchange.onCut = (by) => {
      const outcome = by === 'client' ? 'client_aborted' : 'interrupted';
      // On its way, the prompt may have been read; before, nothing was spent.
      const text = exchange.answer ? '' : null;
      void settler.settle(exchange, { outcome, reported: null, text }).catch(() => undefined);
      // Only now: a cancelled call comes back as a failed one, which would settle it for nothing.
      exchange.answer?.cancel();
      exchange.reply.raw.destroy();
    };
    if (exchange.clientGone) return exchange.onCut('client');
    const { upstream } = routeOf(exchange);
    const body = forwardedBody(exchange, changeOf(exchange));
    exchange.reply.from(`${upstream.pathPrefix}${exchange.dialect.upstreamPath}`, {
      ...replyOptions,
      getUpstream: () => upstream.origin,
      body,
      contentType: 'application/json',
    });
  };

  const handle =
    (dialect: Dialect) => (request: FastifyRequest, reply: FastifyReply, _dest: string, replyOptions: object) => {
      const now = clock.now();
      const exchange = createExchange(newId('req', now), dialect, request, reply, now, context.calendar().period(now));
      request.exchange = exchange;
      metrics.opened();
      watch(exchange);
      prepare(exchange).then(
        () => forward(exchange, replyOptions),
        (error: unknown) => refuse(exchange, error),
      );
    };

  app.decorateRequest('exchange', null);
  await app.register(async (scope) => {
    // Nothing here logs through the request, and a child logger for each costs as much as reading its body.
    scope.setChildLoggerFactory((logger) => logger);
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer', bodyLimit: settings.current().bodyLimit },
      (_request, body, done) => done(null, body),
    );
    scope.setErrorHandler((error, request, reply) => {
      const refusal = refusalOf(error);
      if (!refusal) log.error({ err: error, url: request.url }, 'A metered route failed');
      sendRefusal(reply, { errorBody: openAiErrorBody }, refusal?.refusal ?? INTERNAL, null);
    });
    for (const dialect of options.dialects ?? DIALECTS) {
      await scope.register(httpProxy, {
        upstream: '',
        prefix: dialect.path,
        routes: [''],
        httpMethods: ['POST'],
        proxyPayloads: false,
        disableRequestLogging: true,
        undici: forwarder.client as never,
        handler: handle(dialect),
        replyOptions: {
          // http-proxy asks before the route is known; `forward` names the real one.
          getUpstream: () => NOWHERE,
          // No query of chat completions means anything to an upstream.
          queryString: () => '',
          rewriteRequestHeaders: (request, headers) =>
            request.exchange ? forwardedHeaders(request.exchange, headers) : headers,
          rewriteHeaders: () => ({}),
          onResponse: (request, _reply, response) => {
            const { exchange } = request as FastifyRequest;
            const answer = (response as unknown as { stream: UpstreamAnswer }).stream;
            if (!exchange) return answer.cancel();
            exchange.statusCode = answer.statusCode;
            const streamed =
              answer.statusCode < 300 && /^text\/event-stream\b/i.test(String(answer.headers['content-type'] ?? ''));
            (streamed ? deliverStream : deliverBody)({ context, settler }, exchange, answer);
          },
          onError: (reply, { error }) => {
            const exchange = (reply.request as FastifyRequest).exchange;
            if (exchange) void fail(exchange, error);
          },
        },
      });
    }
    registerModelsRoute(scope, { context, authenticate, directory, upstreams, plans: admitParts.plans });
    for (const prefix of PREFIXES) {
      scope.all(`${prefix}/*`, (request, reply) => {
        const message = `This gateway does not serve ${request.method} ${request.url.split('?', 1)[0]?.slice(0, 100)}.`;
        sendRefusal(reply, { errorBody: openAiErrorBody }, { statusCode: 404, code: 'not_found', message }, null);
      });
    }
  });

  /** The upstream could not be reached or gave no answer: nothing is charged. */
  const fail = async (exchange: Exchange, error: Error): Promise<void> => {
    if (exchange.settling) return;
    const refusal = upstreamFailure(error);
    try {
      await settler.settle(exchange, {
        outcome: 'upstream_error',
        reported: null,
        text: null,
        errorMessage: refusal.message,
      });
      sendRefusal(exchange.reply, exchange.dialect, refusal, exchange.id);
    } catch {
      sendRefusal(exchange.reply, exchange.dialect, UNAVAILABLE, exchange.id);
    }
  };

  return {
    open,
    async close() {
      await settler.flush();
      settler.close();
      await refusals.close();
      await tokenizer.close();
      await forwarder.close();
    },
  };
}

const INTERNAL = { statusCode: 500, code: 'internal_error', message: 'The gateway failed to handle this request.' };

function routeOf(exchange: Exchange): Route {
  if (!exchange.route) throw new Error('The exchange has no route yet.');
  return exchange.route;
}

/** The refusal behind an error; null when the error is a fault of ours. */
function refusalOf(error: unknown): RefusedError | null {
  if (error instanceof RefusedError) return error;
  if (error instanceof BadRequestError) {
    return refused(
      error.statusCode,
      'invalid_request',
      error.message,
      error.param === undefined ? {} : { param: error.param },
    );
  }
  if (databaseErrorKind(error) === 'unavailable') return new RefusedError(UNAVAILABLE);
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  switch (status) {
    case 413:
      return refused(413, 'request_too_large', 'The body is larger than this gateway accepts.');
    case 415:
      return refused(415, 'unsupported_media_type', 'Send the body as application/json in UTF-8, not compressed.');
    case 400:
      return refused(400, 'invalid_request', error instanceof Error ? error.message : 'The request is not valid.');
    default:
      return null;
  }
}

function bodyOf(request: FastifyRequest): Buffer {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new BadRequestError('Compressed bodies are not accepted. Send the body as it is.', undefined, 415);
  }
  if (!Buffer.isBuffer(request.body)) throw new BadRequestError('A JSON body is needed.');
  return request.body;
}
