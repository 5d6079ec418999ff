/** How many tokens a prompt can have: a quick bound, the exact count, and the soft policy's estimate. */
import type { Attachments, CountableText, RequestFacts, Units } from './dialects/dialect.ts';
import { type ModelFacts, UNKNOWN_CONTEXT_TOKENS } from './model-facts.ts';
import type { CountOptions, Tokenizer } from './tokenizer.ts';

const CHARACTERS_PER_TOKEN = 4;
const ESTIMATE_MARGIN = 1.2;
const LEAST_ESTIMATE = 100;
/** For model families whose tokenizer is not ours. */
const UNKNOWN_FAMILY_FACTOR = 1.5;

/**
 * A bound that costs nothing: the bytes of the body. No text has more tokens than UTF-8 bytes, and the JSON around it
 * outweighs whatever tokens the chat format adds.
 */
export function promptBound(bodyBytes: number, attachments: Attachments, facts: ModelFacts): number {
  return Math.max(0, bodyBytes - attachments.bytes) + attachmentTokens(attachments, facts);
}

/** Characters / 4 plus 20 %, at least 100. */
export function promptEstimate(text: CountableText, attachments: Attachments, facts: ModelFacts): number {
  const characters = text.texts.reduce((sum, part) => sum + part.length, 0);
  const estimate = Math.ceil((characters / CHARACTERS_PER_TOKEN) * ESTIMATE_MARGIN);
  return Math.max(LEAST_ESTIMATE, estimate) + attachmentTokens(attachments, facts);
}

/**
 * The tokenizer's count of the prompt's text, with what the format adds.
 *
 * @param options `most` is of the whole prompt
 */
export async function countPrompt(
  tokenizer: Tokenizer,
  text: CountableText,
  attachments: Attachments,
  facts: ModelFacts,
  { most = Infinity, ...options }: CountOptions = {},
): Promise<number> {
  const beside = text.overheadTokens + attachmentTokens(attachments, facts);
  return beside + (await tokenizer.count(facts.tokenizer, text.texts, { ...options, most: most - beside }));
}

/** The largest count that can be reserved out of so many tokens. */
export function countWithin(tokens: number, facts: ModelFacts): number {
  return facts.tokenizerExact ? tokens : Math.floor(tokens / UNKNOWN_FAMILY_FACTOR);
}

/** The count to reserve: larger where the tokenizer is only a stand-in. */
export function reservable(counted: number, facts: ModelFacts): number {
  return facts.tokenizerExact ? counted : Math.ceil(counted * UNKNOWN_FAMILY_FACTOR);
}

function attachmentTokens({ images, otherTokens, unseenFiles }: Attachments, facts: ModelFacts): number {
  return images * facts.imageTokens + otherTokens + unseenTokens(unseenFiles, facts.contextTokens);
}

/** A window that is known holds no more than it holds, be the files one or many. */
function unseenTokens(files: number, contextTokens: number | null): number {
  if (files === 0) return 0;
  return contextTokens ?? files * UNKNOWN_CONTEXT_TOKENS;
}

/** A recording is a prompt: whatever becomes of the answer, it was listened to. */
export function heardUnits({ units }: RequestFacts): Units | undefined {
  return units?.kind === 'audioSecond' ? units : undefined;
}

/** What pictures, seconds or characters are charged where the provider reports no tokens. */
export function unitTokens(units: Units | undefined, facts: ModelFacts): number {
  return units ? Math.ceil(units.count * facts.unitTokens[units.kind]) : 0;
}
