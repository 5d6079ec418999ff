/** The metered routes: the life of a request, in the order in which it happens. */
import httpProxy from '@fastify/http-proxy';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayContext } from '../context.ts';
import { newId } from '../db/ids.ts';
import { createUserDirectory } from '../identity/directory.ts';
import type { KeyRow } from '../keys/queries.ts';
import { faultPoint } from '../ops/fault-point.ts';
import { createRefusalWriter } from '../reports/refusal-writer.ts';
import { type AdmitParts, admit } from './admit.ts';
import { createAuthenticate } from './authenticate.ts';
import { sendRefusal, sendRefused, sendUnmetered } from './client-reply.ts';
import { deliverBody } from './deliver-body.ts';
import { deliverStream } from './deliver-stream.ts';
import { chatDialect } from './dialects/chat.ts';
import { BadRequestError, type Dialect, type OutputChange, type Refusal } from './dialects/dialect.ts';
import { openAiErrorBody } from './dialects/openai-error.ts';
import { createExchange, createOpenExchanges, type Exchange, type Hold, type OpenExchanges } from './exchange.ts';
import { createForwarder, forwardedBody, forwardedHeaders } from './forward.ts';
import { identify } from './identify.ts';
import { createModelTerms, type ModelTerms } from './model-terms.ts';
import { registerModelsRoute } from './models-route.ts';
import { createPlanDirectory } from './plan-directory.ts';
import { readBody } from './read-body.ts';
import { printable, RefusedError, refused, UNAVAILABLE } from './refusal.ts';
import { INTERNAL, refusalOf } from './refusal-of.ts';
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

  /** Identify, gate, estimate, hold. @throws RefusedError, BadRequestError */
  const prepare = async (exchange: Exchange, key: KeyRow): Promise<void> => {
    const { request, dialect } = exchange;
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
    return refused(404, 'model_not_found', `No upstream serves the model '${printable(model)}'.${hint}`, {
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
      return sendRefusal(exchange, INTERNAL, clock.now());
    }
    const { request, dialect } = exchange;
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
    sendRefused(exchange, refusal, clock.now());
  };

  /** The client left, or must be cut: whoever delivers decides; before that the hold is given back. */
  const watch = (exchange: Exchange): void => {
    const { raw } = exchange.reply;
    raw.once('close', () => {
      metrics.closed();
      // What is held stays until it is settled.
      if (!changes.has(exchange)) open.remove(exchange);
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
    if (exchange.clientGone || exchange.isCut) return exchange.onCut(exchange.isCut ? 'gateway' : 'client');
    const { upstream } = routeOf(exchange);
    const body = forwardedBody(exchange, changeOf(exchange));
    exchange.reply.from(`${upstream.pathPrefix}${exchange.dialect.upstreamPath}`, {
      ...replyOptions,
      getUpstream: () => upstream.origin,
      body,
      contentType: 'application/json',
    });
  };

  /** Begins an exchange before its body is read: whoever has no key need not send one. */
  const begin = (dialect: Dialect) => (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const now = clock.now();
    const exchange = createExchange(newId('req', now), dialect, request, reply, now, context.calendar().period(now));
    request.exchange = exchange;
    metrics.opened();
    open.add(exchange);
    watch(exchange);
    authenticate(request)
      .then((key) => {
        exchange.key = key;
        refuseCoded(request);
        done();
      })
      .catch((error: unknown) => refuse(exchange, error));
  };

  const handle = ({ exchange }: FastifyRequest, _reply: FastifyReply, _dest: string, replyOptions: object) => {
    if (!exchange?.key) throw new Error('A request without its exchange');
    prepare(exchange, exchange.key)
      .then(() => forward(exchange, replyOptions))
      .catch((error: unknown) => (changes.has(exchange) ? giveUp(exchange, error) : refuse(exchange, error)));
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
      if (request.exchange) return refuse(request.exchange, error);
      const refusal = refusalOf(error);
      if (!refusal) log.error({ err: error, url: request.url }, 'A metered route failed');
      sendUnmetered(reply, openAiErrorBody, refusal?.refusal ?? INTERNAL, newId('req', clock.now()));
    });
    const serve = (dialect: Dialect) => async (metered: FastifyInstance) => {
      metered.addHook('onRequest', begin(dialect));
      await metered.register(httpProxy, {
        upstream: '',
        prefix: dialect.path,
        routes: [''],
        httpMethods: ['POST'],
        proxyPayloads: false,
        disableRequestLogging: true,
        undici: forwarder.client as never,
        handler: handle,
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
            try {
              (isStream(exchange, answer) ? deliverStream : deliverBody)({ context, settler }, exchange, answer);
            } catch (error) {
              answer.cancel();
              giveUp(exchange, error);
            }
          },
          onError: (reply, { error }) => {
            const exchange = (reply.request as FastifyRequest).exchange;
            if (exchange) fail(exchange, upstreamFailure(error));
          },
        },
      });
    };
    for (const dialect of options.dialects ?? DIALECTS) await scope.register(serve(dialect));
    registerModelsRoute(scope, { context, authenticate, directory, upstreams, plans: admitParts.plans });
    /** Before a body of whatever kind is read. */
    const onRequest = (request: FastifyRequest, reply: FastifyReply) => {
      const path = printable(request.url.split('?', 1)[0] ?? '');
      const message = `This gateway does not serve ${request.method} ${path}.`;
      const id = newId('req', clock.now());
      sendUnmetered(reply, openAiErrorBody, { statusCode: 404, code: 'not_found', message }, id);
    };
    for (const prefix of PREFIXES) {
      for (const path of [prefix, `${prefix}/*`]) scope.all(path, { onRequest }, () => undefined);
    }
  });

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

/** Some servers forget to say that they stream. What is said to be a page or JSON is neither in any case. */
function isStream({ facts }: Exchange, { statusCode, headers }: UpstreamAnswer): boolean {
  if (statusCode >= 300) return false;
  const type = String(headers['content-type'] ?? '');
  return /^text\/event-stream\b/i.test(type) || (facts.stream && !/\b(json|html|xml)\b/i.test(type));
}

function routeOf(exchange: Exchange): Route {
  if (!exchange.route) throw new Error('The exchange has no route yet.');
  return exchange.route;
}

function refuseCoded({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new BadRequestError('Compressed bodies are not accepted. Send the body as it is.', undefined, 415);
}

function bodyOf(request: FastifyRequest): Buffer {
  if (!Buffer.isBuffer(request.body)) throw new BadRequestError('A JSON body is needed.');
  return request.body;
}
