/**
 * Pure: what is known of models beside their price. Maximum outputs are upper bounds: too large only makes a hold
 * larger, too small would let an answer pass its hold, and where a host decides (open weights) it is the context window.
 *
 * Sources: OpenAI's model pages (as in gpt-tokenizer's model table), platform.claude.com "Models overview" and
 * "Vision", ai.google.dev "Models" and "Media resolution", api-docs.deepseek.com, docs.mistral.ai, models.dev.
 */
import type { UnitTokens } from '../db/json-columns.ts';
import { MILLION } from '../ledger/charge.ts';
import { bareModel, type ModelOverride, overridesOf } from './model-names.ts';

export interface ModelFacts {
  /** The most tokens one choice can have; null = unknown. */
  readonly maximumOutputTokens: number | null;
  /** The most tokens that prompt and answer can have together; null = unknown. */
  readonly contextTokens: number | null;
  /** The field of chat completions that limits the answer. */
  readonly limitField: 'max_tokens' | 'max_completion_tokens';
  readonly tokenizer: 'o200k_base' | 'cl100k_base';
  /** False: the tokenizer is a stand-in, multiply its count by 1.5. */
  readonly tokenizerExact: boolean;
  /** The most tokens that one image part of unknown size counts for. */
  readonly imageTokens: number;
  /** Charged for what is sold by the piece, where no tokens are reported. */
  readonly unitTokens: Readonly<Required<UnitTokens>>;
  /** Charged tokens per token, in millionths. */
  readonly multiplier: number;
}

/** The demo upstream's model. */
export const ECHO_MODEL = 'solaris-echo';
export const ECHO_MAXIMUM_OUTPUT = 4_096;

type Rules<T> = readonly (readonly [name: RegExp, fact: T])[];

/** First match wins. */
const MAXIMUM_OUTPUT: Rules<number> = [
  [/^solaris-echo$/, ECHO_MAXIMUM_OUTPUT],

  [/^gpt-5-pro/, 272_000],
  [/^gpt-5([.-][1-3])?-chat/, 16_384],
  [/^(gpt-[5-9]|chat-latest|gpt-chat-latest|daybreak)/, 128_000],
  [/^gpt-oss/, 131_072],
  [/^o1-preview/, 32_768],
  [/^o1-mini/, 65_536],
  [/^(o[134]|codex-mini)/, 100_000],
  [/^computer-use/, 1_024],
  [/^gpt-(4o-(mini-)?)?transcribe/, 2_000],
  [/^gpt-4o-(mini-)?realtime/, 4_096],
  [/^gpt-realtime/, 32_000],
  [/^gpt-4o:extended/, 64_000],
  [/^gpt-4\.1/, 32_768],
  [/^(chatgpt-4o|gpt-4o|gpt-4\.5|gpt-audio|babbage-002|davinci-002)/, 16_384],
  [/^gpt-4-32k/, 32_768],
  [/^gpt-4-(turbo|vision|\d{4}-(preview|vision))/, 4_096],
  [/^gpt-4/, 8_192],
  [/^gpt-3\.?5-turbo-16k/, 16_384],
  [/^gpt-3\.?5/, 4_096],

  [/^claude-(v1|2|instant|3-(opus|sonnet|haiku))/, 4_096],
  [/^claude-3[.-]5/, 8_192],
  // With the beta header `output-128k-2025-02-19`; 64,000 without.
  [/^claude-3[.-]7/, 128_000],
  [/^claude-[a-z]+-(4[.-][6-9]|[5-9])/, 128_000],
  [/^claude-((opus|haiku)-4[.-]5|sonnet-4|4-sonnet)/, 64_000],
  [/^claude-(opus-4|4(\.1)?-opus)/, 32_000],

  [/^gemini-2\.0-flash-thinking/, 65_536],
  [/^gemini-(1|2\.0|pro$|pro-1|flash-1)/, 8_192],
  [/^gemini-(2\.5|3|flash|pro-latest)/, 65_536],
  [/^gemma-?2/, 8_192],
  [/^gemma-?3/, 131_072],
  [/^gemma-?4/, 262_144],

  [/^deepseek-(chat|reasoner|v4)/, 384_000],
  [/^deepseek-(r1|v3)/, 163_840],
  [/^(open-)?(mistral|ministral|magistral|devstral|codestral|pixtral|mixtral|voxtral)/, 262_144],
  [/^(meta-)?llama-?v?3[.p-][1-3]/, 131_072],
  [/^(meta-)?llama-?v?3(-(8|70)b|:(8|70)b|$)/, 8_192],
  [/^kimi-k2/, 262_144],
  [/^kimi-k3/, 1_048_576],
  [/^command-a-plus/, 64_000],
  [/^command-a-reasoning/, 32_000],
  [/^command-a/, 8_000],
  [/^command-r/, 4_000],
];

