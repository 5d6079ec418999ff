import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

/** Leads to the snippet that connects LibreChat, and to the wait for its first request. */
export function ConnectButton() {
  const { t } = useTranslation('setup');
  return (
    <Button renderRoot={(props) => <Link to="/setup" search={{ step: 'librechat' }} {...props} />}>
      {t('connectLibreChat')}
    </Button>
  );
}
