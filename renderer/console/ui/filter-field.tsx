import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Keys } from '../frame/keys.tsx';
import { type Shortcut, useShortcuts } from '../frame/shortcuts.ts';

interface FilterFieldProps {
  label: string;
  value: string | undefined;
  onChange(text: string | undefined): void;
  /** Whether `/` leads to it. */
  hasKey?: boolean;
}

const TYPING_MS = 250;

/** A text to filter by, told to the address when the typing pauses. */
export function FilterField({ label, value = '', onChange, hasKey = true }: FilterFieldProps) {
  const { t } = useTranslation(['common', 'frame']);
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const tell = useDebouncedCallback((next: string) => onChange(next.trim() || undefined), TYPING_MS);
  useEffect(() => setText(value), [value]);
  const type = (next: string) => {
    setText(next);
    tell(next);
  };
  const shortcuts = useMemo<Shortcut[]>(
    () =>
      hasKey
        ? [
            {
              keys: '/',
              label: t('frame:shortcutNames.search'),
              group: t('search'),
              isOnlyKeys: true,
              run: () => field.current?.focus(),
            },
          ]
        : [],
    [t, hasKey],
  );
  useShortcuts(shortcuts);
  return (
    <TextInput
      ref={field}
      maw={320}
      value={text}
      onChange={({ currentTarget }) => type(currentTarget.value)}
      placeholder={label}
      aria-label={label}
      leftSection={<IconSearch size={15} />}
      rightSection={
        text !== '' ? (
          <CloseButton size="sm" aria-label={t('clear')} onClick={() => type('')} />
        ) : (
          hasKey && <Keys keys="/" />
        )
      }
    />
  );
}
