import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface FilterFieldProps {
  label: string;
  value: string | undefined;
  onChange(text: string | undefined): void;
  width?: number;
}

const TYPING_MS = 250;

/** A text to filter by, told to the address when the typing pauses. */
export function FilterField({ label, value = '', onChange, width = 320 }: FilterFieldProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const tell = useDebouncedCallback((next: string) => onChange(next.trim() || undefined), TYPING_MS);
  useEffect(() => setText(value), [value]);
  const type = (next: string) => {
    setText(next);
    tell(next);
  };
  return (
    <TextInput
      mb="sm"
      maw={width}
      value={text}
      onChange={({ currentTarget }) => type(currentTarget.value)}
      placeholder={label}
      aria-label={label}
      leftSection={<IconSearch size={15} />}
      rightSection={text !== '' && <CloseButton size="sm" aria-label={t('clear')} onClick={() => type('')} />}
    />
  );
}
