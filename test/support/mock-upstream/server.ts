/**
 * A provider of one's own: a real HTTP server on 127.0.0.1 that answers chat completions as OpenAI does, counts their
 * tokens, records every call, and breaks in every way that a test asks for.
 */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { answerCall, answerEarly } from './answer.ts';
import { createCall, readBody } from './call.ts';
import { type Knobs, mergeKnobs, type Script } from './knobs.ts';
import { createRecorder, type RecordedCall, type Served, served } from './recorder.ts';
import { loadTokenCounters } from './token-count.ts';

/** Whoever the server belongs to, such as the context of a test. */
export interface Owner {
  after(close: () => Promise<void>): void;
}

export interface MockUpstream {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** What goes into an upstream's `baseUrl`. */
  readonly baseUrl: string;
  readonly port: number;
  /** Every request in the order of arrival, also refused ones and unknown paths. */
  readonly calls: readonly RecordedCall[];
  /** Completions that were answered with 200, and what they cost. */
  readonly served: readonly Served[];
  /** Sum of `served`, in tokens. */
  readonly servedTokens: number;
  readonly openConnections: number;
  /** The most completions that were being answered at once. */
  readonly peak: number;
  /** What later calls get, over the defaults. Replaces the script before it. */
  script(knobs: Knobs | Script): void;
  /** What the next completions get, one each, before any script; a `body` also answers what is no completion. */
  next(...knobs: Knobs[]): void;
  /** What matching calls get, over the script; the first match counts. */
  when(matches: (call: RecordedCall) => boolean, knobs: Knobs): void;
  /** Resolves when so many requests were read whole. */
  waitForCalls(count: number): Promise<readonly RecordedCall[]>;
  /** Resolves when no call is under way. */
  idle(): Promise<void>;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
}

export async function startMockUpstream(owner: Owner, defaults: Knobs = {}): Promise<MockUpstream> {
  const counterOf = await loadTokenCounters();
  const recorder = createRecorder();
  const sockets = new Set<Socket>();
  const queue: Knobs[] = [];
  const rules: { matches: (call: RecordedCall) => boolean; knobs: Knobs }[] = [];
  let script: Knobs | Script = {};
  let answering = 0;
  let peak = 0;

  const knobsFor = async (call: RecordedCall): Promise<Knobs> => {
    const isScripted = call.method === 'POST' && queue[0]?.body !== undefined;
    const queued = call.chat !== null || isScripted ? queue.shift() : undefined;
    if (queued !== undefined) return mergeKnobs(defaults, queued);
    const rule = rules.find(({ matches }) => matches(call));
    const scripted = typeof script === 'function' ? await script(call) : script;
    return mergeKnobs(defaults, scripted, rule?.knobs);
  };

  const server = http.createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, async (request, response) => {
    const { call, gone } = createCall(recorder, request, response);
    const early = typeof script === 'object' ? mergeKnobs(defaults, script).refuse : undefined;
    if (early?.beforeBody) return answerEarly(response, call, early);
    if (!(await readBody(request, call))) return;
    const isCompletion = call.chat !== null;
    if (isCompletion) answering += 1;
    peak = Math.max(peak, answering);
    recorder.changed();
    await answerCall(response, call, await knobsFor(call), counterOf, gone);
    await gone;
    if (isCompletion) answering -= 1;
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  owner.after(close);

  return {
    url: `http://127.0.0.1:${port}`,
    baseUrl: `http://127.0.0.1:${port}/v1`,
    port,
    calls: recorder.calls,
    get served() {
      return served(recorder.calls);
    },
    get servedTokens() {
      return served(recorder.calls).reduce((sum, { totalTokens }) => sum + totalTokens, 0);
    },
    get openConnections() {
      return sockets.size;
    },
    get peak() {
      return peak;
    },
    script(knobs) {
      script = knobs;
    },
    next(...knobs) {
      queue.push(...knobs);
    },
    when(matches, knobs) {
      rules.push({ matches, knobs });
    },
    async waitForCalls(count) {
      await recorder.until((calls) => calls.filter((call) => call.state !== 'reading').length >= count);
      return recorder.calls;
    },
    idle: () =>
      recorder.until((calls) => calls.every((call) => call.state !== 'reading' && call.state !== 'answering')),
    close,
  };
}
