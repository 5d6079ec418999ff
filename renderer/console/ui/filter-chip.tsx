import { Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

interface FilterChipProps {
  /** What is filtered by. */
  name: string;
  value: string;
  onRemove(): void;
}

/** A filter that a link brought: said, and taken away with a click or a key. */
export function FilterChip({ name, value, onRemove }: FilterChipProps) {
  const { t } = useTranslation();
  const text = `${name}: ${value}`;
  return (
    <Button
      size="compact-sm"
      variant="light"
      rightSection={<IconX size={12} />}
      aria-label={t('removeFilter', { filter: text })}
      onClick={onRemove}
    >
      {text}
    </Button>
  );
}
