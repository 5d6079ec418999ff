import { type Locale, messages } from '../../shared/i18n/locale.ts';
import { CopyButton } from '../../shared/ui/copy-button.tsx';
import { useGatewayState } from '../desktop/use-gateway-state.ts';
import css from './connect-panel.module.css';

interface ConnectPanelProps {
  locale: Locale;
}

/** Where LibreChat reaches the gateway: the page's own origin, or what the desktop says, whose pages have no address. */
export function ConnectPanel({ locale }: ConnectPanelProps) {
  const gateway = useGatewayState();
  const origin = window.desktop ? gateway?.address : window.location.origin;
  const { connect, copy, copied, copyFailed } = messages[locale];

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
        <CopyButton text={address} label={copy} doneLabel={copied} failedLabel={copyFailed} />
      </div>
    </section>
  );
}