/** Upper bounds, too: a family has the widest window that any of it is sold with. */
const CONTEXT: Rules<number> = [
  [/^gpt-5([.-][1-3])?-chat/, 128_000],
  [/^gpt-5($|[.-][1-3](?!\d)|-(?!\d)|-20\d\d)/, 400_000],
  [/^gpt-5\.4-(mini|nano)/, 400_000],
  [/^(gpt-[5-9]|chat-latest|gpt-chat-latest|daybreak)/, 1_050_000],
  [/^gpt-oss/, 131_072],
  [/^o1-(preview|mini)/, 128_000],
  [/^(o[134]|codex-mini)/, 200_000],
  [/^gpt-4\.1/, 1_047_576],
  [/^(chatgpt-4o|gpt-4o|gpt-4\.5|gpt-audio|gpt-realtime)/, 128_000],
  [/^gpt-4-(turbo|vision|\d{4}-(preview|vision))/, 128_000],
  [/^gpt-4-32k/, 32_768],
  [/^gpt-4/, 8_192],
  [/^gpt-3\.?5/, 16_385],

  [/^claude-(v1|2|instant|3)/, 200_000],
  [/^claude-(opus-4([.-][015](?!\d)|-20|@|$)|haiku-4|4(\.1)?-opus)/, 200_000],
  [/^claude/, 1_000_000],

  [/^gemini-(1\.5|2\.0)-pro/, 2_097_152],
  [/^gemini/, 1_048_576],

  [/^deepseek-(r1|v3)/, 163_840],
  [/^deepseek-(chat|reasoner|v4)/, 1_048_576],
  [/^(open-)?(mistral|ministral|magistral|devstral|codestral|pixtral|mixtral|voxtral)/, 262_144],
  [/^kimi-k2/, 262_144],
  [/^kimi-k3/, 1_048_576],
];
/** Of a window that is not known: the usual one. */
export const UNKNOWN_CONTEXT_TOKENS = 128_000;

