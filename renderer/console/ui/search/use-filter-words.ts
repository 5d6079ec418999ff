import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { dateFormat, numberFormat } from '../../../../gateway/contract/formatters.ts';
import { useFormat } from '../../format/use-format.ts';
import { type Filter, optionsOf } from './fields.ts';
import type { Problem } from './query.ts';

const NUMBER = /^(<=|>=|<|>)?(\d+(?:\.\d+)?)$/;
const AGO = /^(<=|>=|<|>)(\d+)([hdw])$/;
const DAY = /^(<=|>=|<|>)?(\d{4}-\d{2}-\d{2})$/;
const SIGNS: Readonly<Record<string, string>> = { '<=': '≤ ', '>=': '≥ ', '<': '< ', '>': '> ' };
const AGO_WORDS = { '<': 'under', '<=': 'atMost', '>': 'over', '>=': 'atLeast' } as const;
const DAY_WORDS = { '<': 'before', '<=': 'until', '>': 'after', '>=': 'from' } as const;
const UNITS = { h: 'hour', d: 'day', w: 'week' } as const;

/** Filters, and what is wrong with them, in the reader's words. */
export function useFilterWords() {
  const { t } = useTranslation('search');
  const { exact, locale } = useFormat();
  return useMemo(() => {
    const days = dateFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
    const dayOf = (day: string) => (Number.isNaN(Date.parse(day)) ? day : days.format(Date.parse(day)));
    const spanOf = (count: number, unit: (typeof UNITS)[keyof typeof UNITS]) =>
      numberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
    const numberOf = (text: string, unit: string) => {
      const [, order = '', digits = ''] = NUMBER.exec(text) ?? [];
      return digits === '' ? text : `${SIGNS[order] ?? ''}${exact(Number(digits))}${unit}`;
    };
    const timeOf = (text: string) => {
      const [, order, count, unit] = AGO.exec(text) ?? [];
      if (order) {
        const span = spanOf(Number(count), UNITS[unit as keyof typeof UNITS]);
        return t(`ago.${AGO_WORDS[order as keyof typeof AGO_WORDS]}`, { span });
      }
      const [, side, day] = DAY.exec(text) ?? [];
      if (!day) return text;
      return side ? t(`days.${DAY_WORDS[side as keyof typeof DAY_WORDS]}`, { day: dayOf(day) }) : dayOf(day);
    };
    const rangeOf = (text: string, each: (side: string) => string): string | null => {
      const [first, last] = text.split('..');
      if (last === undefined) return null;
      if (first === '') return each(`<=${last}`);
      return last === '' ? each(`>=${first}`) : `${each(first ?? '')} – ${each(last)}`;
    };
    const value = ({ field, value: text }: Filter): string => {
      const option = optionsOf(field).find((candidate) => candidate.value === text);
      if (option) return option.label;
      const { kind } = field.is;
      if (kind === 'time') return rangeOf(text, timeOf) ?? timeOf(text);
      if (kind !== 'number' && kind !== 'percent') return text;
      const each = (side: string) => numberOf(side, kind === 'percent' ? '%' : '');
      return rangeOf(text, each) ?? each(text);
    };
    return {
      value,
      /** As it stands on a chip: "Plan: Pro". */
      chip: (filter: Filter) => t('chip', { field: filter.field.label, value: value(filter) }),
      problem: ({ code, field, value: typed }: Problem, keys: readonly string[]) =>
        t(`problems.${code}`, {
          field: field?.label ?? '',
          value: typed,
          fields: new Intl.ListFormat(locale, { type: 'conjunction' }).format(keys),
        }),
    };
  }, [t, exact, locale]);
}
