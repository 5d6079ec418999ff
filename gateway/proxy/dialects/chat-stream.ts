/** Follows a streamed chat completion: which event carries usage, which one ends it. */
import type { TokenUsage } from '../../ledger/port.ts';
import { saysMoreThanNull } from '../member-scan.ts';
import type { ServiceTier } from '../service-tiers.ts';
import { eventData, splitEvents } from '../sse.ts';
import { createWordSearch } from '../word-search.ts';
import { drawnImages, pieceText } from './chat-text.ts';
import { readChatUsage, withCitedSearch } from './chat-usage.ts';
import type { JsonObject, StreamEnd, StreamReader, Verdict } from './dialect.ts';
import { isObject, parseJson } from './fields.ts';
import { namedTier } from './service-tier.ts';

const USAGE = Buffer.from('"usage"');
const DONE = Buffer.from('[DONE]');
const CITATION = Buffer.from('"url_citation"');
const WORDS = ['"usage"', '[DONE]'];
const needsALook = createWordSearch(WORDS);
const citesOrNeedsALook = createWordSearch([...WORDS, '"url_citation"']);
/** `data: [DONE]` with room for an id, a name and comments; longer events that hold these letters are answers. */
const LONGEST_DONE_EVENT = 1_024;
/** What is in a choice of theirs, and never in one of the other's. */
const PIECES = { chat: { own: 'delta', other: 'text' }, completions: { own: 'text', other: 'delta' } } as const;

/**
 * @param wire chat completions and legacy ones differ only in what is in a choice
 * @param dropUsageChunk whether the chunk that only reports usage is ours alone and must not reach the client
 * @param maySearch whether the provider may search for the answer, which its citations tell of
 */
export function openChatStream(wire: keyof typeof PIECES, dropUsageChunk: boolean, maySearch = false): StreamReader {
  const { own, other } = PIECES[wire];
  const isOfInterest = maySearch ? citesOrNeedsALook : needsALook;
  let usage: TokenUsage | null = null;
  /** Whether `usage` may be less than the answer: it came with text that did not finish it, or text came after it. */
  let isPartial = false;
  /** Whether the events behind `usage` are to be looked at: most answers have none. */
  let mayBeOvertaken = false;
  let tier: ServiceTier | undefined;
  const citing: unknown[] = [];

  return {
    uninteresting: (bytes) => !mayBeOvertaken && !isOfInterest(bytes),
    recognises(event) {
      const data = eventData(event);
      if (data.trim() === '[DONE]') return true;
      const chunk = parseJson(data);
      if (chunk === undefined) return null;
      if (!isObject(chunk) || typeof chunk.type === 'string' || 'candidates' in chunk) return false;
      // Every chunk tells it, and this one is read in any case.
      tier = namedTier(chunk.service_tier);
      if ('error' in chunk) return true;
      // Some begin with an event of their own; those of other dialects say what they are.
      if (!Array.isArray(chunk.choices)) return null;
      const [choice] = chunk.choices;
      return !isObject(choice) || own in choice || !(other in choice);
    },
    read(event): Verdict {
      if (event.length <= LONGEST_DONE_EVENT && event.indexOf(DONE) !== -1 && eventData(event).trim() === '[DONE]') {
        // Whatever was told with the last text holds for all of it.
        if (mayBeOvertaken) isPartial = false;
        return 'terminal';
      }
      if (maySearch && event.indexOf(CITATION) !== -1) citing.push(...deltasOf(parseJson(eventData(event))));
      // Most providers write `"usage":null` into every chunk but the last.
      const mayTell = saysMoreThanNull(event, USAGE);
      if (!mayTell && !mayBeOvertaken) return 'pass';
      const chunk = parseJson(eventData(event));
      if (!isObject(chunk)) return 'pass';
      const reported = mayTell ? readChatUsage(chunk.usage) : null;
      const { text, finished } = saidIn(chunk);
      if (!reported) {
        if (!mayBeOvertaken) return 'pass';
        if (text !== '') {
          isPartial = true;
          mayBeOvertaken = false;
        } else if (finished) isPartial = false;
        return 'pass';
      }
      usage = reported;
      isPartial = text !== '' && !finished;
      mayBeOvertaken = true;
      tier = namedTier(chunk.service_tier) ?? tier;
      return dropUsageChunk && hasNoChoices(chunk) ? 'drop' : 'pass';
    },
    usage: () => (isPartial ? null : withCitedSearch(usage, citing)),
    // Some begin with zeros that mean nothing.
    begun: () => (usage && usage.promptTokens > 0 ? withCitedSearch(usage, citing) : null),
    tier: () => tier,
    replay: (delivered) => replay(delivered),
  };
}

function deltasOf(chunk: unknown): unknown[] {
  const choices = isObject(chunk) && Array.isArray(chunk.choices) ? chunk.choices : [];
  return choices.map((choice) => (isObject(choice) ? choice.delta : null));
}

function hasNoChoices({ choices, error }: JsonObject): boolean {
  return (
    !isObject(error) && (Array.isArray(choices) ? choices.length === 0 : choices === undefined || choices === null)
  );
}

/** What is generated in one chunk, and whether a choice ends with it. */
function saidIn({ choices }: JsonObject): { text: string; finished: boolean } {
  let text = '';
  let finished = false;
  for (const choice of Array.isArray(choices) ? choices : []) {
    if (!isObject(choice)) continue;
    text += pieceText(choice.delta);
    if (typeof choice.text === 'string') text += choice.text;
    if (typeof choice.finish_reason === 'string') finished = true;
  }
  return { text, finished };
}

function replay(delivered: readonly Buffer[]): StreamEnd {
  let text = '';
  let finished = false;
  let failed = false;
  let tier: ServiceTier | undefined;
  const deltas: unknown[] = [];
  for (const event of splitEvents(Buffer.concat(delivered))) {
    const chunk = parseJson(eventData(event));
    if (!isObject(chunk)) continue;
    if (isObject(chunk.error)) failed = true;
    tier = namedTier(chunk.service_tier) ?? tier;
    const said = saidIn(chunk);
    text += said.text;
    finished ||= said.finished;
    deltas.push(...deltasOf(chunk));
  }
  return { text, finished, failed, tier, ...drawnImages(deltas) };
}
