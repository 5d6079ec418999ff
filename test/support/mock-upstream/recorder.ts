/** What the mock upstream saw and did, call by call: the other half of every test's balance. */
import type { IncomingHttpHeaders } from 'node:http';
import type { ChatAsk, JsonObject } from './chat-ask.ts';
import type { HonestUsage, WireUsage } from './knobs.ts';

/**
 * `reading` the request, `answering`, `finished` its answer, `aborted` by the client before its end, `broken` by a
 * fault that a test asked for.
 */
export type CallState = 'reading' | 'answering' | 'finished' | 'aborted' | 'broken';

export interface RecordedCall {
  readonly index: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** With its `?`; empty without one. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  bytes: Buffer;
  /** The parsed JSON object; empty when the body is none. */
  body: JsonObject;
  chat: ChatAsk | null;
  state: CallState;
  statusCode: number | null;
  /** Of the body, as sent (encoded). */
  bytesWritten: number;
  /** The body before any coding, in the pieces that it was put together from: one for each event or insertion. */
  readonly pieces: Buffer[];
  contentChunks: number;
  /** Text and tool arguments whose bytes were all written, all choices together. */
  textWritten: string;
  /** The usage that was last written, exactly as it stands on the wire; null before any. */
  wireUsage: WireUsage | null;
  /** Tokens of the prompt and of all it has written so far, whatever it reports. Zero for what is no completion. */
  counted(): HonestUsage;
  /** Resolves when nothing more happens with this call. */
  readonly over: Promise<void>;
}

export interface Served extends HonestUsage {
  call: RecordedCall;
  /** False: the client was never told; the figures are the mock's own count. */
  reported: boolean;
}

export interface Recorder {
  readonly calls: RecordedCall[];
  add(call: RecordedCall): void;
  /** Says that a call has changed: its request is read, or it is over. */
  changed(): void;
  /** Resolves when a condition over the calls holds. */
  until(holds: (calls: readonly RecordedCall[]) => boolean): Promise<void>;
}

export function createRecorder(): Recorder {
  const calls: RecordedCall[] = [];
  let waiting: { holds: () => boolean; resolve: () => void }[] = [];
  const changed = () => {
    const ready = waiting.filter(({ holds }) => holds());
    waiting = waiting.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve();
  };
  return {
    calls,
    add(call) {
      calls.push(call);
      changed();
    },
    changed,
    until(holds) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ holds: () => holds(calls), resolve });
      changed();
      return promise;
    },
  };
}

/** What the upstream would put on its bill: every answered completion, as reported, else as counted. */
export function served(calls: readonly RecordedCall[]): Served[] {
  return calls
    .filter((call) => call.chat !== null && call.statusCode === 200)
    .map((call) => {
      const counted = call.counted();
      const usage = call.wireUsage;
      if (usage === null || typeof usage.prompt_tokens !== 'number') return { call, reported: false, ...counted };
      const promptTokens = usage.prompt_tokens;
      const completionTokens = usage.completion_tokens ?? 0;
      return {
        call,
        reported: true,
        promptTokens,
        completionTokens,
        cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
        reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
        totalTokens: usage.total_tokens ?? promptTokens + completionTokens,
      };
    });
}
