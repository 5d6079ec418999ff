import { useEffect, useState } from 'react';
import type { DesktopApi, GatewayState } from '../../../electron/contract.ts';

declare global {
  interface Window {
    /** In the desktop window only. */
    desktop?: DesktopApi;
  }
}

/** How the gateway beside this window is; null in a browser, and until it is known. */
export function useGatewayState(): GatewayState | null {
  const [state, setState] = useState<GatewayState | null>(null);

  useEffect(() => {
    const { desktop } = window;
    if (!desktop) return;
    const end = desktop.onGatewayChanged(setState);
    void desktop.gatewayState().then((answer) => {
      if (answer.ok) setState(answer.data);
    });
    return end;
  }, []);

  return state;
}
