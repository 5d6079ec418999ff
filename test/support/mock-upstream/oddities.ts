/**
 * The catalogue of what providers really do to a stream or a body, by name, so that one test can go through all of it.
 * Every entry is a set of knobs; combine them with `mergeKnobs`.
 */
import type { Knobs } from './knobs.ts';

/** An error in the middle of a stream that began with 200. */
export function errorEvent(message: string, code: string | null = 'server_error'): string {
  return `data: ${JSON.stringify({ error: { message, type: 'server_error', param: null, code } })}\n\n`;
}

/** A single event line of about so many bytes: valid JSON, no content. */
export function hugeEvent(bytes: number): string {
  const filler = 'x'.repeat(bytes);
  return `data: ${JSON.stringify({ id: 'chatcmpl-huge', object: 'chat.completion.chunk', choices: [], filler })}\n\n`;
}

/** Azure's first event: no choices and no usage. */
export const PROMPT_FILTER_EVENT = `data: ${JSON.stringify({
  id: '',
  object: '',
  created: 0,
  model: '',
  choices: [],
  prompt_filter_results: [{ prompt_index: 0, content_filter_results: { hate: { filtered: false, severity: 'safe' } } }],
})}\n\n`;

/** The same answer, the same usage, other bytes: whoever reads event streams by the book sees no difference. */
export const wireForms = {
  plain: {},
  'CRLF line ends': { lineEnd: '\r\n' },
  'CR line ends': { lineEnd: '\r' },
  'every byte by itself': { writes: 'byte' },
  'every byte by itself, CRLF': { writes: 'byte', lineEnd: '\r\n' },
  'seven bytes at a time': { writes: { bytes: 7 } },
  'all events in one write': { writes: 'whole' },
  'three events in a write': { writes: { events: 3 } },
  'data over several lines': { multiLine: true },
  'data over several lines, CRLF': { multiLine: true, lineEnd: '\r\n' },
  comments: { comments: true },
  'event, id and retry fields': { eventFields: true },
  'no space after the colon': { tightColon: true },
  'ASCII escapes': { asciiOnly: true },
  'byte order mark': { insert: [{ at: 'first-byte', raw: '\ufeff' }] },
  'a heartbeat before the usage': { insert: [{ at: 'usage', raw: ': ping\n\n' }] },
  'empty lines between events': { insert: [{ at: 'chunk:1', raw: '\n\n\n' }] },
  "Azure's prompt filter event": { insert: [{ at: 'first-byte', raw: PROMPT_FILTER_EVENT }] },
  'a comment after the end': { insert: [{ at: 'end', raw: ': bye\n\n' }] },
} as const satisfies Record<string, Knobs>;

/** Bodies coded although nobody asked for it. */
export const codings = {
  gzip: { encoding: 'gzip' },
  'gzip, every byte by itself': { encoding: 'gzip', writes: 'byte' },
  br: { encoding: 'br' },
  deflate: { encoding: 'deflate' },
  zstd: { encoding: 'zstd' },
} as const satisfies Record<string, Knobs>;

/** Ways to report usage; only what the client is told differs. */
export const usageForms = {
  'in an event of its own': { usage: 'asked' },
  unasked: { usage: 'always' },
  'in every chunk': { usage: 'every-chunk' },
  'twice, the second is right': { usage: 'twice' },
  'with the finish reason': { usage: 'with-finish' },
  'with the last chunk': { usage: 'with-last-chunk' },
} as const satisfies Record<string, Knobs>;

/** Usage that says nothing: somebody else has to count. */
export const usageGaps = {
  missing: { usage: 'missing' },
  null: { figures: 'null' },
  'null fields': { figures: 'null-fields' },
  'an empty object': { figures: () => ({}) },
  'more than any answer has': { figures: () => ({ prompt_tokens: 5e15, completion_tokens: 5e15, total_tokens: 1e16 }) },
} as const satisfies Record<string, Knobs>;

/** Streams that end badly; something was delivered before. */
export const brokenStreams = {
  'reset before a chunk': { fault: { at: 'chunk:2', how: 'reset' } },
  'reset inside an event': { fault: { at: 'inside:2', how: 'reset' } },
  'closed before a chunk': { fault: { at: 'chunk:2', how: 'close' } },
  'closed inside an event': { fault: { at: 'inside:2', how: 'close' } },
  'closed before the usage': { fault: { at: 'usage', how: 'close' } },
  'garbage instead of a chunk': { fault: { at: 'chunk:2', how: 'garbage' } },
  'ends without finish reason': { fault: { at: 'finish', how: 'stop' } },
  'ends inside an event': { fault: { at: 'inside:2', how: 'stop' } },
  'an error event, then the end': {
    insert: [{ at: 'chunk:2', raw: errorEvent('The server had an error while processing your request.') }],
    fault: { at: 'chunk:2', how: 'stop' },
  },
  'an event that is not JSON': { insert: [{ at: 'chunk:2', raw: 'data: {"id":"chat\n\n' }] },
  'gzip that breaks': { encoding: 'gzip-corrupt' },
  'gzip in the header only': { encoding: 'gzip-claimed' },
} as const satisfies Record<string, Knobs>;

/** Streams that end oddly but whole: all is delivered, usage included. */
export const oddEnds = {
  'no [DONE]': { fault: { at: 'done', how: 'stop' } },
  'reset after the usage': { fault: { at: 'done', how: 'reset' } },
  'reset after [DONE]': { fault: { at: 'end', how: 'reset' } },
  'gzip without its end': { encoding: 'gzip-truncated' },
  'data after [DONE]': { insert: [{ at: 'end', raw: PROMPT_FILTER_EVENT }] },
} as const satisfies Record<string, Knobs>;

/** Failures before anything of an answer is out. */
export const failedStarts = {
  'reset before headers': { fault: { at: 'headers', how: 'reset' } },
  'closed before headers': { fault: { at: 'headers', how: 'close' } },
  'no HTTP': { fault: { at: 'headers', how: 'garbage' } },
  'reset after headers': { fault: { at: 'first-byte', how: 'reset' } },
  'headers beyond every limit': { headers: { 'x-huge': 'h'.repeat(100_000) } },
} as const satisfies Record<string, Knobs>;

/** JSON bodies that cannot be read. */
export const brokenBodies = {
  'cut JSON': { body: '{"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"mess' },
  'HTML with 200': { body: '<html><body>Welcome to nginx</body></html>', contentType: 'text/html' },
  'nothing at all': { body: '' },
  'JSON of another kind': { body: '[1,2,3]' },
  'fewer bytes than declared': { missingBytes: 50 },
  'ends in the middle': { fault: { at: 'inside:0', how: 'stop' } },
  'reset in the middle': { fault: { at: 'inside:0', how: 'reset' } },
  'gzip that breaks': { encoding: 'gzip-corrupt' },
  'gzip without its end': { encoding: 'gzip-truncated' },
  'gzip in the header only': { encoding: 'gzip-claimed' },
} as const satisfies Record<string, Knobs>;
