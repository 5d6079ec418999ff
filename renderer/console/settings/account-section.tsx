import { Stack } from '@mantine/core';
import { useMe } from '../safe-mode/use-safe-mode.ts';
import { QueryState } from '../ui/query-state.tsx';
import { PasswordPanel } from './password-panel.tsx';
import { SessionsPanel } from './sessions-panel.tsx';
import { TokensPanel } from './tokens-panel.tsx';
import { TotpPanel } from './totp-panel.tsx';

/** One's own sign-in: password, one-time codes, sessions, API tokens. */
export function AccountSection() {
  const me = useMe();
  return (
    <QueryState query={me}>
      {({ operator, recoveryCodesLeft }) => (
        <Stack gap="md">
          <PasswordPanel operator={operator} />
          <TotpPanel operator={operator} recoveryCodesLeft={recoveryCodesLeft} />
          <SessionsPanel />
          <TokensPanel operator={operator} />
        </Stack>
      )}
    </QueryState>
  );
}
