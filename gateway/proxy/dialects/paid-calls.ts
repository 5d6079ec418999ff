/** Pure: how many calls that cost beside tokens a request lets its provider make. What was made is told with the usage. */
import type { PaidCalls } from '../../ledger/charge.ts';
import type { Edit } from '../json-outline.ts';
import type { JsonObject } from './dialect.ts';
import { isObject, optionalInteger } from './fields.ts';
import { isClientTool } from './provider-tools.ts';

/**
 * Searches of one tool whose client sets no limit. Under a cap in USD this limit is written into requests whose wire has
 * a field for it; elsewhere more are rare, and what they cost then is recorded all the same.
 */
export const SEARCHES_OF_A_TOOL = 10;
/** Of models that search by themselves and are paid by the search. */
const SEARCHES_OF_RESEARCH = 40;
const MOST_CALLS = 1_000_000;
/** OpenAI's that search, once for each answer, whether asked to or not. */
const SEARCH_MODEL = /(^|\/)gpt-[\w.-]+-search-/;
const RESEARCH_MODEL = /(^|\/)sonar-deep-research/;
const FILE_SEARCH = /^file_search/;
const WEB_SEARCH = /^(openrouter:)?web_search/;
/** Anthropic's own, which alone takes a limit of its uses. */
const LIMITED_SEARCH = /^web_search_\d/;
const GOOGLE_SEARCH = /^(google_?search|enterprise_?web_?search)/i;
const GOOGLE_MAPS = /^google_?maps$/i;

/** Of chat completions, in the spellings of OpenAI, OpenRouter, LiteLLM and Perplexity. */
export function chatCalls(body: JsonObject): PaidCalls | undefined {
  const { model } = body;
  const tools = listed(body.tools).filter((tool) => !isClientTool(tool));
  const name = typeof model === 'string' ? model : '';
  const byItself = (RESEARCH_MODEL.test(name) ? SEARCHES_OF_RESEARCH : 0) + (SEARCH_MODEL.test(name) ? 1 : 0);
  return some({ webSearches: sum(tools.map(usesOf)) + askedBeside(body) + byItself });
}

/** Of OpenAI's responses, where one limit holds for the calls of all tools. */
export function responsesCalls(body: JsonObject): PaidCalls | undefined {
  const types = listed(body.tools).map((tool) => (isObject(tool) && typeof tool.type === 'string' ? tool.type : ''));
  const limit = toolCallsLimit(body);
  // A stored prompt may bring tools of its own.
  const calls = (kind: RegExp) => (isObject(body.prompt) || types.some((type) => kind.test(type)) ? limit : 0);
  return some({ webSearches: calls(WEB_SEARCH) + askedBeside(body), fileSearches: calls(FILE_SEARCH) });
}

/** Of Anthropic's messages. */
export function messagesCalls(body: JsonObject): PaidCalls | undefined {
  const tools = listed(body.tools).filter(
    (tool) => isObject(tool) && typeof tool.type === 'string' && WEB_SEARCH.test(tool.type),
  );
  return some({ webSearches: sum(tools.map(usesOf)) });
}

/** Of Gemini, whose requests have no limit for them. */
export function geminiCalls({ tools }: JsonObject): PaidCalls | undefined {
  const kinds = listed(tools).flatMap((tool) => (isObject(tool) ? Object.keys(tool) : []));
  return some({
    webSearches: kinds.filter((kind) => GOOGLE_SEARCH.test(kind)).length * SEARCHES_OF_A_TOOL,
    mapSearches: kinds.some((kind) => GOOGLE_MAPS.test(kind)) ? 1 : 0,
  });
}

/** The limit that was reserved, for each of Anthropic's searches that has none. */
export function usesEdits({ tools }: JsonObject): Edit[] {
  return listed(tools).flatMap((tool, place) => {
    const isUnlimited =
      isObject(tool) && typeof tool.type === 'string' && LIMITED_SEARCH.test(tool.type) && !hasNumber(tool.max_uses);
    return isUnlimited ? [{ key: 'tools', within: [place, 'max_uses'], value: SEARCHES_OF_A_TOOL }] : [];
  });
}

/** The limit of all calls that was reserved, where a response's client sets none. */
export function toolCallsEdits(body: JsonObject): Edit[] {
  return hasNumber(body.max_tool_calls) ? [] : [{ key: 'max_tool_calls', value: toolCallsLimit(body) }];
}

function toolCallsLimit(body: JsonObject): number {
  const hidden = isObject(body.prompt) ? 1 : 0;
  const own = listed(body.tools).filter((tool) => !isClientTool(tool)).length;
  return optionalInteger(body, 'max_tool_calls', 0, MOST_CALLS) ?? (own + hidden) * SEARCHES_OF_A_TOOL;
}

/** Searches that are asked for outside of the tools: options, OpenRouter's plugin and the ending of a name for it. */
function askedBeside({ plugins, web_search_options: options, model }: JsonObject): number {
  const plugged = listed(plugins).filter((plugin) => !isObject(plugin) || plugin.id === 'web').length;
  const isOnline = typeof model === 'string' && model.endsWith(':online');
  return (plugged + (isObject(options) ? 1 : 0) + (isOnline ? 1 : 0)) * SEARCHES_OF_A_TOOL;
}

function usesOf(tool: unknown): number {
  if (!isObject(tool)) return SEARCHES_OF_A_TOOL;
  return optionalInteger(tool, 'max_uses', 0, MOST_CALLS) ?? SEARCHES_OF_A_TOOL;
}

function hasNumber(value: unknown): boolean {
  return typeof value === 'number';
}

function some(calls: PaidCalls): PaidCalls | undefined {
  return Object.values(calls).some((count) => count > 0) ? calls : undefined;
}

function listed(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
