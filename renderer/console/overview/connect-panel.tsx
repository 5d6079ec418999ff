import { useEffect, useState } from 'react';
import type { DesktopApi } from '../../../electron/contract.ts';
import { type Locale, messages } from '../../shared/i18n/locale.ts';
import { CopyButton } from '../../shared/ui/copy-button.tsx';
import css from './connect-panel.module.css';

declare global {
  interface Window {
    /** In the desktop window only. */
    desktop?: DesktopApi;
  }
}

interface ConnectPanelProps {
  locale: Locale;
}

/** Where LibreChat reaches the gateway: the page's own origin, or what the desktop says, whose pages have no address. */
export function ConnectPanel({ locale }: ConnectPanelProps) {
  const [origin, setOrigin] = useState(() => (window.desktop ? null : window.location.origin));
  const { connect, copy, copied } = messages[locale];

  useEffect(() => {
    window.desktop?.gatewayState().then((answer) => {
      if (answer.ok) setOrigin(answer.data.address);
    });
  }, []);

  if (!origin) return null;
  const address = `${origin}/v1`;
  return (
    <section className={css.panel}>
      <div className={css.words}>
        <h2 className={css.title}>{connect.title}</h2>
        <p className={css.text}>{connect.text}</p>
      </div>
      <div className={css.address}>
        <code>{address}</code>
        <CopyButton text={address} label={copy} doneLabel={copied} />
      </div>
    </section>
  );
}
