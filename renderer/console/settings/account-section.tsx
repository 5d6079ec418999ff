import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Me } from '../../../gateway/contract/operators.ts';
import { useSession } from '../session/use-session.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { PasswordPanel } from './password-panel.tsx';
import { SessionsPanel } from './sessions-panel.tsx';
import { TokensPanel } from './tokens-panel.tsx';
import { TotpPanel } from './totp-panel.tsx';

/** One's own sign-in: password, one-time codes, sessions, API tokens. */
export function AccountSection() {
  const session = useSession();
  const me = useQuery({
    queryKey: ['me'],
    queryFn: ({ signal }) => session.call<Me>('/api/auth/me', { signal }),
  });
  return (
    <QueryState query={me}>
      {({ operator }) => (
        <Stack gap="md">
          <PasswordPanel operator={operator} />
          <TotpPanel operator={operator} />
          <SessionsPanel />
          <TokensPanel operator={operator} />
        </Stack>
      )}
    </QueryState>
  );
}
