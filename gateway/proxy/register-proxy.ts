/** The metered routes: every dialect under its paths, the list of models, and 404 for everything else under the prefixes. */
import httpProxy, { type FastifyHttpProxyOptions } from '@fastify/http-proxy';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayContext } from '../context.ts';
import { newId } from '../db/ids.ts';
import { createUserDirectory } from '../identity/directory.ts';
import { createKeyUse } from '../keys/key-use.ts';
import { createRefusalWriter } from '../reports/refusal-writer.ts';
import { createAgents } from '../upstreams/agents.ts';
import { watchUpstreams } from '../upstreams/watch-upstreams.ts';
import type { AdmitParts } from './admit.ts';
import { createAuthenticate } from './authenticate.ts';
import { sendUnmetered } from './client-reply.ts';
import type { Dialect } from './dialects/dialect.ts';
import { DIALECTS } from './dialects/index.ts';
import { openAiErrorBody } from './dialects/openai-error.ts';
import { createOpenExchanges, type Exchange, type OpenExchanges } from './exchange.ts';
import { createForwarder, forwardedHeaders } from './forward.ts';
import { createFreePaths } from './free-paths.ts';
import { createKeptAnswers } from './kept-answers.ts';
import { createMeteredLife } from './metered-life.ts';
import { createModelCatalogue } from './model-catalogue.ts';
import { createModelTerms } from './model-terms.ts';
import { registerModelsRoute } from './models-route.ts';
import { createChatNotices } from './notice/chat-notices.ts';
import { createPlanDirectory } from './plan-directory.ts';
import { printable } from './refusal.ts';
import { INTERNAL, refusalOf } from './refusal-of.ts';
import { createSettler } from './settle.ts';
import { createTokenizer } from './tokenizer.ts';
import type { UpstreamAnswer } from './upstream-answer.ts';
import { createUpstreamDirectory, type DemoUpstream } from './upstream-directory.ts';

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

type ReplyOptions = NonNullable<FastifyHttpProxyOptions['replyOptions']>;

/** Everything under these prefixes is metered, listed as free, or refused. */
const PREFIXES = ['/v1', '/v1beta', '/openai'];
const NOWHERE = 'http://127.0.0.1';
/** Answers are written past Fastify, with headers of their own. */
const NO_HEADERS = {};

/** Registers the metered routes on `app`. */
export async function registerProxy(
  app: FastifyInstance,
  context: GatewayContext,
  options: ProxyOptions,
): Promise<ProxyHandle> {
  const { clock, settings, events, log } = context;
  const open = createOpenExchanges();
  const tokenizer = createTokenizer((err) => log.error({ err }, 'The tokenizer failed; byte counts stand in for it'));
  const kept = createKeptAnswers(context);
  const notices = createChatNotices(context);
  const settler = createSettler({ context, tokenizer, open, kept });
  const plans = createPlanDirectory(context);
  const admitParts: AdmitParts = { context, tokenizer, plans };
  const directory = createUserDirectory(context);
  const upstreams = createUpstreamDirectory(context, options.demoUpstream);
  const keyUse = createKeyUse(context);
  const authenticate = createAuthenticate(context, keyUse);
  const refusals = createRefusalWriter(context);
  const agents = createAgents();
  const forwarder = createForwarder(context, agents);
  const catalogue = createModelCatalogue(context, upstreams, agents);
  const serveFreePath = createFreePaths({ context, authenticate, upstreams, agents });
  const watch = watchUpstreams(context, upstreams.inUse, agents);
  const prepareParts = { context, open, directory, upstreams, terms: createModelTerms(context), kept, admitParts };
  const life = createMeteredLife({ context, open, authenticate, prepareParts, settler, notices, refusals });
  events.on(['user_cancelled'], ({ userId }) => open.cutUser(userId));

  const replyOptions: ReplyOptions = {
    // http-proxy insists on one; the real one is named when the request goes on.
    getUpstream: () => NOWHERE,
    rewriteRequestHeaders: (request, headers) => forwardedHeaders(exchangeOf(request), headers),
    rewriteHeaders: () => NO_HEADERS,
    onResponse: (request, _reply, response) =>
      life.answered(exchangeOf(request), (response as unknown as { stream: UpstreamAnswer }).stream),
    onError: (reply, { error }) => life.unanswered(exchangeOf(reply.request as FastifyRequest), error),
  };
  const serve = (dialect: Dialect) => async (metered: FastifyInstance) => {
    metered.addHook('onRequest', life.begin(dialect));
    await metered.register(httpProxy, {
      upstream: '',
      routes: [...dialect.paths],
      httpMethods: ['POST'],
      proxyPayloads: false,
      disableRequestLogging: true,
      undici: forwarder.client as never,
      // In place of http-proxy's own handler, which resolves the request's URL against its prefix: where a request goes
      // on to depends on its model and is put together by its dialect.
      preHandler: (request, _reply, _done) => life.handle(exchangeOf(request), replyOptions),
      replyOptions,
    });
  };

  app.decorateRequest('exchange', null);
  await app.register(async (scope) => {
    // Nothing here logs through the request, and a child logger for each costs as much as reading its body.
    scope.setChildLoggerFactory((logger) => logger);
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      ['application/json', 'multipart/form-data'],
      { parseAs: 'buffer', bodyLimit: settings.current().bodyLimit },
      (_request, body, done) => done(null, body),
    );
    scope.setErrorHandler((error, request, reply) => {
      if (request.exchange) return life.refuse(request.exchange, error);
      const refusal = refusalOf(error);
      if (!refusal) log.error({ err: error, route: request.routeOptions.url }, 'A metered route failed');
      sendUnmetered(reply, openAiErrorBody, refusal?.refusal ?? INTERNAL, newId('req', clock.now()));
    });
    for (const dialect of options.dialects ?? DIALECTS) await scope.register(serve(dialect));
    registerModelsRoute(scope, { context, authenticate, directory, catalogue, plans });
    /** Before a body of whatever kind is read. */
    const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
      if (await serveFreePath(request, reply)) return;
      const path = printable(request.url.split('?', 1)[0] ?? '');
      const message = `This gateway does not serve ${request.method} ${path}.`;
      const id = newId('req', clock.now());
      sendUnmetered(reply, openAiErrorBody, { statusCode: 404, code: 'not_found', message }, id);
    };
    for (const prefix of PREFIXES) {
      for (const path of [prefix, `${prefix}/*`]) scope.all(path, { onRequest }, () => undefined);
    }
  });

  return {
    open,
    async close() {
      await settler.flush();
      settler.close();
      await refusals.close();
      await keyUse.close();
      await tokenizer.close();
      watch.stop();
      await agents.close();
    },
  };
}

function exchangeOf(request: Pick<FastifyRequest, 'exchange'> | { exchange?: Exchange | null }): Exchange {
  if (!request.exchange) throw new Error('A request without its exchange');
  return request.exchange;
}
