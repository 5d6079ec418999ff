/** Everything a test can turn on the mock upstream. Without a knob it behaves as OpenAI does. */
import type { Wait } from './gate.ts';
import type { RecordedCall } from './recorder.ts';

/**
 * A place in an answer. `headers`: before anything is sent; `first-byte`: headers are out, no body yet; `chunk:k`: before
 * content chunk k (from 0); `inside:k`: in the middle of its bytes (of a JSON body, for any k); `finish`, `usage`,
 * `done`: before these events; `end`: all is sent, the answer is still open.
 */
export type Point =
  | 'headers'
  | 'first-byte'
  | `chunk:${number}`
  | `inside:${number}`
  | 'finish'
  | 'usage'
  | 'done'
  | 'end';

/**
 * How an answer goes wrong at a point: `reset` sends RST, `close` ends the connection without ending the answer, `hang`
 * sends nothing more, `garbage` writes bytes that are not HTTP, `stop` ends the answer properly but too early.
 */
export interface Fault {
  at: Point;
  how: 'reset' | 'close' | 'hang' | 'garbage' | 'stop';
}

/** The usage as it stands on the wire; anything is possible there. */
export interface WireUsage {
  prompt_tokens?: number | null;
  completion_tokens?: number | null;
  total_tokens?: number | null;
  prompt_tokens_details?: { cached_tokens?: number | null; audio_tokens?: number | null } | null;
  completion_tokens_details?: { reasoning_tokens?: number | null; audio_tokens?: number | null } | null;
}

/**
 * Where the usage stands. `asked`: JSON always, streams in an event of their own if the request asked (OpenAI);
 * `always`: that event also unasked; `every-chunk`: cumulative in each chunk, no event of its own; `twice`: a smaller
 * one at the first chunk, the right one at the end; `with-finish` / `with-last-chunk`: in that chunk only.
 */
export type UsagePlace = 'asked' | 'always' | 'missing' | 'every-chunk' | 'twice' | 'with-finish' | 'with-last-chunk';

/** What replaces the honest figures. `null-fields` keeps the object and nulls its numbers. */
export type UsageFigures = 'honest' | 'zero' | 'null' | 'null-fields' | ((honest: HonestUsage) => WireUsage);

/** What the mock counted for a call, in tokens. */
export interface HonestUsage {
  promptTokens: number;
  completionTokens: number;
  cachedTokens: number;
  reasoningTokens: number;
  totalTokens: number;
}

export interface ToolCall {
  id?: string;
  name: string;
  /** JSON text. */
  arguments: string;
}

/** Answers something else than a completion. */
export interface Refusal {
  status: number;
  message?: string;
  type?: string;
  code?: string | null;
  param?: string | null;
  headers?: Record<string, string | string[]>;
  /** Instead of OpenAI's error object: text as it is, anything else as JSON. */
  body?: unknown;
  contentType?: string;
  /** Answers and closes without reading the request's body. Only from defaults or a scripted object. */
  beforeBody?: boolean;
}

export interface Knobs {
  /** The answer: a text (cut into `chunks` pieces), or exactly these pieces. */
  text?: string | readonly string[] | ((call: RecordedCall) => string | readonly string[]);
  chunks?: number;
  /** Sent before the text as `reasoning_content`; counts as reasoning tokens, against the output limit too. */
  reasoning?: string;
  toolCalls?: readonly ToolCall[];
  /** Instead of the one that follows from the answer. */
  finishReason?: string;
  cachedTokens?: number;
  /** Of the prompt, written to the provider's cache; only on wires that tell it. */
  cacheWriteTokens?: number;
  /** The tier that serves, as the wire spells it; null tells none. By default the standard one. */
  serviceTier?: string | null;
  /** Of Anthropic's, which it tells where it was asked for. */
  speed?: string;
  usage?: UsagePlace;
  figures?: UsageFigures;
  /** Ids that `/v1/models` lists. */
  models?: readonly string[];

  refuse?: Refusal;
  /** Top-level request fields that get 400, as servers do that do not know them. */
  refuseFields?: readonly string[];
  /** The whole body of a 200 instead of a completion, and at any other path that is posted to. */
  body?: string | Buffer;
  /** Of that body: the byte at which `inside` stands; by default the middle. */
  inside?: number;
  /** `json` answers a stream request with JSON, `sse` the other way round. */
  format?: 'asked' | 'json' | 'sse';

  /** What to wait for before a point; `chunk` before each content chunk, `write` before each write to the socket. */
  wait?: Partial<Record<Point | 'chunk' | 'write', Wait>>;
  /** Bytes put in at a point, as they are. */
  insert?: readonly { at: Point; raw: string | Buffer }[];
  fault?: Fault;

  headers?: Record<string, string | string[]>;
  contentType?: string;
  /** Coding of the body, asked for or not. The last three lie about it or break it. */
  encoding?: 'identity' | 'gzip' | 'br' | 'deflate' | 'zstd' | 'gzip-corrupt' | 'gzip-truncated' | 'gzip-claimed';
  /** JSON bodies: declares so many bytes more than it sends, then closes. */
  missingBytes?: number;

  /** How the bytes are cut into writes, each flushed by itself. */
  writes?: 'event' | 'byte' | 'whole' | { bytes: number } | { events: number };
  lineEnd?: '\n' | '\r\n' | '\r';
  /** Spreads each event's JSON over several `data:` lines. */
  multiLine?: boolean;
  /** Puts a comment line before each event. */
  comments?: boolean;
  /** Adds `event:`, `id:` and `retry:` lines. */
  eventFields?: boolean;
  /** `data:{` instead of `data: {`. */
  tightColon?: boolean;
  /** Escapes everything outside ASCII, as Python servers do. */
  asciiOnly?: boolean;
}

/** Knobs that depend on the call; nothing given leaves the defaults. */
export type Script = (call: RecordedCall) => Knobs | undefined | Promise<Knobs | undefined>;

/** The tier as a member of an answer. @param standard what the wire calls the standard one */
export function toldTier({ serviceTier }: Knobs, standard = 'default'): { service_tier?: string } {
  return serviceTier === null ? {} : { service_tier: serviceTier ?? standard };
}

/** Later knobs win; waits are merged point by point. */
export function mergeKnobs(...all: (Knobs | undefined)[]): Knobs {
  const merged: Knobs = Object.assign({}, ...all);
  const waits = all.flatMap((knobs) => (knobs?.wait ? [knobs.wait] : []));
  if (waits.length > 1) merged.wait = Object.assign({}, ...waits);
  return merged;
}
