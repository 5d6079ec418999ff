import { Autocomplete, type AutocompleteProps, type ComboboxItem, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { folded } from '../ui/folded.ts';

/** More are found by typing on. */
const MOST_SHOWN = 60;

interface NamedChoiceProps extends Omit<AutocompleteProps, 'data' | 'filter' | 'renderOption'> {
  kind: keyof typeof KINDS;
}

/** A time zone or a currency, found by its code or by its name; what this browser does not know can be typed. */
export function NamedChoice({ kind, ...field }: NamedChoiceProps) {
  const { i18n } = useTranslation();
  const { codes, nameOf } = KINDS[kind];
  const name = useMemo(() => remembered(nameOf(i18n.language)), [nameOf, i18n.language]);
  return (
    <Autocomplete
      {...field}
      data={codes()}
      limit={MOST_SHOWN}
      filter={({ options, search, limit }) => {
        const wanted = plain(search);
        const found = (options as ComboboxItem[]).filter(({ value }) =>
          plain(`${value} ${name(value)}`).includes(wanted),
        );
        return found.slice(0, limit);
      }}
      renderOption={({ option: { value } }) => (
        <span>
          {value}{' '}
          <Text span size="xs" c="dimmed">
            {name(value)}
          </Text>
        </span>
      )}
    />
  );
}

/** As people type it: `sao paulo` finds `America/Sao_Paulo`. */
function plain(text: string): string {
  return folded(text.replaceAll('_', ' '));
}

/** A time zone's name takes a formatter of its own, and every letter typed asks for all names. */
function remembered(nameOf: (code: string) => string): (code: string) => string {
  const names = new Map<string, string>();
  return (code) => {
    const name = names.get(code) ?? nameOf(code);
    names.set(code, name);
    return name;
  };
}

const KINDS = {
  timeZone: {
    // Browsers leave it out of their list.
    codes: () => [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])],
    nameOf: (locale: string) => (zone: string) =>
      new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'shortOffset' })
        .formatToParts()
        .find(({ type }) => type === 'timeZoneName')?.value ?? '',
  },
  currency: {
    codes: () => Intl.supportedValuesOf('currency'),
    nameOf: (locale: string) => {
      const names = new Intl.DisplayNames(locale, { type: 'currency' });
      return (code: string) => names.of(code) ?? '';
    },
  },
} as const;
