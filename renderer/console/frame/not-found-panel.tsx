import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyPanel } from '../ui/empty-panel.tsx';

export function NotFoundPanel() {
  const { t } = useTranslation('frame');
  const router = useRouter();
  return (
    <EmptyPanel
      icon={<IconMapOff size={32} />}
      title={t('notFoundTitle')}
      text={t('notFoundText')}
      action={<Button onClick={() => void router.navigate({ to: '/' })}>{t('toOverview')}</Button>}
    />
  );
}
