import { Anchor, TextInput, type TextInputProps } from '@mantine/core';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';

/**
 * Where what proves a sign-in is asked for. It takes a code of the app as well as a recovery code; the choice gives whoever
 * has no phone at hand the words and the keyboard for the other.
 */
export function CodeField(props: TextInputProps) {
  const { t } = useTranslation('session');
  const [isRecovery, setIsRecovery] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const turn = () => {
    // Phones look at what is typed here when it gets the focus.
    flushSync(() => setIsRecovery(!isRecovery));
    input.current?.focus();
  };
  return (
    <div>
      <TextInput
        ref={input}
        label={t(isRecovery ? 'recoveryCode' : 'code')}
        description={t(isRecovery ? 'recoveryHint' : 'codeHint')}
        inputMode={isRecovery ? 'text' : 'numeric'}
        autoComplete={isRecovery ? 'off' : 'one-time-code'}
        autoCapitalize="none"
        spellCheck={false}
        {...props}
      />
      <Anchor component="button" type="button" size="sm" mt={6} onClick={turn}>
        {t(isRecovery ? 'useApp' : 'useRecovery')}
      </Anchor>
    </div>
  );
}
