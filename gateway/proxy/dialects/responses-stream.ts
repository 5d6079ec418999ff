/** Follows a streamed response: https://platform.openai.com/docs/api-reference/responses-streaming */
import type { TokenUsage } from '../../ledger/port.ts';
import type { ServiceTier } from '../service-tiers.ts';
import { eventData, splitEvents } from '../sse.ts';
import { createWordSearch } from '../word-search.ts';
import type { JsonObject, StreamEnd, StreamReader, Units, Verdict } from './dialect.ts';
import { isObject, parseJson } from './fields.ts';
import { isPicture, unreportedPictures } from './responses-pictures.ts';
import { outputText } from './responses-text.ts';
import { readResponsesUsage } from './responses-usage.ts';
import { namedTier } from './service-tier.ts';

const needsALook = createWordSearch(['response.completed', 'response.incomplete', 'response.failed', '[DONE]']);
const ENDS = new Set(['response.completed', 'response.incomplete', 'response.failed']);
/** Pieces of text, whatever they are part of. Their `.done` events repeat them whole. */
const DELTA =
  /^response\.(output_text|refusal|reasoning_text|reasoning_summary_text|function_call_arguments|custom_tool_call_input|mcp_call_arguments|code_interpreter_call_code|audio\.transcript)\.delta$/;

export function openResponsesStream(): StreamReader {
  let usage: TokenUsage | null = null;
  let ids: string[] = [];
  let beside: Units | undefined;
  let tier: ServiceTier | undefined;
  /** The event that says so is the last, which is not delivered before all is settled. */
  let hasFailed = false;
  /** All of its text, for when no event before it had any. */
  let whole = '';

  return {
    uninteresting: (bytes) => !needsALook(bytes),
    recognises(event) {
      const data = parseJson(eventData(event));
      if (data === undefined) return null;
      // The first event repeats what was asked for; the last one tells what became of it.
      if (isObject(data)) tier = tierIn(data);
      return isObject(data) && typeof data.type === 'string' && /^(response\.|error$|keepalive$)/.test(data.type);
    },
    read(event): Verdict {
      if (!needsALook(event)) return 'pass';
      const data = parseJson(eventData(event));
      if (!isObject(data) || typeof data.type !== 'string' || !ENDS.has(data.type)) return 'pass';
      usage = readResponsesUsage(data.response);
      tier = tierIn(data) ?? tier;
      ids = keptIds(data.response);
      beside = isObject(data.response) ? unreportedPictures(data.response) : undefined;
      hasFailed = data.type === 'response.failed';
      whole = isObject(data.response) ? outputText(data.response.output) : '';
      return 'terminal';
    },
    usage: () => usage,
    ids: () => ids,
    tier: () => tier,
    beside: () => beside,
    replay(delivered) {
      const end = replay(delivered);
      return { ...end, text: end.text === '' ? whole : end.text, failed: end.failed || hasFailed };
    },
  };
}

function tierIn({ response }: JsonObject): ServiceTier | undefined {
  return isObject(response) ? namedTier(response.service_tier) : undefined;
}

/** Ids by which later requests may refer to a response, if it is kept. */
export function keptIds(response: unknown): string[] {
  if (!isObject(response)) return [];
  const { conversation } = response;
  const items = Array.isArray(response.output) ? response.output : [];
  // What is not kept by itself is in its conversation all the same.
  const ids = [...(response.store === false ? [] : [response, ...items]), conversation]
    .map((one) => (isObject(one) ? one.id : one))
    .filter((id) => typeof id === 'string');
  return [...ids, ...items.flatMap(containerIds)];
}

/** Where programs run and leave their files, as tools name it beforehand and calls of them afterwards. */
export function containerIds(toolOrCall: unknown): string[] {
  if (!isObject(toolOrCall)) return [];
  const { container, container_id: id, environment } = toolOrCall;
  return [container, id, isObject(environment) ? environment.container_id : undefined].filter(
    (one) => typeof one === 'string',
  );
}

function replay(delivered: readonly Buffer[]): StreamEnd {
  let text = '';
  let finished = false;
  let failed = false;
  let pictures = 0;
  for (const event of splitEvents(Buffer.concat(delivered))) {
    const data = parseJson(eventData(event));
    if (!isObject(data) || typeof data.type !== 'string') continue;
    if (data.type === 'error' || data.type === 'response.failed') failed = true;
    if (data.type === 'response.output_item.added') text += calledName(data.item);
    if (data.type === 'response.output_item.done' && isPicture(data.item)) pictures++;
    if (DELTA.test(data.type) && typeof data.delta === 'string') text += data.delta;
    if (ENDS.has(data.type)) {
      finished = true;
      if (text === '' && isObject(data.response)) text = outputText(data.response.output);
    }
  }
  return { text, finished, failed, ...(pictures > 0 ? { units: { kind: 'image', count: pictures } } : {}) };
}

function calledName(item: unknown): string {
  const { type, name }: JsonObject = isObject(item) ? item : {};
  return (type === 'function_call' || type === 'custom_tool_call') && typeof name === 'string' ? name : '';
}
