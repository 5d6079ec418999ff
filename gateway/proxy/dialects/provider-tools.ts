/** Pure: what tools that the provider runs may add to a prompt unseen, on OpenAI's wires and in its resellers' spellings. */
import type { JsonObject } from './dialect.ts';
import { isObject } from './fields.ts';

/** What one search, program or server that the provider calls may bring. */
export const PROVIDER_TOOL_TOKENS = 32_000;
/** Tools that the client runs itself. */
const CLIENT_TOOLS = new Set(['function', 'custom']);

/** @returns the most tokens that may be added */
export function providerToolTokens({ tools, plugins, web_search_options: searches, model }: JsonObject): number {
  const called = (Array.isArray(tools) ? tools : []).filter((tool) => !isClientTool(tool)).length;
  // OpenRouter's plugin for searches, and the ending of a model's name that stands for it.
  const plugged = (Array.isArray(plugins) ? plugins : []).filter((plugin) => !isObject(plugin) || plugin.id === 'web');
  const isOnline = typeof model === 'string' && model.endsWith(':online');
  return (called + plugged.length + (isObject(searches) ? 1 : 0) + (isOnline ? 1 : 0)) * PROVIDER_TOOL_TOKENS;
}

/** Whether the client runs it; whatever is not known is the provider's. */
export function isClientTool(tool: unknown): boolean {
  if (!isObject(tool)) return false;
  return typeof tool.type === 'string' ? CLIENT_TOOLS.has(tool.type) : isObject(tool.function);
}
