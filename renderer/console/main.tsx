import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './theme/console.css';
import { createQueryClient } from './api/query-client.ts';
import { App } from './app.tsx';
import { startI18n, WORDLESS } from './i18n/i18n.ts';
import { createSession } from './session/session.ts';
import { SessionProvider } from './session/use-session.tsx';
import { styleNonce } from './style-nonce.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

// Libraries that make style elements take the nonce from here.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
const session = createSession();
const queryClient = createQueryClient();
const [resumed, spoken] = await Promise.allSettled([session.resume(), startI18n()]);

if (spoken.status === 'rejected') root.textContent = WORDLESS;
else {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <SessionProvider session={session}>
          <App unreached={resumed.status === 'rejected'} />
        </SessionProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}
