import { Button } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** "3 new": announced, and shown when asked for. */
export function FreshRows({ count, onShow }: { count: number; onShow(): void }) {
  const { t } = useTranslation();
  return (
    <span role="status">
      {count > 0 && (
        <Button size="compact-xs" variant="light" leftSection={<IconArrowUp size={12} />} onClick={onShow}>
          {t('newRows', { count })}
        </Button>
      )}
    </span>
  );
}
