/** Pure: what is wrong with a value of a setting, as far as a page can tell before it is sent. */
import i18next from 'i18next';
import { FORMATS, type FormatName, isFormat } from '../../../gateway/contract/formats.ts';
import type { Setting } from '../../../gateway/contract/settings.ts';
import { percentOf } from '../format/percents.ts';
import { ruleWords, typedDay } from '../ui/rules.ts';
import { SHARES } from './setting-groups.ts';
import type { SettingValue } from './use-settings.ts';

/** What is wrong with a value, as one sentence; null when nothing is. */
export function settingProblem({ key, rule, kind }: Setting, value: SettingValue): string | null {
  const { longest, most, needed } = rule;
  if (value === null) return needed ? ruleWords('needed') : null;
  if (SHARES.includes(key))
    return numberProblem(inPercents(rule), typeof value === 'number' ? percentOf(value) : value);
  if (kind === 'integer' || kind === 'decimal') return numberProblem(rule, value);
  const { format } = rule;
  const formProblem = (text: string) =>
    format === null || !isFormat(format) || FORMATS[format](text.trim()) ? null : formatWords(format, text.trim());
  if (Array.isArray(value)) {
    if (most !== null && value.length > most) return ruleWords('too_many', { most });
    return value.map(formProblem).find((problem) => problem !== null) ?? null;
  }
  if (typeof value !== 'string') return null;
  if (needed && value.trim() === '') return ruleWords('needed');
  // What it must be says more than that it is too long for it.
  const problem = formProblem(value);
  if (problem !== null || longest === null || value.trim().length <= longest) return problem;
  return ruleWords('too_long', { most: longest });
}

/** How a text must be formed, told of one that is not. */
export function formatWords(format: FormatName, text: string): string {
  // A day is typed as its language writes it, which is what is told.
  return (format === 'day' ? typedDay(text) : null) ?? i18next.t(`settings:formats.${format}`);
}

/** The bounds as they are typed. */
function inPercents(rule: Setting['rule']): Setting['rule'] {
  const { least, above, most } = rule;
  const percents = (bound: number | null) => bound && percentOf(bound);
  return { ...rule, least: percents(least), above: percents(above), most: percents(most) };
}

function numberProblem({ least, above, most }: Setting['rule'], value: SettingValue): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return ruleWords('number');
  if (least !== null && value < least) return ruleWords('at_least', { least });
  if (above !== null && value <= above) return ruleWords('above', { least: above });
  // What is no exact number any more.
  const highest = most ?? Number.MAX_SAFE_INTEGER;
  return value > highest ? ruleWords('at_most', { most: highest }) : null;
}
