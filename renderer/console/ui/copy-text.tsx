import { ActionIcon, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCopy } from '../../shared/hooks/use-copy.ts';

interface CopyTextProps {
  text: string;
  label?: string;
  /** The clipboard was not given: the text must be there to be selected. */
  onFailed?(): void;
}

const SIGN = { copied: IconCheck, failed: IconAlertTriangle } as const;

/** A button that copies `text`, says for a moment whether it did, and tells it to those who listen. */
export function CopyText({ text, label, onFailed }: CopyTextProps) {
  const { t } = useTranslation();
  const { state, copy } = useCopy(onFailed);
  const name = label ?? t('copy');
  const said = state ? t(state === 'failed' ? 'copyFailed' : 'copied') : '';
  const Sign = state ? SIGN[state] : IconCopy;
  return (
    <>
      <Tooltip label={said || name} multiline maw={240} {...(state ? { opened: true } : {})}>
        <ActionIcon
          variant="subtle"
          color={state === 'failed' ? 'red' : 'gray'}
          size={24}
          aria-label={name}
          onClick={() => copy(text)}
        >
          <Sign size={14} />
        </ActionIcon>
      </Tooltip>
      {/* The name of a button is not read again when it changes; this is, once what is said now is at its end. */}
      <span className="visually-hidden" aria-live="polite">
        {said}
      </span>
    </>
  );
}
