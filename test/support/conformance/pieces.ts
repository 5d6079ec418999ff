/** Rows of the wires whose answers are no conversation: what they say, byte by byte, and what that is worth. */
import { form, recording } from '../script-upstream.ts';
import { type Piece, rowOf } from './piece.ts';
import { atAzure, atAzureV1, type Row, USAGE_CHUNK } from './row.ts';

const SSE = 'text/event-stream';
const PICTURE = 'aGVsbG8='.repeat(50);
/** No letter of an event at its front. */
const SOUND = Buffer.from(`\xff\xfb${Array.from({ length: 60 }, (_, frame) => ` frame ${frame}`).join('')}`, 'latin1');
const HELLO = ' hello hello hello hello';

const json = (body: object) => JSON.stringify(body);
const event = (data: object) => `event: x\ndata: ${json(data)}\n\n`;
const data = (...list: readonly object[]) => list.map((one) => `data: ${json(one)}\n\n`).join('');
const usage = (prompt: number, completion: number) => ({
  usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
});
const pieces = (input: number, output: number) => ({
  usage: { input_tokens: input, output_tokens: output, total_tokens: input + output },
});
const heard = (input: number, output: number) => ({ usage: { type: 'tokens', ...pieces(input, output).usage } });
const said = (extra: object = {}) => ({ choices: [{ index: 0, text: HELLO, finish_reason: null }], ...extra });

const listen = (extra: Record<string, string> = {}) => form({ model: 'whisper-1', file: recording(10), ...extra });
const PREVIEW = '2025-04-01-preview';

