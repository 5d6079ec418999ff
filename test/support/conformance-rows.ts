/** The wires that have to be metered alike: one row each. Add a row, and every case of the table holds for it. */
import { words } from './mock-upstream/index.ts';

export interface ConformanceRow {
  readonly name: string;
  /** Below the gateway. */
  path(streamed: boolean): string;
  body(streamed: boolean): object;
  /** Where the key stands; by default `Authorization: Bearer`. */
  headers?(key: string): Readonly<Record<string, string | null>>;
  /** What the record calls the endpoint. */
  readonly endpoint: string;
  readonly modes: readonly ('json' | 'stream')[];
  /** Below the upstream. */
  upstreamPath(streamed: boolean): string;
  /** Where the upstream finds its own key. */
  readonly keyHeader: string;
}

/** Long enough that what a format adds around it is less than a hundredth. */
export const PROMPT = words(2_000);
const MODEL = 'gpt-4o-mini';
const MESSAGES = [{ role: 'user', content: PROMPT }];
const GEMINI_BODY = { contents: [{ role: 'user', parts: [{ text: PROMPT }] }] };

export const ROWS: readonly ConformanceRow[] = [
  {
    name: 'chat completions',
    path: () => '/v1/chat/completions',
    body: (stream) => ({
      model: MODEL,
      messages: MESSAGES,
      ...(stream ? { stream, stream_options: { include_usage: true } } : {}),
    }),
    endpoint: '/v1/chat/completions',
    modes: ['json', 'stream'],
    upstreamPath: () => '/v1/chat/completions',
    keyHeader: 'authorization',
  },
  {
    name: 'chat completions of an Azure deployment',
    path: () => `/openai/deployments/${MODEL}-azure/chat/completions?api-version=2024-10-21`,
    body: (stream) => ({
      messages: MESSAGES,
      ...(stream ? { stream, stream_options: { include_usage: true } } : {}),
    }),
    headers: (key) => ({ authorization: null, 'api-key': key }),
    endpoint: '/v1/chat/completions',
    modes: ['json', 'stream'],
    upstreamPath: () => `/openai/deployments/${MODEL}-azure/chat/completions`,
    keyHeader: 'api-key',
  },
  {
    name: 'responses',
    path: () => '/v1/responses',
    body: (stream) => ({ model: MODEL, input: PROMPT, stream }),
    endpoint: '/v1/responses',
    modes: ['json', 'stream'],
    upstreamPath: () => '/v1/responses',
    keyHeader: 'authorization',
  },
  {
    name: 'messages',
    path: () => '/v1/messages',
    body: (stream) => ({ model: MODEL, max_tokens: 1_000, messages: MESSAGES, stream }),
    headers: (key) => ({ authorization: null, 'x-api-key': key }),
    endpoint: '/v1/messages',
    modes: ['json', 'stream'],
    upstreamPath: () => '/v1/messages',
    keyHeader: 'x-api-key',
  },
  {
    name: 'Gemini with events',
    path: (stream) => `/v1beta/models/${MODEL}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: () => GEMINI_BODY,
    headers: (key) => ({ authorization: null, 'x-goog-api-key': key }),
    endpoint: '/v1beta/models:generateContent',
    modes: ['json', 'stream'],
    upstreamPath: (stream) => `/v1beta/models/${MODEL}:${stream ? 'streamGenerateContent' : 'generateContent'}`,
    keyHeader: 'x-goog-api-key',
  },
  {
    name: 'Gemini with an array',
    path: () => `/v1beta/models/${MODEL}:streamGenerateContent`,
    body: () => GEMINI_BODY,
    headers: (key) => ({ authorization: null, 'x-goog-api-key': key }),
    endpoint: '/v1beta/models:generateContent',
    modes: ['stream'],
    upstreamPath: () => `/v1beta/models/${MODEL}:streamGenerateContent`,
    keyHeader: 'x-goog-api-key',
  },
];
