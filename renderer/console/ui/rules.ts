/** What fields take, told before anything is sent: by the contract's own bounds, in the words that the gateway's refusal has. */
import i18next from 'i18next';
import { LONGEST, MOST_DECIMALS, RANGES, type Range, SHORTEST_PASSWORD } from '../../../gateway/contract/bounds.ts';
import { dayProblem, isDay } from '../../shared/dates/day-text.ts';
import { pickLocale } from '../../shared/i18n/locale.ts';

/** Says what is wrong with what is typed; null when nothing is. */
export type Rule<Value> = (value: Value) => string | null;

type Words = Readonly<Record<string, number>>;

/** The words of a rule of the API, which are under the same name what the gateway's refusal would be told in. */
export function ruleWords(rule: string, values: Words = {}): string {
  const look = i18next.getFixedT(null, 'refusals') as unknown as (key: string, values: Words) => string;
  return look(`rules.${rule}`, values);
}

/** A text that may be empty. */
export function atMost(longest: number): Rule<string> {
  return (text) => (text.trim().length > longest ? ruleWords('too_long', { most: longest }) : null);
}

/** A text that says something. @param ask what is said where it does not */
export function words(longest: number, ask: () => string = () => ruleWords('needed')): Rule<string> {
  return (text) => (text.trim() === '' ? ask() : atMost(longest)(text));
}

/** A text of a form. @param ask what is said where it has another */
export function formed(pattern: RegExp, ask: () => string, longest = Number.POSITIVE_INFINITY): Rule<string> {
  return (text) => (pattern.test(text.trim()) ? atMost(longest)(text) : ask());
}

type Typed = number | '' | undefined;

/** A number; null, where that is a choice, is none of its business. @param ask what is said where there is none */
export function within(
  { least, most }: Range,
  ask: () => string = () => ruleWords('number'),
): Rule<Typed | null | string> {
  return (value) => {
    if (value === null || value === 'inherit') return null;
    if (value === '' || value === undefined || !Number.isFinite(Number(value))) return ask();
    if (Number(value) < least) return ruleWords('at_least', { least });
    return Number(value) > most ? ruleWords('at_most', { most }) : null;
  };
}

/** The same where nothing need be typed. */
export function withinOrNone(range: Range): Rule<Typed> {
  const rule = within(range);
  return (value) => (value === '' || value === undefined ? null : rule(value));
}

/** A list of texts. */
export function listed(most: number, item: Rule<string>): Rule<readonly string[]> {
  return (items) => {
    if (items.length > most) return ruleWords('too_many', { most });
    return items.map(item).find((problem) => problem !== null) ?? null;
  };
}

/** Why something changes. @param isNeeded whether money or access moves */
export function reasonRule(isNeeded: boolean): Rule<string> {
  return isNeeded ? words(LONGEST.reason, () => i18next.t('common:reasonNeeded')) : atMost(LONGEST.reason);
}

/** A password that is to be; not trimmed, since what is around it counts. */
export function newPassword(password: string): string | null {
  if (password.length < SHORTEST_PASSWORD) return ruleWords('too_short', { least: SHORTEST_PASSWORD });
  return password.length > LONGEST.password ? ruleWords('too_long', { most: LONGEST.password }) : null;
}

/** What a field for days holds: a day, or nothing. @param withTime whether a time of day belongs to it */
export function typedDay(text: string, withTime = false): string | null {
  return isDay(text) ? null : dayProblem(text, pickLocale(i18next.language, []), withTime);
}

/** US dollars, which are kept in millionths. */
export const USD: Range = {
  least: RANGES.microUsd.least / 10 ** MOST_DECIMALS,
  most: RANGES.microUsd.most / 10 ** MOST_DECIMALS,
};

/** Where a provider is. */
export function httpUrl(text: string): string | null {
  const url = text.trim();
  if (!URL.canParse(url) || !/^https?:/.test(url)) return i18next.t('settings:upstreams.urlNeeded');
  return atMost(LONGEST.url)(url);
}