const PIECES: readonly Piece[] = [
  {
    name: 'completions',
    dialect: 'completions',
    path: '/v1/completions',
    body: { model: 'gpt-3.5-turbo-instruct', prompt: 'hello hello', max_tokens: 50 },
    say: (extra) => ({ body: json(said(extra)) }),
    reported: { extra: usage(7, 9), figures: [7, 9], zero: usage(0, 0) },
    missing: { figures: [2, 4] },
    unseen: [2, 0],
    azure: { model: 'gpt-3.5-turbo-instruct', version: '2024-10-21' },
  },
  {
    name: 'completions, streamed',
    dialect: 'completions',
    path: '/v1/completions',
    body: {
      model: 'gpt-3.5-turbo-instruct',
      prompt: ['hello hello'],
      stream: true,
      stream_options: { include_usage: true },
    },
    say: (extra) => ({ body: `${data(said(), said(), { choices: [], ...extra })}data: [DONE]\n\n`, contentType: SSE }),
    reported: { extra: usage(7, 9), figures: [7, 9], zero: usage(0, 0) },
    missing: { figures: [2, 8] },
    part: { bytes: data(said()), left: [2, 4], broken: [2, 4] },
    unseen: [2, 0],
    azure: { model: 'gpt-3.5-turbo-instruct', version: '2024-10-21' },
  },
  {
    name: 'completions, streamed without asking for usage',
    dialect: 'completions',
    path: '/v1/completions',
    body: {
      model: 'gpt-3.5-turbo-instruct',
      prompt: ['hello hello'],
      stream: true,
    },
    say: (extra) => ({ body: `${data(said(), said(), { choices: [], ...extra })}data: [DONE]\n\n`, contentType: SSE }),
    reported: { extra: usage(7, 9), figures: [7, 9], zero: usage(0, 0) },
    missing: { figures: [2, 8] },
    part: { bytes: data(said()), left: [2, 4], broken: [2, 4] },
    ours: USAGE_CHUNK,
    unseen: [2, 0],
    azure: { model: 'gpt-3.5-turbo-instruct', version: '2024-10-21' },
  },
  {
    name: 'embeddings',
    dialect: 'embeddings',
    path: '/v1/embeddings',
    body: { model: 'text-embedding-3-small', input: ['hello hello', 'hello'] },
    say: (extra) => ({ body: json({ data: [{ embedding: [0.1, -1e-7] }], ...extra }) }),
    reported: { extra: { usage: { prompt_tokens: 5, total_tokens: 5 } }, figures: [5, 0], zero: usage(0, 0) },
    missing: { figures: [3, 0] },
    unseen: [3, 0],
    azure: { model: 'text-embedding-3-small', version: '2024-10-21' },
  },
  {
    name: 'embeddings of tokens',
    dialect: 'embeddings',
    path: '/v1/embeddings',
    body: { model: 'text-embedding-3-small', input: [[1, 2, 3], [4]] },
    say: (extra) => ({ body: json({ data: [{ embedding: 'AAAA' }], ...extra }) }),
    reported: { extra: { usage: { prompt_tokens: 4, total_tokens: 4 } }, figures: [4, 0], zero: usage(0, 0) },
    missing: { figures: [4, 0] },
    unseen: [4, 0],
  },
  {
    name: 'moderations',
    dialect: 'moderations',
    path: '/v1/moderations',
    body: { input: 'hello' },
    say: (extra) => ({ body: json({ results: [{ flagged: false }], ...extra }) }),
    reported: { extra: usage(8, 0), figures: [8, 0], zero: usage(0, 0) },
    missing: { figures: [0, 0], source: 'none' },
    unseen: [0, 0],
  },
  {
    name: 'counting the tokens of messages',
    dialect: 'count-tokens',
    path: '/v1/messages/count_tokens',
    body: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hello' }] },
    say: (extra) => ({ body: json({ input_tokens: 8, ...extra }) }),
    reported: null,
    missing: { figures: [0, 0], source: 'reported' },
    unseen: [0, 0],
  },
  {
    name: 'pictures',
    dialect: 'images-generations',
    path: '/v1/images/generations',
    body: { model: 'gpt-image-1', prompt: 'hello hello', n: 2 },
    say: (extra) => ({ body: json({ data: [{ b64_json: PICTURE }, { url: 'https://example.com/2.png' }], ...extra }) }),
    reported: { extra: pieces(12, 2_112), figures: [12, 2_112], zero: pieces(0, 0) },
    missing: { figures: [2, 12_600] },
    unseen: [2, 0],
    azure: { model: 'gpt-image-1', version: PREVIEW },
  },
  {
    name: 'pictures, streamed',
    dialect: 'images-generations',
    path: '/v1/images/generations',
    body: { model: 'gpt-image-1', prompt: 'hello hello', stream: true, partial_images: 1 },
    ...drawn('image_generation'),
    azure: { model: 'gpt-image-1', version: PREVIEW },
  },
  {
    name: 'edits of pictures',
    dialect: 'images-edits',
    path: '/v1/images/edits',
    body: form({ model: 'dall-e-2', prompt: 'hello hello', image: SOUND }),
    say: (extra) => ({ body: json({ data: [{ b64_json: PICTURE }], ...extra }) }),
    reported: { extra: pieces(300, 1_000), figures: [300, 1_000], zero: pieces(0, 0) },
    missing: { figures: [2, 2_000] },
    unseen: [2, 0],
    azure: { model: 'dall-e-2', version: PREVIEW },
  },
  {
    name: 'edits of pictures, streamed',
    dialect: 'images-edits',
    path: '/v1/images/edits',
    body: form({ model: 'dall-e-2', prompt: 'hello hello', image: SOUND, stream: 'true' }),
    ...drawn('image_edit', 2_000),
    azure: { model: 'dall-e-2', version: PREVIEW },
  },
  {
    name: 'edits of pictures that are linked in JSON',
    dialect: 'images-edits',
    path: '/v1/images/edits',
    body: { model: 'gpt-image-1', prompt: 'hello hello', images: [{ image_url: 'https://example.com/1.png' }] },
    say: (extra) => ({ body: json({ data: [{ b64_json: PICTURE }], ...extra }) }),
    reported: { extra: pieces(300, 1_000), figures: [300, 1_000], zero: pieces(0, 0) },
    missing: { figures: [7_502, 6_300] },
    unseen: [7_502, 0],
  },
  {
    name: 'variations of pictures',
    dialect: 'images-variations',
    path: '/v1/images/variations',
    body: form({ image: SOUND, n: '2' }),
    say: (extra) => ({
      body: json({ data: [{ url: 'https://example.com/1' }, { url: 'https://example.com/2' }], ...extra }),
    }),
    reported: { extra: pieces(300, 1_000), figures: [300, 1_000], zero: pieces(0, 0) },
    missing: { figures: [0, 4_000] },
    unseen: [0, 0],
  },
  {
    name: 'speech',
    dialect: 'speech',
    path: '/v1/audio/speech',
    body: { model: 'tts-1', input: 'hello hello', voice: 'alloy' },
    say: () => ({ body: SOUND, contentType: 'audio/mpeg' }),
    reported: null,
    missing: { figures: [0, 17] },
    part: { bytes: SOUND.subarray(0, 200), left: [0, 17], broken: [0, 17] },
    unseen: [0, 0],
    azure: { model: 'tts-1', version: PREVIEW },
  },
  {
    name: 'speech as events',
    dialect: 'speech',
    path: '/v1/audio/speech',
    body: { model: 'gpt-4o-mini-tts', input: 'hello hello', voice: 'alloy', stream_format: 'sse' },
    say: (extra) => ({
      body: event({ type: 'speech.audio.delta', audio: PICTURE }) + event({ type: 'speech.audio.done', ...extra }),
      contentType: SSE,
    }),
    reported: { extra: pieces(14, 101), figures: [14, 101], zero: pieces(0, 0) },
    missing: { figures: [0, 17] },
    part: { bytes: event({ type: 'speech.audio.delta', audio: PICTURE }), left: [0, 17], broken: [0, 17] },
    unseen: [0, 0],
    azure: { model: 'gpt-4o-mini-tts', version: PREVIEW },
  },
  {
    name: 'speech as bytes although events were asked for',
    dialect: 'speech',
    path: '/v1/audio/speech',
    body: { model: 'tts-1', input: 'hello hello', voice: 'alloy', stream_format: 'sse' },
    say: () => ({ body: SOUND, contentType: 'audio/mpeg' }),
    reported: null,
    missing: { figures: [0, 17] },
    part: { bytes: SOUND.subarray(0, 200), left: [0, 17], broken: [0, 17] },
    unseen: [0, 0],
  },
  {
    name: 'transcriptions',
    dialect: 'transcriptions',
    path: '/v1/audio/transcriptions',
    body: listen({ prompt: 'hello hello' }),
    say: (extra) => ({ body: json({ text: 'hello', ...extra }) }),
    reported: { extra: heard(14, 45), figures: [14, 45], zero: heard(0, 0) },
    missing: { figures: [2, 100] },
    unseen: [2, 100],
    azure: { model: 'whisper-1', version: PREVIEW },
  },
  {
    name: 'transcriptions billed by seconds',
    dialect: 'transcriptions',
    path: '/v1/audio/transcriptions',
    body: listen(),
    say: (extra) => ({ body: json({ text: 'hello', ...extra }) }),
    reported: null,
    missing: { extra: { usage: { type: 'duration', seconds: 7 } }, figures: [0, 70] },
    unseen: [0, 100],
  },
  {
    name: 'transcriptions as subtitles',
    dialect: 'transcriptions',
    path: '/v1/audio/transcriptions',
    body: listen({ response_format: 'vtt' }),
    say: () => ({ body: 'WEBVTT\n\n00:00:00.000 --> 00:00:09.000\nhello\n', contentType: 'text/plain' }),
    reported: null,
    missing: { figures: [0, 100] },
    unseen: [0, 100],
  },
  {
    name: 'transcriptions, streamed',
    dialect: 'transcriptions',
    path: '/v1/audio/transcriptions',
    body: listen({ stream: 'true' }),
    say: (extra) => ({
      body:
        event({ type: 'transcript.text.delta', delta: 'hel' }) +
        event({ type: 'transcript.text.done', text: 'hello', ...extra }),
      contentType: SSE,
    }),
    reported: { extra: heard(14, 45), figures: [14, 45], zero: heard(0, 0) },
    missing: { figures: [0, 100] },
    part: { bytes: event({ type: 'transcript.text.delta', delta: 'hel' }), left: [0, 100], broken: [0, 100] },
    unseen: [0, 100],
    azure: { model: 'whisper-1', version: PREVIEW },
  },
  {
    name: 'translations',
    dialect: 'translations',
    path: '/v1/audio/translations',
    body: listen(),
    say: (extra) => ({ body: json({ text: 'hello', ...extra }) }),
    reported: { extra: heard(14, 45), figures: [14, 45], zero: heard(0, 0) },
    missing: { figures: [0, 100] },
    unseen: [0, 100],
    azure: { model: 'whisper-1', version: PREVIEW },
  },
];

/** A picture and a sketch of it on the way, which is worth nothing yet. */
function drawn(family: string, each = 6_300): Pick<Piece, 'say' | 'reported' | 'missing' | 'part' | 'unseen'> {
  const sketch = event({ type: `${family}.partial_image`, b64_json: PICTURE });
  return {
    say: (extra) => ({
      body: sketch + event({ type: `${family}.completed`, b64_json: PICTURE, ...extra }),
      contentType: SSE,
    }),
    reported: { extra: pieces(12, 1_056), figures: [12, 1_056], zero: pieces(0, 0) },
    missing: { figures: [2, each] },
    part: { bytes: sketch, left: [2, 0] },
    unseen: [2, 0],
  };
}

const rows = PIECES.map(rowOf);

export const PIECE_ROWS: readonly Row[] = [
  ...rows,
  ...PIECES.flatMap((piece) => {
    if (!piece.azure) return [];
    const { model, version } = piece.azure;
    return [atAzure(rowOf(piece), model, version), atAzureV1(rowOf(piece), model)];
  }),
];
