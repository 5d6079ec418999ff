/** Pure: what is wrong with a value of a setting, as far as a page can tell before it is sent. */
import { FORMATS, isFormat } from '../../../gateway/contract/formats.ts';
import type { Setting } from '../../../gateway/contract/settings.ts';
import { ruleWords } from '../ui/rules.ts';
import type { SettingValue } from './use-settings.ts';

/**
 * What is wrong with a value, in words that go on from "that is not accepted"; null when nothing is.
 *
 * @param hint what the field says of itself
 */
export function settingProblem({ rule, kind }: Setting, value: SettingValue, hint: string): string | null {
  const { longest, most, needed } = rule;
  if (value === null) return needed ? ruleWords('needed') : null;
  if (kind === 'integer' || kind === 'decimal') return numberProblem(rule, value);
  const isFormed = (text: string) =>
    rule.format === null || !isFormat(rule.format) || FORMATS[rule.format](text.trim());
  if (Array.isArray(value)) {
    if (most !== null && value.length > most) return ruleWords('too_many', { most });
    return value.every(isFormed) ? null : hint;
  }
  if (typeof value !== 'string') return null;
  if (needed && value.trim() === '') return ruleWords('needed');
  if (longest !== null && value.trim().length > longest) return ruleWords('too_long', { most: longest });
  return isFormed(value) ? null : hint;
}

function numberProblem({ least, above, most }: Setting['rule'], value: SettingValue): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return ruleWords('number');
  if (least !== null && value < least) return ruleWords('at_least', { least });
  if (above !== null && value <= above) return ruleWords('above', { least: above });
  // What is no exact number any more.
  const highest = most ?? Number.MAX_SAFE_INTEGER;
  return value > highest ? ruleWords('at_most', { most: highest }) : null;
}
