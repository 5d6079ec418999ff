/** Pure: limits of an answer under names that only some servers know: there they win over the wire's own. */
import type { Edit } from '../json-outline.ts';
import { BadRequestError, type JsonObject } from './dialect.ts';

/** Of llama.cpp, Ollama, text-generation-webui, KoboldCpp and what was built on them. */
const LIMITS = ['n_predict', 'num_predict', 'max_new_tokens', 'max_length', 'max_gen_len'] as const;
/** Of text-generation-webui: goes on until the context is full. */
const LIMITLESS = 'auto_max_new_tokens';
/** Of llama.cpp: how many answers there are. */
const CHOICES = 'n_cmpl';

/** The members that are read. */
export const OTHER_LIMIT_MEMBERS: readonly string[] = [...LIMITS, LIMITLESS, CHOICES];

/**
 * Clients that write one limit under every name they know are served; what could make an answer longer than what is
 * reserved for it is refused.
 *
 * @param limit the client's own limit, which is reserved
 * @param field its name
 * @throws BadRequestError naming the field
 */
export function refuseOtherLimits(body: JsonObject, limit: number | null, field: string, choices = 1): void {
  for (const name of LIMITS) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    if (limit !== null && Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= limit) continue;
    throw new BadRequestError(`'${name}' is taken only beside '${field}', and may not be more than it.`, name);
  }
  if (body[LIMITLESS] !== undefined && body[LIMITLESS] !== null && body[LIMITLESS] !== false) {
    throw new BadRequestError(`'${LIMITLESS}' must be false. Set '${field}' instead.`, LIMITLESS);
  }
  if (body[CHOICES] !== undefined && body[CHOICES] !== null && body[CHOICES] !== choices) {
    throw new BadRequestError(`'${CHOICES}' must be what 'n' is.`, CHOICES);
  }
}

/** They come down with the wire's own. */
export function otherLimitEdits(body: JsonObject, limit: number): Edit[] {
  return LIMITS.filter((name) => typeof body[name] === 'number' && Number(body[name]) > limit).map((key) => ({
    key,
    value: limit,
  }));
}
