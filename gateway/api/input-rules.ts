/** Pure: the rule that an input broke, by a name that every language can tell. */
import type { RefusalDetails } from '../ops/api-error.ts';

/** An issue of zod, as its type provider hands it on. */
export interface Issue {
  readonly keyword: string;
  readonly message?: string | undefined;
  readonly params: object;
}

/** The contract's own rules, by what they say. */
export const CONTRACT_RULES: Readonly<Record<string, string>> = {
  'must be an e-mail address': 'email',
  'must be six digits': 'six_digits',
  'must be six digits or a recovery code': 'sign_in_code',
  'must be letters, digits, ".", "_" or "-"': 'slug',
  'is a word that means something else': 'reserved_word',
  'must be a header name': 'header_name',
  'is a header that means something else': 'header_reserved',
  'must have at most six decimals': 'six_decimals',
  'must not be 0': 'not_zero',
  'must not contain control characters': 'control_characters',
  'must rise': 'must_rise',
  'ends before it begins': 'range_order',
  'must look like >1000, <=500, 0 or 500..1000': 'number_comparison',
  'must look like >80, <=12.5, 100 or 50..80': 'percent_comparison',
  'must look like >30d (longer ago), <12h, 2026-11-20, >=2026-11-01 or 2026-11-01..2026-11-30': 'time_comparison',
};

/** Every issue has a rule; what has none of its own is `malformed`. */
export function brokenRule({ keyword, message = '', params }: Issue): RefusalDetails {
  const own = CONTRACT_RULES[message];
  if (own !== undefined) return { rule: own };
  const { origin, minimum, maximum, format } = params as Record<string, unknown>;
  const isNumber = origin === 'number' || origin === 'int';
  switch (keyword) {
    case 'invalid_type':
      return { rule: message.endsWith('received undefined') ? 'needed' : typeRule(params) };
    case 'too_small':
      if (isNumber) return { rule: isExclusive(params) ? 'above' : 'at_least', values: { least: Number(minimum) } };
      if (Number(minimum) <= 1) return { rule: 'needed' };
      return { rule: origin === 'array' ? 'too_few' : 'too_short', values: { least: Number(minimum) } };
    case 'too_big':
      if (isNumber) return { rule: isExclusive(params) ? 'below' : 'at_most', values: { most: Number(maximum) } };
      return { rule: origin === 'array' ? 'too_many' : 'too_long', values: { most: Number(maximum) } };
    case 'invalid_format':
      return { rule: format === 'email' || format === 'url' ? format : 'malformed' };
    case 'invalid_value':
      return { rule: 'not_offered' };
    default:
      return { rule: 'malformed' };
  }
}

function typeRule(params: object): string {
  const { expected } = params as { expected?: unknown };
  if (expected === 'int') return 'whole_number';
  return expected === 'number' ? 'number' : 'malformed';
}

/** Whether the bound itself is no answer. */
function isExclusive(params: object): boolean {
  return 'inclusive' in params && params.inclusive === false;
}
