import { TextInput, type TextInputProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DayField as SharedDayField, type DayFieldProps as SharedProps } from '../../shared/dates/day-field.tsx';
import { messages, pickLocale } from '../../shared/i18n/locale.ts';

interface DayFieldProps
  extends SharedProps,
    Omit<TextInputProps, keyof SharedProps | 'type' | 'defaultValue' | 'rightSection'> {
  /** Whether the label is heard only. */
  isUnlabelled?: boolean;
}

/** A day in the console's look; the page's own error stands before what is wrong with the text. */
export function DayField(props: DayFieldProps) {
  const { label, value, onChange, min, max, zone, withTime, disabled, isUnlabelled = false, onBlur, ...rest } = props;
  const locale = pickLocale(useTranslation().i18n.language, []);
  return (
    <SharedDayField {...{ label, value, onChange, min, max, zone, withTime: withTime ?? false, disabled, locale }}>
      {({ input, button, problem }) => (
        <TextInput
          {...rest}
          {...input}
          {...(isUnlabelled ? { 'aria-label': label } : { label })}
          placeholder={rest.placeholder ?? input.placeholder}
          title={zone === undefined ? undefined : messages[locale].dates.zone(zone)}
          error={rest.error || problem}
          rightSection={button}
          rightSectionPointerEvents="all"
          rightSectionWidth={34}
          onBlur={(event) => {
            input.onBlur();
            onBlur?.(event);
          }}
        />
      )}
    </SharedDayField>
  );
}