/** Most tokens of one image part at the highest detail that the model offers. */
const IMAGE_TOKENS: Rules<number> = [
  // High input fidelity: 4,160 or 6,240 beside the tiles.
  [/^(gpt|chatgpt)-image/, 7_500],
  [/^dall-e/, 0],
  [/^solaris-echo$/, 0],
  // Tiles: at most 8 of 512 px (2048 × 768), base + 8 × tile: 2,833 + 8 × 5,667; 85 + 8 × 170; 75 + 8 × 150; 65 + 8 × 129.
  [/^gpt-4o-mini/, 48_169],
  // Patches: at most 1,536 of 32 px, times 1.62 (mini), 2.46 (nano), 1.72 (o4-mini).
  [/^gpt-(4\.1|5([.-][1-4])?)-mini/, 2_489],
  [/^gpt-(4\.1|5([.-][1-4])?)-nano/, 3_779],
  [/^(chatgpt-4o|gpt-4)/, 1_445],
  [/^o4-mini/, 2_642],
  [/^o[13]/, 1_275],
  [/^computer-use/, 1_097],
  // GPT-5 to 5.3 are described both ways; the dearer one.
  [/^gpt-5($|-20\d\d|-(?!\d)|[.-][1-3](?!\d))/, 2_489],
  // From 5.4 `detail: original` takes up to 10,000 patches.
  [/^(gpt-[5-9]|chat-latest|gpt-chat-latest|daybreak)/, 16_200],
  // One token per 28 px patch, at most 1,568; from 4.7 on 4,784.
  [/^claude-(v1|2|3|instant|4-|[a-z]+-[34](?![.-][7-9](?!\d)))/, 1_600],
  [/^claude/, 4_784],
  // 258 per 768 px tile of at most 3,072 × 3,072 px, and the thumbnail; Gemini 3's `ultra_high` is 2,240.
  [/^gemini/, 4_386],
  // 1,024 px in patches of 16 px with a row break each.
  [/^(open-)?(mistral|ministral|magistral|devstral|pixtral)/, 4_160],
  // Four tiles of 1,601.
  [/^(meta-)?llama/, 6_404],
  [/^grok/, 1_792],
];
/** What the largest of the open vision models (Qwen-VL) takes for one image. */
const UNKNOWN_IMAGE_TOKENS = 16_384;

/** What a piece costs, in tokens of a middling model (10 USD per million); source: OpenAI's price list. */
const UNIT_TOKENS: Readonly<Required<UnitTokens>> = { image: 4_000, audioSecond: 10, character: 1.5 };

/** The dearest picture that these models make; source: OpenAI's image pricing. */
const PIECE_TOKENS: Rules<UnitTokens> = [
  [/^(gpt|chatgpt)-image/, { image: 6_300 }],
  [/^dall-e-2/, { image: 2_000 }],
  [/^dall-e-3/, { image: 8_000 }],
];

const COMPLETION_LIMIT = /^(o[1-9]|gpt-[5-9]|codex|computer-use|chat-latest|gpt-chat-latest|daybreak)/;
const O200K =
  /^(gpt-4o|chatgpt-4o|gpt-4\.[15]|gpt-5|gpt-oss|gpt-audio|gpt-realtime|o[134](-|$)|codex-mini|computer-use|chat-latest|gpt-chat-latest|daybreak)/;
const CL100K = /^(gpt-4|gpt-3\.?5-turbo(?!-instruct)|text-embedding-(3|ada-002))/;

/** What is known of `model`, whatever its provider's spelling; `overrides` win, the most specific first. */
export function modelFacts(model: string, overrides: readonly ModelOverride[]): ModelFacts {
  const name = bareModel(model);
  const rows = overridesOf(model, overrides);
  const o200k = O200K.test(name);
  const cl100k = !o200k && CL100K.test(name);
  return {
    maximumOutputTokens:
      rows.find((row) => row.maxOutputTokens !== null)?.maxOutputTokens ?? firstMatch(MAXIMUM_OUTPUT, name) ?? null,
    contextTokens: firstMatch(CONTEXT, name) ?? null,
    limitField: COMPLETION_LIMIT.test(name) ? 'max_completion_tokens' : 'max_tokens',
    tokenizer: cl100k ? 'cl100k_base' : 'o200k_base',
    tokenizerExact: o200k || cl100k,
    imageTokens: firstMatch(IMAGE_TOKENS, name) ?? UNKNOWN_IMAGE_TOKENS,
    unitTokens: { ...UNIT_TOKENS, ...firstMatch(PIECE_TOKENS, name), ...rows.find((row) => row.units !== null)?.units },
    multiplier: rows[0]?.multiplier ?? MILLION,
  };
}

function firstMatch<T>(rules: Rules<T>, name: string): T | undefined {
  return rules.find(([pattern]) => pattern.test(name))?.[1];
}
