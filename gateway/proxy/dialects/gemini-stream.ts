/** Follows what Gemini streams: events, or one JSON array whose elements come one after the other. */
import type { TokenUsage } from '../../ledger/port.ts';
import { createArraySplitter, elementText, splitElements } from '../json-array.ts';
import type { ServiceTier } from '../service-tiers.ts';
import { eventData, splitEvents } from '../sse.ts';
import type { StreamEnd, StreamReader, Verdict } from './dialect.ts';
import { isObject, parseJson } from './fields.ts';
import { createGrounding } from './gemini-grounding.ts';
import { candidatesText } from './gemini-text.ts';
import { readGeminiTier, readGeminiUsage } from './gemini-usage.ts';

/** What every answer has one of, whatever was left out as empty. */
export const ANSWER_MEMBERS = ['candidates', 'usageMetadata', 'promptFeedback'];

/**
 * @param choices how many candidates must have ended before the stream can
 * @param isArray whether it is the array
 */
export function openGeminiStream(choices: number, isArray: boolean): StreamReader {
  const dataOf = isArray ? elementText : eventData;
  const split = isArray ? splitElements : splitEvents;
  const ended = new Set<number>();
  const grounding = createGrounding();
  let usage: TokenUsage | null = null;
  let tier: ServiceTier | undefined;
  let complete = false;

  return {
    ...(isArray ? { splitter: createArraySplitter() } : {}),
    // Every piece carries usage, and the last is told from the others by its finish reason.
    uninteresting: () => false,
    recognises(event) {
      const data = parseJson(dataOf(event));
      if (data === undefined) return null;
      return isObject(data) && [...ANSWER_MEMBERS, 'error'].some((key) => key in data);
    },
    read(event): Verdict {
      const data = parseJson(dataOf(event));
      if (!isObject(data)) return 'pass';
      usage = readGeminiUsage(data.usageMetadata) ?? usage;
      tier = readGeminiTier(data.usageMetadata) ?? tier;
      grounding.note(data);
      for (const candidate of Array.isArray(data.candidates) ? data.candidates : []) {
        if (isObject(candidate) && typeof candidate.finishReason === 'string') {
          ended.add(typeof candidate.index === 'number' ? candidate.index : 0);
        }
      }
      const blocked = isObject(data.promptFeedback) && typeof data.promptFeedback.blockReason === 'string';
      complete = blocked || ended.size >= choices;
      return usage && complete ? 'terminal' : 'pass';
    },
    usage: () => (complete ? grounding.beside(usage) : null),
    begun: () => grounding.beside(usage),
    tier: () => tier,
    replay(delivered): StreamEnd {
      let text = '';
      let images = 0;
      let finished = false;
      let failed = false;
      for (const event of split(Buffer.concat(delivered))) {
        const data = parseJson(dataOf(event));
        if (!isObject(data)) continue;
        if (isObject(data.error)) failed = true;
        const said = candidatesText(data);
        text += said.text;
        images += said.images;
        if (hasFinished(data.candidates)) finished = true;
      }
      return { text, finished, failed, ...(images > 0 ? { units: { kind: 'image', count: images } } : {}) };
    },
  };
}

function hasFinished(candidates: unknown): boolean {
  return Array.isArray(candidates) && candidates.some((one) => isObject(one) && typeof one.finishReason === 'string');
}
