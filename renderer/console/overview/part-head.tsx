import { Group, Title } from '@mantine/core';
import type { LinkProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { AnchorLink } from '../ui/anchor-link.tsx';

/** What a chart is of, and the way to the rows that it draws. */
export function PartHead({ title, rows }: { title: string; rows: LinkProps }) {
  const { t } = useTranslation('overview');
  return (
    <Group justify="space-between" mb="sm">
      <Title order={2}>{title}</Title>
      <AnchorLink {...rows} size="sm">
        {t('report')}
      </AnchorLink>
    </Group>
  );
}
