/** Pure: bodies that let the upstream answer with another model than the one that was gated and held for. */
import { BadRequestError, type JsonObject } from './dialects/dialect.ts';
import { isObject } from './dialects/fields.ts';

/** OpenRouter's list and Anthropic's, LiteLLM's three, and the member by which LiteLLM adds any of them unseen. */
const FALLBACKS = ['models', 'fallbacks', 'context_window_fallbacks', 'content_policy_fallbacks'] as const;
const UNSEEN = ['extra_body', 'extra_query', 'extra_headers'] as const;

/** Members that are read of every body, whatever its wire. */
export const OTHER_MODEL_MEMBERS: readonly string[] = [
  ...FALLBACKS,
  ...UNSEEN,
  'tools',
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
  const { tools } = body;
  for (const tool of Array.isArray(tools) ? tools : []) {
    if (!isObject(tool) || typeof tool.model !== 'string' || tool.model === model) continue;
    // What draws is gated and held for by itself.
    if (tool.type === 'image_generation') continue;
    throw new BadRequestError("'tools' may name no model but the one that is asked for.", 'tools');
  }
  for (const field of UNSEEN) {
    if (body[field] === undefined || body[field] === null) continue;
    throw new BadRequestError(`'${field}' is not forwarded. Put its members into the body itself.`, field);
  }
}
