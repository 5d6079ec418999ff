/** Pure: what OpenAI's simpler endpoints share: fields that may come as JSON or in a form, and prompts of text or tokens. */

import type { Edit } from '../json-outline.ts';
import { BadRequestError, type CountableText, type FormFile, type JsonObject, type OutputChange } from './dialect.ts';
import { isObject } from './fields.ts';
import { NO_ATTACHMENTS } from './media.ts';

export const NO_TEXT: CountableText = { texts: [], overheadTokens: 0 };

/** Facts of a request that asks for no generated text. */
export const NO_GENERATION = {
  stream: false,
  outputLimit: 0,
  choices: 1,
  wantsUsage: false,
  attachments: NO_ATTACHMENTS,
} as const;

/** Only the model's name can differ at the upstream. */
export function modelEdits(body: JsonObject, { model }: OutputChange): Edit[] {
  return model === body.model ? [] : [{ key: 'model', value: model }];
}

/**
 * A prompt as legacy completions and embeddings take it: text, several texts, tokens, or several lists of tokens.
 *
 * @returns the texts, the number of tokens that are given as such, and how many prompts it is
 * @throws BadRequestError
 */
export function readInput(value: unknown, field: string): { texts: string[]; tokens: number; prompts: number } {
  const list = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(list) || list.length === 0) throw badInput(field);
  if (list.every((item) => typeof item === 'number')) return { texts: [], tokens: list.length, prompts: 1 };
  const texts: string[] = [];
  let tokens = 0;
  for (const item of list) {
    if (typeof item === 'string') texts.push(item);
    else if (Array.isArray(item) && item.every((token) => typeof token === 'number')) tokens += item.length;
    else throw badInput(field);
  }
  return { texts, tokens, prompts: list.length };
}

function badInput(field: string): BadRequestError {
  return new BadRequestError(`'${field}' must be text or tokens, or a list of them.`, field);
}

/** A whole number in [least, most], as JSON has it or as a form spells it; null when it is absent. */
export function wholeNumber(body: JsonObject, field: string, least: number, most: number): number | null {
  const value = body[field];
  if (value === undefined || value === null || value === '') return null;
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= least && number <= most) return number;
  throw new BadRequestError(`'${field}' must be a whole number from ${least} to ${most}.`, field);
}

/** True or false, as JSON has it or as a form spells it; false when it is absent. */
export function yesOrNo(body: JsonObject, field: string): boolean {
  const value = body[field];
  if (value === undefined || value === null || value === false || value === 'false') return false;
  if (value === true || value === 'true') return true;
  throw new BadRequestError(`'${field}' must be true or false.`, field);
}

/** The files of a form under these names. */
export function filesOf(body: JsonObject, names: readonly string[]): FormFile[] {
  return names.flatMap((name) => {
    const value = body[name];
    return (Array.isArray(value) ? value : [value]).filter(isFile);
  });
}

function isFile(value: unknown): value is FormFile {
  return isObject(value) && Buffer.isBuffer(value.bytes);
}
