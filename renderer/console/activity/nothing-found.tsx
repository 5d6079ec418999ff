import { Button } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { EmptyPanel } from '../ui/empty-panel.tsx';

interface NothingFoundProps {
  isFiltered: boolean;
  /** When nothing has happened at all. */
  title: string;
  text: string;
  onClear(): void;
}

/** Nothing yet, or nothing that matches. */
export function NothingFound({ isFiltered, title, text, onClear }: NothingFoundProps) {
  const { t } = useTranslation(['activity', 'common']);
  if (!isFiltered) return <EmptyPanel icon={<IconHistory size={36} />} title={title} text={text} />;
  return (
    <EmptyPanel
      icon={<IconHistory size={36} />}
      title={t('noMatch')}
      text={t('noMatchText')}
      action={
        <Button variant="default" onClick={onClear}>
          {t('common:clearFilters')}
        </Button>
      }
    />
  );
}
