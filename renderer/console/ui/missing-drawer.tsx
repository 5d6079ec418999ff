import { Drawer } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { FailurePanel } from './failure-panel.tsx';

/** For an address whose thing is not there any more. */
export function MissingDrawer({ onClose }: { onClose(): void }) {
  const { t } = useTranslation(['frame', 'common']);
  return (
    <Drawer opened onClose={onClose} closeButtonProps={{ 'aria-label': t('common:close') }}>
      <FailurePanel title={t('failure.notFound')} next={t('failure.notFoundNext')} />
    </Drawer>
  );
}
