/** Pure: pictures that a response draws on its way: by a model of its own, whose tokens are not always told. */
import type { JsonObject, RequestFacts, Units } from './dialect.ts';
import { isObject } from './fields.ts';

/** OpenAI's own, where the tool names none. */
const DEFAULT_MODEL = 'gpt-image-1';

/** What the tools of a request may draw with; undefined when they draw nothing. */
export function drawing({ tools }: JsonObject): RequestFacts['draws'] {
  const drawing = (Array.isArray(tools) ? tools : [])
    .filter(isObject)
    .filter(({ type }) => type === 'image_generation');
  const [tool] = drawing;
  if (!tool) return undefined;
  return {
    model: typeof tool.model === 'string' ? tool.model : DEFAULT_MODEL,
    count: drawing.length,
  };
}

/** The pictures among the items of an output; undefined when there are none. */
export function drawnPictures(output: unknown): Units | undefined {
  const count = (Array.isArray(output) ? output : []).filter(isPicture).length;
  return count === 0 ? undefined : { kind: 'image', count };
}

/** The same where what they took is not told. */
export function unreportedPictures(response: JsonObject): Units | undefined {
  const { tool_usage: used } = response;
  return isObject(used) && isObject(used.image_gen) ? undefined : drawnPictures(response.output);
}

/** Whether the item is a picture that was delivered. */
export function isPicture(item: unknown): boolean {
  return (
    isObject(item) && item.type === 'image_generation_call' && typeof item.result === 'string' && item.result !== ''
  );
}
