/** The vocabulary that the settings' schema is written in: a zod type, a default, and what else is known of a setting. */
import { z } from 'zod';
import { FORMATS, type FormatName } from '../contract/formats.ts';
import type { SettingRule } from '../contract/settings.ts';

export type SettingKind = 'text' | 'integer' | 'decimal' | 'boolean' | 'choice' | 'list';

export interface SettingInfo {
  readonly kind: SettingKind;
  /** Ends the sentence "must be …". */
  readonly expects: string;
  /** Environment variables, the first of them set wins. */
  readonly env: readonly string[];
  /** Sealed at rest, masked in the console, and also read from the file that `NAME_FILE` names. */
  readonly secret: boolean;
  /** A change takes effect at the next start. */
  readonly restart: boolean;
  /** Whether the console may store it; what leads to the database cannot lie in it. */
  readonly stored: boolean;
  readonly choices: readonly string[] | null;
  /** What of `expects` a page can tell by itself. */
  readonly rule: SettingRule;
}

export type SettingExtras = Partial<Pick<SettingInfo, 'secret' | 'restart' | 'stored'>>;

export const settingRegistry = z.registry<SettingInfo>();

/**
 * Declares one setting.
 *
 * @param fallback the default, in the form in which people write it
 */
export function setting<T extends z.ZodType>(
  type: Typed<T>,
  fallback: z.input<T>,
  env: string | readonly string[],
  extras: SettingExtras = {},
): z.ZodPrefault<T> {
  const schema = z.prefault(type.schema, fallback as Parameters<typeof z.prefault<T>>[1]);
  const names = typeof env === 'string' ? [env] : env;
  const { kind, expects, choices, rule } = type;
  settingRegistry.add(schema, {
    kind,
    expects,
    choices,
    rule,
    env: names,
    secret: false,
    restart: false,
    stored: true,
    ...extras,
  });
  return schema;
}

/** A zod type with the words that explain it. */
export interface Typed<T extends z.ZodType> {
  readonly schema: T;
  readonly kind: SettingKind;
  readonly expects: string;
  readonly choices: readonly string[] | null;
  readonly rule: SettingRule;
}

const NO_RULE: SettingRule = { least: null, above: null, most: null, longest: null, format: null, needed: true };

function typed<T extends z.ZodType>(
  schema: T,
  kind: SettingKind,
  expects: string,
  rule: Partial<SettingRule> = {},
  choices: readonly string[] | null = null,
): Typed<T> {
  return { schema, kind, expects, choices, rule: { ...NO_RULE, ...rule } };
}

/** How a text is formed: by a name that pages know too, or by a function where only this machine can tell. */
export type Accepts = FormatName | ((value: string) => boolean);

const formatOf = (accepts: Accepts): FormatName | null => (typeof accepts === 'string' ? accepts : null);
const checkOf = (accepts: Accepts): ((value: string) => boolean) =>
  typeof accepts === 'string' ? FORMATS[accepts] : accepts;

/** Shares, factors and money are integers in millionths inside, decimals outside. */
export const toMillionths = (value: number): number => Math.round(value * 1_000_000);
const sixDecimals = (value: number): boolean => Math.abs(value * 1e6 - Math.round(value * 1e6)) < 1e-3;

export const whole = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  typed(
    z.number().int().min(min).max(max),
    'integer',
    max === Number.MAX_SAFE_INTEGER ? `a whole number of at least ${min}` : `a whole number from ${min} to ${max}`,
    { least: min, most: max },
  );

/** A decimal in (0, max], kept in millionths. */
export const decimal = (max: number) =>
  typed(
    z.number().positive().max(max).refine(sixDecimals).transform(toMillionths),
    'decimal',
    `a number above 0 and at most ${max}, with at most six decimals`,
    { above: 0, most: max },
  );

export const flag = () => typed(z.boolean(), 'boolean', 'true or false');

export const choice = <const T extends readonly [string, ...string[]]>(...values: T) =>
  typed(z.enum(values), 'choice', `one of ${values.map((value) => `"${value}"`).join(', ')}`, {}, values);

export const text = (expects: string, accepts: Accepts = () => true, max = 2_000) =>
  typed(z.string().trim().min(1).max(max).refine(checkOf(accepts)), 'text', expects, {
    longest: max,
    format: formatOf(accepts),
  });

const MOST_ITEMS = 100;

export const list = (expects: string, accepts: Accepts, normalise = (value: string) => value) =>
  typed(
    z.array(z.string().trim().min(1).refine(checkOf(accepts)).transform(normalise)).max(MOST_ITEMS),
    'list',
    expects,
    { most: MOST_ITEMS, format: formatOf(accepts) },
  );

/** The same, or null, which people may also write as `none` (or `unlimited`) where only text fits. */
export function orNull<T extends z.ZodType>(type: Typed<T>, nullMeans = 'none') {
  const rule = { ...type.rule, needed: false };
  return typed(z.nullable(type.schema), type.kind, `${type.expects}, or ${nullMeans}`, rule, type.choices);
}

const NULL_WORDS = new Set(['null', 'none', 'unlimited']);

/** Reads what a flag or a variable says, which is always text. What does not fit is passed on for the schema to refuse. */
export function fromText(info: SettingInfo, written: string): unknown {
  const value = written.trim();
  if (info.secret) return value;
  if (NULL_WORDS.has(value.toLowerCase())) return null;
  switch (info.kind) {
    case 'integer':
      return /^-?\d+$/.test(value) ? Number(value) : value;
    case 'decimal':
      return /^-?\d*\.?\d+$/.test(value) ? Number(value) : value;
    case 'boolean':
      return asBoolean(value);
    case 'list':
      return value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'text':
    case 'choice':
      return value;
  }
}

function asBoolean(value: string): unknown {
  if (/^(true|yes|on|1)$/i.test(value)) return true;
  if (/^(false|no|off|0)$/i.test(value)) return false;
  return value;
}
