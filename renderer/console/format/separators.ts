import { numberFormat } from '../../../gateway/contract/formatters.ts';

/** How numbers are written in a language, for inputs: 12.345,6 in Portuguese. */
export function separatorsOf(locale: string): { thousandSeparator: string; decimalSeparator: string } {
  const parts = numberFormat(locale).formatToParts(12_345.6);
  const of = (type: string, fallback: string) => parts.find((part) => part.type === type)?.value ?? fallback;
  return { thousandSeparator: of('group', ','), decimalSeparator: of('decimal', '.') };
}
