/** The demo upstream: a model named `solaris-echo` behind OpenAI's chat completions, inside the gateway's own process. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../ops/clock.ts';
import { createServer } from '../ops/node-http.ts';
import { ECHO_MODEL } from '../proxy/model-facts.ts';
import { type EchoAnswer, type EchoRequest, echoAnswer, echoRequest } from './echo-answer.ts';

export interface EchoUpstream {
  /** Base URL on loopback, as an upstream's `baseUrl`: `http://127.0.0.1:<port>/v1`. */
  readonly url: string;
  /** Bearer key, made anew at every start: nobody else on the machine can use the upstream past the gateway. */
  readonly key: string;
  readonly model: string;
  /** Ends what is being answered, too. */
  close(): Promise<void>;
}

export interface EchoOptions {
  /** Pause between the words of a stream; milliseconds. */
  paceMs?: number;
}

const HOST = '127.0.0.1';
const LONGEST_BODY = 128 * 1024 * 1024;
/** Longer than the gateway keeps an idle connection, so that it is never the one to be cut off. */
const KEEP_ALIVE_MS = 120_000;

class EchoError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Starts the demo upstream on a free port of 127.0.0.1. */
export async function startEchoUpstream(clock: Clock, { paceMs = 6 }: EchoOptions = {}): Promise<EchoUpstream> {
  const key = randomBytes(24).toString('base64url');
  const expected = Buffer.from(`Bearer ${key}`);
  let answered = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const given = Buffer.from(request.headers.authorization ?? '');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new EchoError(401, 'Wrong key.');
    const path = request.url?.split('?')[0];
    if (request.method === 'GET' && path === '/v1/models') {
      sendJson(response, 200, {
        object: 'list',
        data: [{ id: ECHO_MODEL, object: 'model', created: 0, owned_by: 'ia-solaris' }],
      });
      return;
    }
    if (request.method !== 'POST' || path !== '/v1/chat/completions') throw new EchoError(404, 'Unknown path.');
    const asked = parse(await readBody(request));
    if (asked.model !== ECHO_MODEL) throw new EchoError(404, `The demo upstream has one model: ${ECHO_MODEL}.`);
    const echo = echoAnswer(asked, request.headers['accept-language'] ?? '');
    answered += 1;
    const head = { id: `chatcmpl-echo-${answered}`, created: Math.floor(clock.now() / 1000), model: ECHO_MODEL };
    if (asked.stream) await stream(response, asked, echo, head);
    else sendJson(response, 200, completion(asked, echo, head));
  }

  async function stream(response: ServerResponse, asked: EchoRequest, echo: EchoAnswer, head: object): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
    const send = async (event: object) => {
      const data = `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...event })}\n\n`;
      if (!response.write(data)) await once(response, 'drain', { signal: gone.signal });
    };
    const choices = Array.from({ length: asked.n ?? 1 }, (_, index) => index);
    const sendChoices = async (delta: object, finish_reason: string | null) => {
      for (const index of choices) await send({ choices: [{ index, delta, finish_reason }] });
    };
    await sendChoices({ role: 'assistant', content: '' }, null);
    for (const content of echo.pieces) {
      if (paceMs > 0) await wait(paceMs, undefined, { signal: gone.signal });
      await sendChoices({ content }, null);
    }
    await sendChoices({}, echo.finishReason);
    if (asked.stream_options?.include_usage) await send({ choices: [], usage: echo.usage });
    response.end('data: [DONE]\n\n');
  }

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) response.destroy();
      else if (error instanceof EchoError) sendError(response, error.status, error.message);
      else sendError(response, 500, 'The demo upstream failed.');
    });
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  return {
    url: `http://${HOST}:${portOf(server)}/v1`,
    key,
    model: ECHO_MODEL,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function completion(asked: EchoRequest, echo: EchoAnswer, head: object): object {
  const message = { role: 'assistant', content: echo.pieces.join('').trimEnd() };
  const choices = Array.from({ length: asked.n ?? 1 }, (_, index) => ({
    index,
    message,
    finish_reason: echo.finishReason,
  }));
  return { ...head, object: 'chat.completion', choices, usage: echo.usage };
}

function parse(body: string): EchoRequest {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new EchoError(400, 'The body is not JSON.');
  }
  const parsed = echoRequest.safeParse(json);
  if (!parsed.success)
    throw new EchoError(400, `The request is not understood: ${parsed.error.issues[0]?.path.join('.')}.`);
  return parsed.data;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LONGEST_BODY) throw new EchoError(413, 'The request is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

function sendError(response: ServerResponse, status: number, message: string): void {
  const type = status >= 500 ? 'api_error' : 'invalid_request_error';
  sendJson(response, status, { error: { message, type, param: null, code: null } });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The demo upstream has no port.');
  return address.port;
}
