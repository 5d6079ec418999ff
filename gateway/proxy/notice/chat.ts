/** A line at the end of a chat completion: a delta of its own, before the chunk that says why the answer ended. */
import type { JsonObject } from '../dialects/dialect.ts';
import { isObject, parseJson } from '../dialects/fields.ts';
import { saysMoreThanNull } from '../member-scan.ts';
import { eventData } from '../sse.ts';
import { eventOf, type NoticeWire, type StreamTail } from './wire.ts';

const REASON = Buffer.from('"finish_reason"');
const CALLS = [Buffer.from('"tool_calls":['), Buffer.from('"tool_calls": ['), Buffer.from('"function_call":{')];
/** What LibreChat asks for beside a conversation's first answer; a title is no place for a line. */
const ASKS_FOR_A_TITLE = /\btitle for (?:the|this) conversation\b|\b5-word-or-less title\b/i;

export const chatNotice: NoticeWire = {
  wantsData({ response_format: format, n, messages, stream }) {
    if (typeof n === 'number' && n > 1) return true;
    if (isObject(format) && format.type !== 'text') return true;
    return stream !== true && ASKS_FOR_A_TITLE.test(lastText(messages));
  },
  mayMatter: saysWhy,
  mark: (event) => (saysWhy(event) ? 'stop' : null),
  canFollow(tail) {
    const stop = choiceOf(chunkOf(tail.held[0]));
    if (stop?.finish_reason !== 'stop') return false;
    return !tail.delivered.some((bytes) => CALLS.some((call) => bytes.includes(call)));
  },
  intoStream({ held, last }, line) {
    const chunk = chunkOf(held[0]) ?? {};
    const { usage: _, ...base } = chunk;
    const delta = deltaOf(chunk);
    const choice = {
      index: 0,
      delta: { content: `${textOf(delta)}${line}` },
      finish_reason: null,
    };
    const told = eventOf({ ...base, choices: [choice] });
    // Some servers put the last words into the chunk that says why they are the last.
    const rest = textOf(delta) === '' ? [...held] : [withoutText(chunk), ...held.slice(1)];
    return [told, ...rest, ...last];
  },
  intoBody(answer, line) {
    const choices = Array.isArray(answer.choices) ? answer.choices : [];
    const [choice] = choices;
    if (choices.length !== 1 || !isObject(choice) || choice.finish_reason !== 'stop') return null;
    const { message } = choice;
    if (!isObject(message) || typeof message.content !== 'string' || message.content === '') return null;
    if (isObject(message.function_call) || (Array.isArray(message.tool_calls) && message.tool_calls.length > 0)) {
      return null;
    }
    return {
      ...answer,
      choices: [{ ...choice, message: { ...message, content: message.content + line } }],
    };
  },
};

/** Whether a reason is given: every other chunk says `"finish_reason":null`, or nothing. */
function saysWhy(bytes: Buffer): boolean {
  return saysMoreThanNull(bytes, REASON);
}

function chunkOf(event: StreamTail['held'][number] | undefined): JsonObject | null {
  const chunk = event && parseJson(eventData(event));
  return isObject(chunk) ? chunk : null;
}

function choiceOf(chunk: JsonObject | null): JsonObject | null {
  const [choice] = Array.isArray(chunk?.choices) ? chunk.choices : [];
  return isObject(choice) ? choice : null;
}

function deltaOf(chunk: JsonObject): JsonObject {
  const delta = choiceOf(chunk)?.delta;
  return isObject(delta) ? delta : {};
}

function textOf({ content }: JsonObject): string {
  return typeof content === 'string' ? content : '';
}

function withoutText(chunk: JsonObject): Buffer {
  const { content: _, ...delta } = deltaOf(chunk);
  return eventOf({ ...chunk, choices: [{ ...choiceOf(chunk), delta }] });
}

function lastText(messages: unknown): string {
  const last = Array.isArray(messages) ? messages.at(-1) : null;
  if (!isObject(last)) return '';
  return typeof last.content === 'string' ? last.content : JSON.stringify(last.content ?? '');
}
