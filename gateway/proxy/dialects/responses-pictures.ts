/** Pure: pictures that a response draws on its way: by a model of its own, whose tokens are not always told. */
import type { JsonObject, Units } from './dialect.ts';
import { isObject } from './fields.ts';

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
