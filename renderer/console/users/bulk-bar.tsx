import { Button, Group, Paper, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BulkFilterInput } from '../../../gateway/contract/users.ts';
import { useFormat } from '../format/use-format.ts';
import css from './bulk-bar.module.css';
import { BulkModal } from './bulk-modal.tsx';

export type BulkTarget = { ids: string[] } | { filter: BulkFilterInput };

interface BulkBarProps {
  ids: readonly string[];
  /** How many match the filter, on whatever page. */
  total: number;
  filter: BulkFilterInput;
  onClear(): void;
}

/** What to do with those who are selected; sticks to the bottom while there are any. */
export function BulkBar({ ids, total, filter, onClear }: BulkBarProps) {
  const { t } = useTranslation(['users', 'common']);
  const { exact } = useFormat();
  const [everybody, setEverybody] = useState(false);
  const [open, setOpen] = useState(false);
  if (ids.length === 0) return null;
  const count = everybody ? total : ids.length;
  const target: BulkTarget = everybody ? { filter } : { ids: [...ids] };

  return (
    <Paper className={css.bar} withBorder shadow="md" role="region" aria-label={t('bulk.what')}>
      <Group gap="sm">
        <Text fw={600} role="status">
          {t('bulk.selected', { count, formatted: exact(count) })}
        </Text>
        {!everybody && total > ids.length && (
          <Button size="compact-sm" variant="subtle" onClick={() => setEverybody(true)}>
            {t('bulk.allMatching', { total: exact(total) })}
          </Button>
        )}
      </Group>
      <Group gap="xs">
        <Button variant="default" size="xs" onClick={onClear}>
          {t('common:clear')}
        </Button>
        <Button size="xs" onClick={() => setOpen(true)}>
          {t('actions')}
        </Button>
      </Group>
      {open && (
        <BulkModal
          target={target}
          count={count}
          onClose={() => setOpen(false)}
          onDone={() => {
            setOpen(false);
            onClear();
          }}
        />
      )}
    </Paper>
  );
}
