/** Pure: reading typed members out of a client's JSON, with errors that name the field. */
import { BadRequestError, type JsonObject } from './dialect.ts';

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member as text, which it must be, of 1 to `longest` characters. */
export function requiredText(body: JsonObject, field: string, longest: number): string {
  const value = body[field];
  if (typeof value !== 'string' || value === '')
    throw new BadRequestError(`'${field}' must be a non-empty string.`, field);
  if (value.length > longest) throw new BadRequestError(`'${field}' is longer than ${longest} characters.`, field);
  return value;
}

/** A whole number in [least, most]; null when the member is absent or null. */
export function optionalInteger(body: JsonObject, field: string, least: number, most: number): number | null {
  const value = body[field];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most) {
    throw new BadRequestError(`'${field}' must be a whole number from ${least} to ${most}.`, field);
  }
  return value;
}

export function optionalBoolean(body: JsonObject, field: string): boolean {
  const value = body[field];
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw new BadRequestError(`'${field}' must be true or false.`, field);
  return value;
}

export function optionalObject(body: JsonObject, field: string): JsonObject | null {
  const value = body[field];
  if (value === undefined || value === null) return null;
  if (!isObject(value)) throw new BadRequestError(`'${field}' must be an object.`, field);
  return value;
}

export function optionalText(body: JsonObject, field: string): string | null {
  const value = body[field];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw new BadRequestError(`'${field}' must be a string.`, field);
  return value;
}

/** No answer has more. Sums and products of what is below stay exact. */
const MOST_REPORTED = 1_000_000_000;

/** A reported token count: a whole number that an answer can have, else null. */
export function tokenCount(value: unknown): number | null {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_REPORTED ? Number(value) : null;
}

/** The same, at most `most`; 0 where it is none. */
export function within(value: unknown, most: number): number {
  return Math.min(most, tokenCount(value) ?? 0);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
