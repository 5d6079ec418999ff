/** Follows a streamed message: https://docs.claude.com/en/docs/build-with-claude/streaming */
import type { TokenUsage } from '../../ledger/port.ts';
import { eventData, splitEvents } from '../sse.ts';
import { createWordSearch } from '../word-search.ts';
import type { JsonObject, StreamEnd, StreamReader, Verdict } from './dialect.ts';
import { isObject, parseJson } from './fields.ts';
import { blockText } from './messages-text.ts';
import { mergeUsage, readMessagesUsage } from './messages-usage.ts';
import { tierOfUsage } from './service-tier.ts';

/** Content blocks are most of a stream, and say nothing but text. */
const needsALook = createWordSearch(['message_start', 'message_delta', 'message_stop', '"usage"']);
const EVENTS = /^(message_(start|delta|stop)|content_block_(start|delta|stop)|ping|error)$/;

export function openMessagesStream(): StreamReader {
  let told: JsonObject = {};
  /** Whether the answer's own tokens were told: what `message_start` says of them is only a beginning. */
  let complete = false;

  return {
    uninteresting: (bytes) => !needsALook(bytes),
    recognises(event) {
      const data = parseJson(eventData(event));
      if (data === undefined) return null;
      return isObject(data) && ((typeof data.type === 'string' && EVENTS.test(data.type)) || isObject(data.error));
    },
    read(event): Verdict {
      if (!needsALook(event)) return 'pass';
      const data = parseJson(eventData(event));
      if (!isObject(data)) return 'pass';
      switch (data.type) {
        case 'message_start':
          told = mergeUsage(told, isObject(data.message) ? data.message.usage : null);
          return 'pass';
        case 'message_delta':
          told = mergeUsage(told, data.usage);
          if (readMessagesUsage(data.usage)) complete = true;
          return 'pass';
        case 'message_stop':
          return 'terminal';
        default:
          return 'pass';
      }
    },
    usage: () => (complete ? readMessagesUsage(told) : null),
    tier: () => tierOfUsage(told),
    begun() {
      const usage: TokenUsage | null = readMessagesUsage(told);
      // Translators begin with zeros that mean nothing.
      return usage && usage.promptTokens > 0 ? usage : null;
    },
    replay,
  };
}

function replay(delivered: readonly Buffer[]): StreamEnd {
  let text = '';
  let finished = false;
  let failed = false;
  for (const event of splitEvents(Buffer.concat(delivered))) {
    const data = parseJson(eventData(event));
    if (!isObject(data)) continue;
    if (data.type === 'error' || isObject(data.error)) failed = true;
    else if (data.type === 'content_block_start') text += blockText(data.content_block);
    else if (data.type === 'content_block_delta') text += deltaText(data.delta);
    else if (data.type === 'message_delta' && isObject(data.delta) && typeof data.delta.stop_reason === 'string') {
      finished = true;
    }
  }
  return { text, finished, failed };
}

function deltaText(delta: unknown): string {
  if (!isObject(delta)) return '';
  return [delta.text, delta.thinking, delta.partial_json].filter((part) => typeof part === 'string').join('');
}
