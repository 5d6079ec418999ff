import { MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { DesktopLink } from './desktop/desktop-link.tsx';
import { GatewayBanner } from './desktop/gateway-banner.tsx';
import { GatewayHelp } from './desktop/gateway-help.tsx';
import { useGatewayState } from './desktop/use-gateway-state.ts';
import { LiveProvider } from './live/live-provider.tsx';
import { usePreferences } from './preferences.ts';
import { router } from './router.tsx';
import { SessionGate } from './session/session-gate.tsx';
import { useSession, useSessionState } from './session/use-session.tsx';
import { styleNonce } from './style-nonce.ts';
import { theme } from './theme/theme.ts';
import { useLightPaper } from './theme/use-light-paper.ts';
import { FailurePanel } from './ui/failure-panel.tsx';

const RETRY_MS = 3_000;

interface AppProps {
  /** The gateway could not be asked who is signed in. */
  unreached: boolean;
}

export function App({ unreached }: AppProps) {
  const { density, zoom } = usePreferences();
  const { t } = useTranslation();

  useEffect(() => {
    document.documentElement.dataset.density = density;
    document.documentElement.style.setProperty('zoom', `${zoom}%`);
  }, [density, zoom]);

  useLightPaper();

  const spoken = useMemo(() => {
    const defaultProps = { closeButtonProps: { 'aria-label': t('close') } };
    return mergeThemeOverrides(theme, {
      components: { Drawer: { defaultProps }, Modal: { defaultProps }, Notification: { defaultProps } },
    });
  }, [t]);
  return (
    <MantineProvider theme={spoken} defaultColorScheme="auto" getStyleNonce={styleNonce}>
      <ModalsProvider labels={{ confirm: t('save'), cancel: t('cancel') }}>
        <Notifications position="bottom-center" limit={3} autoClose={8_000} />
        {window.desktop && <DesktopLink />}
        {unreached ? <Reaching /> : <Console />}
      </ModalsProvider>
    </MantineProvider>
  );
}

function Console() {
  return (
    <SessionGate>
      <LiveProvider>
        {window.desktop && <GatewayBanner />}
        <RouterProvider router={router} />
      </LiveProvider>
    </SessionGate>
  );
}

/** Until the gateway answers for the first time. */
function Reaching() {
  const session = useSession();
  const state = useSessionState();
  const gateway = useGatewayState();
  const { t } = useTranslation('frame');
  const unknown = state.kind === 'unknown';
  const isRunning = gateway?.phase === 'running';

  useEffect(() => {
    if (!unknown) return;
    const again = () => void session.resume().catch(() => undefined);
    const timer = setInterval(again, RETRY_MS);
    if (isRunning) again();
    return () => clearInterval(timer);
  }, [session, unknown, isRunning]);

  if (!unknown) return <Console />;
  // The start of the app: the gateway beside the window will be there in a moment.
  if (window.desktop && gateway?.phase !== 'failed' && !gateway?.problem) return null;
  const { text, next, detail } = gateway?.problem ?? {
    text: t('failure.network'),
    next: t('failure.networkNext'),
    detail: null,
  };
  return (
    <FailurePanel
      title={text}
      next={next}
      cause={detail}
      action={window.desktop ? <GatewayHelp kind={gateway?.problem?.kind} /> : null}
    />
  );
}
