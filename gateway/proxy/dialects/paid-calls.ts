/** Pure: how many calls that cost beside tokens a request lets its provider make. What was made is told with the usage. */
import type { PaidCalls } from '../../ledger/charge.ts';
import type { JsonObject } from './dialect.ts';
import { isObject } from './fields.ts';
import { isClientTool } from './provider-tools.ts';

/** Searches of one tool whose client sets no limit. More are rare; what they cost then is recorded all the same. */
export const SEARCHES_OF_A_TOOL = 10;
/** Of models that search by themselves and are paid by the search. */
const SEARCHES_OF_RESEARCH = 40;
const RESEARCH_MODEL = /(^|\/)sonar-deep-research/;
const FILE_SEARCH = /^file_search/;
const WEB_SEARCH = /^(openrouter:)?web_search/;

/** Of chat completions, in the spellings of OpenAI, OpenRouter, LiteLLM and Perplexity. */
export function chatCalls(body: JsonObject): PaidCalls | undefined {
  const { plugins, web_search_options: options, model } = body;
  const tools = listed(body.tools).filter((tool) => !isClientTool(tool));
  const plugged = listed(plugins).filter((plugin) => !isObject(plugin) || plugin.id === 'web').length;
  const isOnline = typeof model === 'string' && model.endsWith(':online');
  const isResearch = typeof model === 'string' && RESEARCH_MODEL.test(model);
  const asked = plugged + (isObject(options) ? 1 : 0) + (isOnline ? 1 : 0);
  return some({
    webSearches: sum(tools.map(usesOf)) + asked * SEARCHES_OF_A_TOOL + (isResearch ? SEARCHES_OF_RESEARCH : 0),
  });
}

/** Of OpenAI's responses, where one limit may hold for the calls of all tools. */
export function responsesCalls(body: JsonObject): PaidCalls | undefined {
  const types = listed(body.tools).map((tool) => (isObject(tool) && typeof tool.type === 'string' ? tool.type : ''));
  // A stored prompt may bring tools of its own.
  const hidden = isObject(body.prompt) ? 1 : 0;
  const calls = (kind: RegExp) => (types.filter((type) => kind.test(type)).length + hidden) * SEARCHES_OF_A_TOOL;
  const most = typeof body.max_tool_calls === 'number' && body.max_tool_calls >= 0 ? body.max_tool_calls : null;
  const limited = (count: number) => (most === null || count === 0 ? count : most);
  return some({ webSearches: limited(calls(WEB_SEARCH)), fileSearches: limited(calls(FILE_SEARCH)) });
}

/** Of Anthropic's messages. */
export function messagesCalls(body: JsonObject): PaidCalls | undefined {
  const tools = listed(body.tools).filter(
    (tool) => isObject(tool) && typeof tool.type === 'string' && WEB_SEARCH.test(tool.type),
  );
  return some({ webSearches: sum(tools.map(usesOf)) });
}

function usesOf(tool: unknown): number {
  const most = isObject(tool) ? tool.max_uses : undefined;
  return typeof most === 'number' && most >= 0 ? most : SEARCHES_OF_A_TOOL;
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
