/** Pure: what the cells of one line of an import mean, or what is wrong with them. */
import { foldedCase, type NamedThing } from '../api/taken-words.ts';
import type { Settings } from '../config/settings.ts';
import type { ImportColumn, ImportError, ImportProblemCode } from '../contract/user-import.ts';
import { localeNamed, type UserLocale } from '../contract/user-locale.ts';
import { createUserBody, type LimitInput, limitInput } from '../contract/users.ts';
import { ApiError } from '../ops/api-error.ts';
import { checkLimit, readEmail } from './checks.ts';
import type { TableLine } from './import-table.ts';

/** What a line wishes; what its cells leave out stays as it is. */
export interface ImportWish {
  readonly id?: string;
  readonly email?: string;
  readonly name?: string;
  readonly plan?: string;
  readonly department?: string;
  readonly monthlyLimit?: LimitInput;
  readonly locale?: UserLocale;
}

export interface ReadLine {
  readonly line: number;
  readonly wish: ImportWish;
  readonly errors: readonly ImportError[];
}

export interface CellTerms {
  readonly settings: Settings;
  readonly plans: readonly NamedThing[];
  readonly departments: readonly NamedThing[];
}

const MESSAGES: Record<ImportProblemCode, string> = {
  email_required: 'A person needs an e-mail address.',
  invalid_email: 'This is not an e-mail address.',
  duplicate_user: 'The same user stands in an earlier line.',
  unknown_user: 'There is no user with this id.',
  invalid_name: 'A name has at most 120 characters and no control characters.',
  unknown_plan: 'There is no such plan.',
  unknown_department: 'There is no such department.',
  ambiguous_plan: 'Several plans are called so. Write the id of one.',
  ambiguous_department: 'Several departments are called so. Write the id of one.',
  invalid_limit: 'A limit is a whole number of tokens, "unlimited", or "inherit" for that of the plan.',
  limit_out_of_bounds: 'The limit is beyond what the settings allow.',
  invalid_locale: 'The language must be "en" or "pt-BR".',
  too_many_cells: 'The line has more cells than the heading.',
};

export function importError(
  line: number,
  column: ImportColumn | null,
  code: ImportProblemCode,
  value: string,
): ImportError {
  return { line, column, code, message: MESSAGES[code], value: value.slice(0, 200) };
}

/** Every error of the line is told, not only the first. */
export function readLine({ line, cells, surplus }: TableLine, terms: CellTerms): ReadLine {
  const errors: ImportError[] = [];
  const read = <T>(column: ImportColumn, code: ImportProblemCode, reader: (text: string) => T | undefined) => {
    const text = cells[column];
    if (text === undefined) return undefined;
    const value = reader(text);
    if (value === undefined) errors.push(importError(line, column, code, text));
    return value;
  };
  const readNamed = (column: 'plan' | 'department', things: readonly NamedThing[]) => {
    const text = cells[column];
    if (text === undefined) return undefined;
    const [found, ...others] = meantBy(text, things);
    if (found && others.length === 0) return found.id;
    errors.push(importError(line, column, `${found ? 'ambiguous' : 'unknown'}_${column}`, text));
    return undefined;
  };
  if (surplus !== '') errors.push(importError(line, null, 'too_many_cells', surplus));
  const monthlyLimit = read('monthlyLimit', 'invalid_limit', readLimit);
  const wish = {
    id: cells.id,
    email: read('email', 'invalid_email', emailOf),
    name: read('name', 'invalid_name', (text) => createUserBody.shape.name.safeParse(text).data),
    plan: readNamed('plan', terms.plans),
    department: readNamed('department', terms.departments),
    monthlyLimit,
    locale: read('locale', 'invalid_locale', (text) => localeNamed(text) ?? undefined),
  };
  if (cells.email === undefined && cells.id === undefined)
    errors.push(importError(line, 'email', 'email_required', ''));
  if (monthlyLimit !== undefined && !isWithinBounds(monthlyLimit, terms.settings))
    errors.push(importError(line, 'monthlyLimit', 'limit_out_of_bounds', cells.monthlyLimit ?? ''));
  const given = Object.entries(wish).filter(([, value]) => value !== undefined);
  return { line, wish: Object.fromEntries(given) as ImportWish, errors };
}

/**
 * The things that a cell may mean: by its id, else by its id or its name in whatever case. An export has ids, so a name
 * never goes before one.
 */
function meantBy(text: string, things: readonly NamedThing[]): NamedThing[] {
  const wanted = foldedCase(text);
  const ways: ((thing: NamedThing) => boolean)[] = [
    ({ id }) => id === text,
    ({ id }) => foldedCase(id) === wanted,
    ({ name }) => name === text,
    ({ name }) => foldedCase(name) === wanted,
  ];
  for (const way of ways) {
    const found = things.filter(way);
    if (found.length > 0) return found;
  }
  return [];
}

function emailOf(text: string): string | undefined {
  try {
    return readEmail(text);
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

const INHERIT = ['inherit', 'plan', 'plano', 'do plano'];
const UNLIMITED = ['unlimited', 'no limit', 'ilimitado', 'sem limite'];
/** Thousands may be set apart, by whatever mark. */
const NUMBER = /^(\d+|\d{1,3}([., \u00a0\u202f'])\d{3}(\2\d{3})*)$/;

function readLimit(text: string): LimitInput | undefined {
  const word = text.toLowerCase();
  if (INHERIT.includes(word)) return 'inherit';
  if (UNLIMITED.includes(word)) return null;
  if (!NUMBER.test(text)) return undefined;
  return limitInput.safeParse(Number(text.replaceAll(/\D/g, ''))).data;
}

function isWithinBounds(limit: LimitInput, settings: Settings): boolean {
  try {
    checkLimit(limit, settings);
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}
