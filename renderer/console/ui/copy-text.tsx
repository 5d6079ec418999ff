import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** A button that copies `text`, says so for a second, and tells it to those who listen. */
export function CopyText({ text, label }: { text: string; label?: string }) {
  const { t } = useTranslation();
  const name = label ?? t('copy');
  return (
    <CopyButton value={text} timeout={1_000}>
      {({ copied, copy }) => (
        <>
          <Tooltip label={copied ? t('copied') : name}>
            <ActionIcon variant="subtle" color="gray" size="sm" aria-label={name} onClick={copy}>
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            </ActionIcon>
          </Tooltip>
          {/* The name of a button is not read again when it changes; this is, once what is said now is at its end. */}
          <span className="visually-hidden" aria-live="polite">
            {copied ? t('copied') : ''}
          </span>
        </>
      )}
    </CopyButton>
  );
}
