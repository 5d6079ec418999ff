/** A line at the end of an Anthropic message: a delta of its last block of text, before that block stops. */
import type { JsonObject } from '../dialects/dialect.ts';
import { isObject, parseJson } from '../dialects/fields.ts';
import { eventData, splitEvents } from '../sse.ts';
import { createWordSearch } from '../word-search.ts';
import { eventOf, type NoticeWire } from './wire.ts';

const mayMatter = createWordSearch(['content_block_start', 'content_block_stop']);
const CALL = Buffer.from('"tool_use"');
const REASONS = new Set(['end_turn', 'stop_sequence']);

export const messagesNotice: NoticeWire = {
  wantsData: ({ output_format: format, output_config: config }) =>
    isObject(format) || (isObject(config) && isObject(config.format)),
  mayMatter,
  mark(event) {
    if (!mayMatter(event)) return null;
    const type = dataOf(event).type;
    if (type === 'content_block_start') return 'go_on';
    return type === 'content_block_stop' ? 'stop' : null;
  },
  canFollow({ held, delivered }) {
    const [stop, ...others] = held;
    if (!stop || delivered.some((bytes) => bytes.includes(CALL))) return false;
    // The block that stops must be one of text.
    const index = dataOf(stop).index;
    const pieces = parsed(delivered).filter((data) => data.type === 'content_block_delta' && data.index === index);
    const isText = pieces.some(({ delta }) => isObject(delta) && delta.type === 'text_delta');
    return isText && others.some((event) => REASONS.has(reasonOf(dataOf(event))));
  },
  intoStream({ held, last }, line) {
    const index = held[0] ? dataOf(held[0]).index : 0;
    const told = {
      type: 'content_block_delta',
      index,
      delta: { type: 'text_delta', text: line },
    };
    return [eventOf(told, true), ...held, ...last];
  },
  intoBody(answer, line) {
    if (!REASONS.has(String(answer.stop_reason))) return null;
    const content = Array.isArray(answer.content) ? answer.content : [];
    const block = content.at(-1);
    if (!isObject(block) || block.type !== 'text' || typeof block.text !== 'string' || block.text === '') return null;
    if (content.some((one) => isObject(one) && one.type === 'tool_use')) return null;
    return {
      ...answer,
      content: [...content.slice(0, -1), { ...block, text: block.text + line }],
    };
  },
};

function dataOf(event: Buffer): JsonObject {
  const data = parseJson(eventData(event));
  return isObject(data) ? data : {};
}

function parsed(delivered: readonly Buffer[]): JsonObject[] {
  return splitEvents(Buffer.concat(delivered)).map(dataOf);
}

function reasonOf({ type, delta }: JsonObject): string {
  return type === 'message_delta' && isObject(delta) ? String(delta.stop_reason) : '';
}
