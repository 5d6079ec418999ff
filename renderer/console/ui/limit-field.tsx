import { Input, NumberInput, SegmentedControl, Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { separatorsOf } from '../format/separators.ts';

type Limit = number | null | 'inherit';

interface LimitFieldProps {
  label: string;
  description?: string;
  /** Null = no limit. */
  value?: Limit | undefined;
  onChange(value: Limit | undefined): void;
  /** The word for `inherit`; without it that is not offered. */
  inherit?: string;
  /** The word for null. */
  none?: string;
  error?: ReactNode;
  prefix?: string;
  suffix?: string;
  decimals?: number;
  onBlur?(event: unknown): void;
  onFocus?(event: unknown): void;
  /** By which a form finds the input. */
  'data-path'?: string;
}

/** A number, or a word where there is none: "no limit" is a word, not a zero. */
export function LimitField(props: LimitFieldProps) {
  const { label, description, value, onChange, inherit, none, error, prefix, suffix, decimals = 0 } = props;
  const { t, i18n } = useTranslation();
  const [last, setLast] = useState<number | ''>(typeof value === 'number' ? value : '');
  const mode = value === null ? 'none' : value === 'inherit' ? 'inherit' : 'number';
  const separators = separatorsOf(i18n.language);
  const errorId = `${useId()}-error`;
  const isWrongWord = mode !== 'number' && Boolean(error);
  // Three words do not fit beside each other on a phone.
  const isNarrow = useMediaQuery('(max-width: 30em)') ?? false;

  const choose = (next: string) => {
    if (next === 'none') onChange(null);
    else if (next === 'inherit') onChange('inherit');
    else onChange(last === '' ? undefined : last);
  };
  return (
    // The error of a number stands at its input, so that it is read out there.
    <Input.Wrapper
      label={label}
      description={description}
      error={isWrongWord ? error : undefined}
      errorProps={{ id: errorId }}
      labelElement="div"
      data-path={mode === 'number' ? undefined : props['data-path']}
    >
      <Stack gap={6} mt={4} align="flex-start">
        <SegmentedControl
          size="xs"
          aria-label={label}
          aria-invalid={isWrongWord || undefined}
          aria-describedby={isWrongWord ? errorId : undefined}
          orientation={isNarrow && inherit !== undefined ? 'vertical' : 'horizontal'}
          value={mode}
          onChange={choose}
          data={[
            ...(inherit === undefined ? [] : [{ value: 'inherit', label: inherit }]),
            { value: 'number', label: t('aNumber') },
            { value: 'none', label: none ?? t('noLimit') },
          ]}
        />
        {mode === 'number' && (
          <NumberInput
            aria-label={label}
            value={typeof value === 'number' ? value : ''}
            onChange={(next) => {
              const number = next === '' ? undefined : Number(next);
              setLast(number ?? '');
              onChange(number);
            }}
            allowNegative={false}
            decimalScale={decimals}
            hideControls
            error={error}
            data-path={props['data-path']}
            w={220}
            {...separators}
            {...(prefix === undefined ? {} : { prefix: `${prefix} ` })}
            {...(suffix === undefined ? {} : { suffix: ` ${suffix}` })}
          />
        )}
      </Stack>
    </Input.Wrapper>
  );
}
