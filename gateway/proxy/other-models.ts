/** Pure: bodies that let the upstream answer with another model than the one that was gated and held for. */
import { BadRequestError, type JsonObject } from './dialects/dialect.ts';
import { drawsWith } from './dialects/drawing.ts';
import { isObject } from './dialects/fields.ts';
import { isClientTool } from './dialects/provider-tools.ts';

/** OpenRouter's list and Anthropic's, LiteLLM's three, and the member by which LiteLLM adds any of them unseen. */
const FALLBACKS = ['models', 'fallbacks', 'context_window_fallbacks', 'content_policy_fallbacks'] as const;
const UNSEEN = ['extra_body', 'extra_query', 'extra_headers'] as const;
/** Where OpenRouter lets advisors, panels and routers be configured. */
const TOOLS = ['tools'] as const;
const PLUGINS = ['plugins'] as const;
const HELPERS = [...TOOLS, ...PLUGINS];
const NONE: readonly string[] = [];
/** `model`, `allowed_models`, `analysis_models`, … */
const NAMES_MODELS = /(^|_)models?$/i;

/** Members that are read of every body, whatever its wire. */
export const OTHER_MODEL_MEMBERS: readonly string[] = [
  ...FALLBACKS,
  ...UNSEEN,
  ...HELPERS,
  'tools[].type',
  'tools[].model',
];

/**
 * Who stands in for whom is for the operator to say, in the order of the upstreams: a model that the client names beside
 * its own might be outside of its plan, or cost more than was held.
 *
 * @throws BadRequestError naming the field
 */
export function refuseOtherModels(body: JsonObject, model: string): void {
  for (const field of FALLBACKS) {
    const value = body[field];
    if (value === undefined || value === null) continue;
    if (Array.isArray(value) && value.every((one) => one === model)) continue;
    throw new BadRequestError(`'${field}' may name no model but the one that is asked for.`, field);
  }
  const { tools, plugins } = body;
  if (Array.isArray(tools) && tools.some((tool) => toolNamesAnother(tool, model))) throw namesAnother('tools');
  if (plugins !== undefined && namesAnotherInside(plugins, model)) throw namesAnother('plugins');
  for (const field of UNSEEN) {
    if (body[field] === undefined || body[field] === null) continue;
    throw new BadRequestError(`'${field}' is not forwarded. Put its members into the body itself.`, field);
  }
}

/** The members that are looked into at any depth: what has a key twice there may be read in another way than we do. */
export function membersLookedInto({ tools, plugins }: JsonObject): readonly string[] {
  const hasTools = Array.isArray(tools) && tools.some(isProvidersTool);
  if (plugins === undefined) return hasTools ? TOOLS : NONE;
  return hasTools ? HELPERS : PLUGINS;
}

function namesAnother(field: string): BadRequestError {
  return new BadRequestError(`'${field}' may name no model but the one that is asked for.`, field);
}

function toolNamesAnother(tool: unknown, model: string): boolean {
  if (!isObject(tool)) return false;
  // What draws is gated and held for by itself.
  const drawn = drawsWith(tool);
  if (drawn === null && typeof tool.model === 'string' && tool.model !== model) return true;
  return isProvidersTool(tool) && namesAnotherInside(tool, drawn ?? model);
}

/** Tools of the client are named by their type, or by the schema of what they are called with, which may name anything. */
function isProvidersTool(tool: unknown): boolean {
  return isObject(tool) && typeof tool.type === 'string' && !isClientTool(tool);
}

function namesAnotherInside(value: unknown, model: string, key = ''): boolean {
  if (Array.isArray(value)) return value.some((one) => namesAnotherInside(one, model, key));
  if (NAMES_MODELS.test(key)) return value !== null && value !== model;
  // An advisor may have tools of the client, too.
  if (!isObject(value) || (key === 'tools' && isClientTool(value))) return false;
  return Object.entries(value).some(
    ([name, inner]) => name !== 'input_schema' && namesAnotherInside(inner, model, name),
  );
}
