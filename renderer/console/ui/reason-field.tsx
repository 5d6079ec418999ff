import { Textarea, type TextareaProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Why something changes; asked where money or access moves. */
export function ReasonField({ description, ...props }: TextareaProps) {
  const { t } = useTranslation();
  return <Textarea label={t('reason')} description={description ?? t('reasonHint')} autosize minRows={2} {...props} />;
}
