/** Shapes that every part of the API shares. */
import { z } from 'zod';
import { PATTERNS, RANGES, type Range } from './bounds.ts';

/** Epoch milliseconds. */
export const instant = z.number().int();

/** The same where it is given: whatever is kept of it must be a date, here and in every calendar. */
export const instantInput = z.number().int().min(RANGES.instant.least).max(RANGES.instant.most);

/** A whole number that people type. */
export function whole({ least, most }: Range) {
  return z.number().int().min(least).max(most);
}

/** What zod says of texts with characters that are none. The API tells it by a rule of its own. */
export const NO_CONTROL = 'must not contain control characters';

/** A line or more that must say something, kept as it is: with tabs and line ends, but nothing else that is no character. */
export function words(longest: number) {
  return z.string().trim().min(1).max(longest).regex(PATTERNS.noControlInText, NO_CONTROL);
}

/** The same on one line, such as a name. */
export function oneLine(longest: number) {
  return words(longest).regex(PATTERNS.noControl, NO_CONTROL);
}

/**
 * Every error of the API. `code` is for programs, `message` a sentence for people, `field` the input at fault. `rule`
 * tells the cases of a code apart, `values` are what the sentence names: with both it can be told in other languages.
 */
export const errorSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    field: z.string().optional(),
    rule: z.string().optional(),
    values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  }),
});
export type ErrorBody = z.infer<typeof errorSchema>;

/** Query of every list; extend it with the list's own filters. `sort` is a field's name, with `-` for descending. */
export const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().min(1).max(2_000).optional(),
  search: z.string().trim().max(200).optional(),
  sort: z
    .string()
    .regex(/^-?[a-zA-Z0-9]+$/)
    .optional(),
});
export type ListQuery = z.infer<typeof listQuery>;

/** Answer of every list. `total` counts all rows that match the filters, on whatever page. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), total: z.number().int(), nextCursor: z.string().nullable() });
}

export interface List<Item> {
  items: Item[];
  total: number;
  nextCursor: string | null;
}

/** Path parameters of routes about one thing. */
export const idParams = z.object({ id: z.string().min(1).max(100) });

/** A filter that may be given once or several times (`?status=active&status=blocked`), or comma-separated. */
export function manyOf<Item extends z.ZodType<unknown, string>>(item: Item) {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((value) =>
      [value]
        .flat()
        .flatMap((text) => text.split(','))
        .filter((text) => text !== ''),
    )
    .pipe(z.array(item).max(100));
}

export const roleSchema = z.enum(['owner', 'admin', 'approver', 'viewer']);

/** Answer of calls that have nothing to say. */
export const nothing = z.null().describe('No content');
