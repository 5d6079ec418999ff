import { Button } from '@mantine/core';
import { IconSearchOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyPanel } from './empty-panel.tsx';

interface NoMatchProps {
  icon?: ReactNode;
  title?: string;
  text?: string;
  onClear(): void;
}

/** Instead of a list whose filters nothing matches: said so, with the way back to all of it. */
export function NoMatch({ icon = <IconSearchOff size={36} />, title, text, onClear }: NoMatchProps) {
  const { t } = useTranslation();
  return (
    <EmptyPanel
      icon={icon}
      title={title ?? t('noMatch')}
      text={text ?? t('noMatchText')}
      action={
        <Button variant="default" onClick={onClear}>
          {t('clearFilters')}
        </Button>
      }
    />
  );
}
