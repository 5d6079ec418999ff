/** The Fastify instance of the main listener: timeouts, TLS, proxies in front of it. */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { reason } from '../config/environment.ts';
import type { Settings } from '../config/settings.ts';
import { answerClientError } from './client-error.ts';
import { createServer } from './node-http.ts';
import { schemaController } from './schema-controller.ts';
import { ConfigError } from './start-error.ts';

/** Above the idle timeout of usual proxies and clients, so that they close first and no request meets a closing socket. */
const KEEP_ALIVE_MS = 75_000;
/** Time for a client to send its request; answers may take as long as they take. */
const REQUEST_MS = 300_000;
const HEADERS_MS = 60_000;
/** Of a part of a path, decoded: above every name that is taken, so that a longer one is refused with a sentence. */
const LONGEST_PATH_PART = 1_000;

/** Answers a request whose URL no router can read. */
export type AnswerUnroutable = (request: FastifyRequest, reply: FastifyReply) => void;

/**
 * Makes the app; nothing listens yet.
 *
 * @throws ConfigError when the certificate or its key cannot be used
 */
export function createHttpApp(
  settings: Settings,
  log: FastifyBaseLogger,
  answerUnroutable: AnswerUnroutable,
): FastifyInstance {
  const tls = readTls(settings);
  return Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: settings.bodyLimit,
    trustProxy: settings.trustedProxies.length > 0 ? settings.trustedProxies : false,
    clientErrorHandler: answerClientError,
    routerOptions: { maxParamLength: LONGEST_PATH_PART },
    frameworkErrors: (_error, request, reply) => answerUnroutable(request, reply),
    schemaController,
    serverFactory(handler) {
      const options = { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_MS, headersTimeout: HEADERS_MS };
      // Fastify's type of a server is that of plain HTTP; all that is called on it exists on both.
      return tls
        ? (createTlsServer({ ...options, ...tls }, handler) as unknown as Server)
        : createServer(options, handler);
    },
  });
}

function readTls({ tls }: Settings): { cert: Buffer; key: Buffer } | null {
  if (tls.certFile === null || tls.keyFile === null) return null;
  const pair = { cert: readPem('TLS_CERT_FILE', tls.certFile), key: readPem('TLS_KEY_FILE', tls.keyFile) };
  try {
    createTlsServer(pair);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ConfigError(
      [`TLS_CERT_FILE and TLS_KEY_FILE must be a PEM certificate and its private key: ${message}.`],
      { cause: error },
    );
  }
  return pair;
}

function readPem(variable: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ConfigError([`${variable} names ${file}, which cannot be read: ${reason(error)}.`], { cause: error });
  }
}
