/** Rows of the wires that answer with text: the mock upstream counts what it serves, and a tokenizer what was delivered. */
import { type Knobs, words } from '../mock-upstream/index.ts';
import { loadTokenCounters } from '../mock-upstream/token-count.ts';
import { atAzure, atAzureV1, besideDeployments, type Cells, type Figures, type Row, USAGE_CHUNK } from './row.ts';

/** Long enough that what a format adds around it is less than a hundredth. */
const PROMPT = words(2_000);
const PIECES = [words(20), words(30), words(25), words(25)];
const MODEL = 'gpt-4o-mini';
const MESSAGES = [{ role: 'user', content: PROMPT }];
const GEMINI_BODY = { contents: [{ role: 'user', parts: [{ text: PROMPT }] }] };
const TEXT: Knobs = { text: PIECES, usage: 'asked' };
const HUNDREDTH = 0.01;
const counter = (await loadTokenCounters())(MODEL);

const counted = (delivered: readonly string[]): Figures => [counter.text(PROMPT), counter.text(delivered.join(''))];

function cellsOf(mode: Row['mode']): Cells {
  const half = PIECES.slice(0, 2);
  return {
    present: {
      knobs: { ...TEXT, cachedTokens: 500, reasoning: words(10), text: words(90) },
      figures: (call) => [call.counted().promptTokens, 100],
      cachedTokens: 500,
      source: 'reported',
    },
    missing: {
      knobs: { ...TEXT, usage: 'missing' },
      figures: counted(PIECES),
      tolerance: HUNDREDTH,
      source: 'tokenizer',
    },
    zero: { knobs: { ...TEXT, figures: 'zero' }, figures: [0, 0], source: 'reported' },
    broken:
      mode === 'json'
        ? {
            knobs: { ...TEXT, fault: { at: 'inside:0', how: 'reset' } },
            figures: [0, 0],
            source: 'none',
            outcome: 'upstream_broke',
          }
        : {
            knobs: { ...TEXT, fault: { at: 'chunk:2', how: 'reset' } },
            figures: counted(half),
            tolerance: HUNDREDTH,
            source: 'partial',
            outcome: 'upstream_broke',
          },
    left:
      mode === 'json'
        ? { knobs: TEXT, at: 'headers', figures: counted([]), tolerance: HUNDREDTH, source: 'partial' }
        : {
            knobs: TEXT,
            at: 'chunk:2',
            read: `${PIECES[1]}"`,
            figures: counted(half),
            tolerance: HUNDREDTH,
            source: 'partial',
          },
  };
}

type Wire = Pick<Row, 'dialect' | 'path' | 'body'> & Partial<Row>;

function rowOf(mode: Row['mode'], wire: Wire): Row {
  return {
    name: wire.dialect,
    mode,
    endpoint: wire.path,
    upstreamPath: wire.path.replace(/\?.*/, ''),
    keyHeader: 'authorization',
    cells: cellsOf(mode),
    ...wire,
  };
}

const asked = { stream: true, stream_options: { include_usage: true } };
const withKey = (name: string) => (key: string) => ({ authorization: null, [name]: key });
const chat = { dialect: 'chat', path: '/v1/chat/completions', body: { model: MODEL, messages: MESSAGES } };
const responses = { dialect: 'responses', path: '/v1/responses', body: { model: MODEL, input: PROMPT } };
const messages = {
  dialect: 'messages',
  path: '/v1/messages',
  body: { model: MODEL, max_tokens: 1_000, messages: MESSAGES },
  headers: withKey('x-api-key'),
  keyHeader: 'x-api-key',
};
const gemini = {
  dialect: 'gemini',
  body: GEMINI_BODY,
  headers: withKey('x-goog-api-key'),
  endpoint: '/v1beta/models:generateContent',
  keyHeader: 'x-goog-api-key',
};
const GEMINI_STREAM = `/v1beta/models/${MODEL}:streamGenerateContent`;
const rows: readonly Row[] = [
  rowOf('json', chat),
  rowOf('stream', { ...chat, body: { ...chat.body, ...asked } }),
  rowOf('stream', {
    ...chat,
    name: 'chat that does not ask for usage',
    body: { ...chat.body, stream: true },
    ours: USAGE_CHUNK,
  }),
  rowOf('json', responses),
  rowOf('stream', { ...responses, body: { ...responses.body, stream: true } }),
  rowOf('json', messages),
  rowOf('stream', { ...messages, body: { ...messages.body, stream: true } }),
  rowOf('json', { ...gemini, path: `/v1beta/models/${MODEL}:generateContent` }),
  rowOf('stream', { ...gemini, path: `${GEMINI_STREAM}?alt=sse` }),
  rowOf('stream', { ...gemini, name: 'gemini as an array', path: GEMINI_STREAM }),
  // What has left beta is served there by Google, and here as the same.
  ...['generateContent', 'streamGenerateContent'].map((action) =>
    rowOf(action === 'generateContent' ? 'json' : 'stream', {
      ...gemini,
      name: "gemini's v1",
      path: `/v1/models/${MODEL}:${action}`,
      upstreamPath: `/v1beta/models/${MODEL}:${action}`,
    }),
  ),
];

const of = (dialect: string) => rows.filter((row) => row.dialect === dialect);

export const CONVERSATION_ROWS: readonly Row[] = [
  ...rows,
  ...of('chat').map((row) => atAzure(row, MODEL, '2024-10-21')),
  ...of('responses').map((row) => besideDeployments(row, MODEL, 'preview')),
  ...[...of('chat'), ...of('responses')].map((row) => atAzureV1(row, MODEL)),
];
