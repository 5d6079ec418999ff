import { Text, type TextProps, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/use-format.ts';

interface WhenProps extends TextProps {
  /** Epoch milliseconds; null shows as "never". */
  at: number | null;
}

/** A moment as people say it, exact on hover. */
export function When({ at, ...props }: WhenProps) {
  const { t } = useTranslation();
  const { ago, time } = useFormat();
  if (at === null) {
    return (
      <Text span size="sm" c="dimmed" {...props}>
        {t('never')}
      </Text>
    );
  }
  return (
    <Tooltip label={time(at)}>
      <Text span size="sm" style={{ whiteSpace: 'nowrap' }} {...props}>
        {ago(at)}
      </Text>
    </Tooltip>
  );
}
