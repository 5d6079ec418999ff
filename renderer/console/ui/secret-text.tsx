import { ActionIcon, Code, Group, Tooltip } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { coverSecret } from '../../shared/format/cover-secret.ts';
import { CopyText } from './copy-text.tsx';

interface SecretTextProps {
  secret: string;
  /** What the secret stands in, such as a line of a file; by default the secret alone. */
  text?: string;
  /** What the button that copies says. */
  copyLabel?: string;
}

/** A text whose secret is covered until somebody asks to see it. What is copied is whole. */
export function SecretText({ secret, text = secret, copyLabel }: SecretTextProps) {
  const { t } = useTranslation();
  const [isShown, setIsShown] = useState(false);
  const name = t(isShown ? 'conceal' : 'reveal');
  return (
    <Group gap={4} wrap="nowrap" align="flex-start">
      <Code
        block
        tabIndex={0}
        style={{ flex: 1, overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}
        data-testid="secret"
      >
        {isShown ? text : coverSecret(text, secret)}
      </Code>
      <Tooltip label={name}>
        <ActionIcon variant="subtle" color="gray" aria-label={name} onClick={() => setIsShown(!isShown)}>
          {isShown ? <IconEyeOff size={16} /> : <IconEye size={16} />}
        </ActionIcon>
      </Tooltip>
      <CopyText
        text={text}
        {...(copyLabel === undefined ? {} : { label: copyLabel })}
        onFailed={() => setIsShown(true)}
      />
    </Group>
  );
}
