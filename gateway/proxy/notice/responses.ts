/** A line at the end of a response: a delta of its last text, and the same in all events that repeat that text whole. */
import type { JsonObject } from '../dialects/dialect.ts';
import { isObject, parseJson } from '../dialects/fields.ts';
import { eventData } from '../sse.ts';
import { createWordSearch } from '../word-search.ts';
import { eventOf, type NoticeWire, type StreamTail } from './wire.ts';

const mayMatter = createWordSearch(['output_text.done', 'output_item.added', 'content_part.added']);

export const responsesNotice: NoticeWire = {
  wantsData: ({ text }) => isObject(text) && isObject(text.format) && text.format.type !== 'text',
  mayMatter,
  mark(event) {
    if (!mayMatter(event)) return null;
    const { type } = dataOf(event);
    if (type === 'response.output_item.added' || type === 'response.content_part.added') return 'go_on';
    return type === 'response.output_text.done' ? 'stop' : null;
  },
  canFollow: ({ held, last }) => held.length > 0 && intoResponse(responseOf(last), '') !== null,
  intoStream({ held, last }, line) {
    const done = held[0] ? dataOf(held[0]) : {};
    const { type: _, text: __, ...place } = done;
    const told = { type: 'response.output_text.delta', ...place, delta: line };
    return [told, ...held.map(dataOf).map((event) => repeated(event, line)), ...ends(last, line)].map((event) =>
      Buffer.isBuffer(event) ? event : eventOf(event, true),
    );
  },
  intoBody: intoResponse,
};

/** The response with the line behind its last text; null where it does not end with text that a person reads. */
function intoResponse(response: JsonObject | null, line: string): JsonObject | null {
  if (response?.status !== 'completed' || !Array.isArray(response.output)) return null;
  const { output } = response;
  if (
    output.some((item) => isObject(item) && /_call$/.test(String(item.type)) && !/^web_|^file_/.test(String(item.type)))
  )
    return null;
  const item = intoItem(output.at(-1), line);
  return item && { ...response, output: [...output.slice(0, -1), item] };
}

function intoItem(item: unknown, line: string): JsonObject | null {
  if (!isObject(item) || item.type !== 'message' || !Array.isArray(item.content)) return null;
  const part = intoPart(item.content.at(-1), line);
  return part && { ...item, content: [...item.content.slice(0, -1), part] };
}

function intoPart(part: unknown, line: string): JsonObject | null {
  if (!isObject(part) || part.type !== 'output_text' || typeof part.text !== 'string' || part.text === '') return null;
  return { ...part, text: part.text + line };
}

/** An event behind the line: it says the text with it, and its number is one higher. */
function repeated(event: JsonObject, line: string): JsonObject {
  const number = typeof event.sequence_number === 'number' ? { sequence_number: event.sequence_number + 1 } : {};
  const numbered = { ...event, ...number };
  switch (event.type) {
    case 'response.output_text.done':
      return { ...numbered, text: `${event.text}${line}` };
    case 'response.content_part.done':
      return { ...numbered, part: intoPart(event.part, line) ?? event.part };
    case 'response.output_item.done':
      return { ...numbered, item: intoItem(event.item, line) ?? event.item };
    case 'response.completed':
      return {
        ...numbered,
        response: intoResponse(isObject(event.response) ? event.response : null, line),
      };
    default:
      return numbered;
  }
}

/** What waited for the settlement: the last event, and perhaps a `[DONE]` that some servers add. */
function ends(last: readonly Buffer[], line: string): (JsonObject | Buffer)[] {
  return last.map((bytes) => {
    const data = dataOf(bytes);
    return typeof data.type === 'string' ? repeated(data, line) : bytes;
  });
}

function responseOf(last: StreamTail['last']): JsonObject | null {
  const end = last.map(dataOf).find(({ type }) => type === 'response.completed');
  return isObject(end?.response) ? end.response : null;
}

function dataOf(event: Buffer): JsonObject {
  const data = parseJson(eventData(event));
  return isObject(data) ? data : {};
}
