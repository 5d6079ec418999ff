/** Pure: tools with which the provider draws pictures on the way, by a model of their own. */
import { BadRequestError, type JsonObject, type RequestFacts } from './dialect.ts';
import { isObject } from './fields.ts';

/** OpenAI's own, where the tool names none, and OpenRouter's. */
const DEFAULT_MODEL = 'gpt-image-1';
const OPENROUTER_MODEL = 'openai/gpt-5-image';

/** The model that a tool draws with; null where it does not draw. */
export function drawsWith({ type, model, parameters }: JsonObject): string | null {
  switch (type) {
    case 'image_generation':
      return typeof model === 'string' ? model : DEFAULT_MODEL;
    case 'openrouter:image_generation': {
      const own = isObject(parameters) ? parameters.model : undefined;
      return typeof own === 'string' ? own : OPENROUTER_MODEL;
    }
    default:
      return null;
  }
}

/**
 * What the tools of a request may draw with; undefined when they draw nothing.
 *
 * @throws BadRequestError where they name several models: one is gated and held for
 */
export function drawing({ tools }: JsonObject): RequestFacts['draws'] {
  if (!Array.isArray(tools)) return undefined;
  let model: string | undefined;
  let count = 0;
  for (const tool of tools) {
    const drawn = isObject(tool) ? drawsWith(tool) : null;
    if (drawn === null) continue;
    if (model !== undefined && model !== drawn)
      throw new BadRequestError("'tools' may draw with one model only.", 'tools');
    model = drawn;
    count++;
  }
  return model === undefined ? undefined : { model, count };
}
