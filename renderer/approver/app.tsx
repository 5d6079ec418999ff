import { useEffect, useRef, useState } from 'react';
import type { ApproverKey, OfflinePacket, PacketOutcome } from '../../electron/contract.ts';
import { type Locale, loadLocale, localeNames, locales, saveLocale } from '../shared/i18n/locale.ts';
import css from './approver.module.css';
import { answered, bridge } from './bridge.ts';
import { en } from './i18n/en.ts';
import { ptBr } from './i18n/pt-br.ts';
import { KeyCard } from './key-card.tsx';
import { PacketPanel } from './packet-panel.tsx';

const wordsOf = { en, 'pt-BR': ptBr };

/** Approving offline: one's key, the open packet, and what could not be opened. */
export function App() {
  const [locale, setLocale] = useState<Locale>(loadLocale);
  const [key, setKey] = useState<ApproverKey | null>(null);
  /** Stays while another file turns out to be none. */
  const [packet, setPacket] = useState<OfflinePacket | null>(null);
  const [refused, setRefused] = useState<Extract<PacketOutcome, { kind: 'refused' }> | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const words = wordsOf[locale];

  useEffect(() => {
    document.documentElement.lang = locale;
    document.title = `${words.title} · IA Solaris`;
  }, [locale, words]);

  const underWay = useRef({ names: new Set<string>(), last: Promise.resolve<unknown>(null) });
  /**
   * One thing at a time: what is asked for meanwhile waits its turn, and twice the same is done once. What goes wrong on
   * the app's side is shown, and leaves everything as it was.
   */
  const attempt = <T,>(name: string, work: () => Promise<T>): Promise<T | null> => {
    const { names, last } = underWay.current;
    if (names.has(name)) return Promise.resolve(null);
    names.add(name);
    const turn = last.then(async () => {
      try {
        setFailure(null);
        return await work();
      } catch (error) {
        setFailure(error instanceof Error ? error.message : String(error));
        return null;
      } finally {
        names.delete(name);
      }
    });
    underWay.current.last = turn;
    return turn;
  };
  const [show] = useState(() => (outcome: PacketOutcome | null) => {
    setRefused(outcome?.kind === 'refused' ? outcome : null);
    if (outcome?.kind === 'opened') setPacket(outcome.packet);
  });

  useEffect(() => {
    const api = bridge();
    void answered(api.key()).then(setKey, (error: Error) => setFailure(error.message));
    void answered(api.opened()).then(show, (error: Error) => setFailure(error.message));
    return api.onOpened(show);
  }, [show]);

  const open = async () => {
    const opened = await attempt('open', () => answered(bridge().open()));
    if (opened) show(opened);
  };
  const trust = async (digest: string) => {
    const trusted = await attempt('trust', () => answered(bridge().trust(digest)));
    if (trusted) show(trusted);
  };
  const make = async () => {
    const made = await attempt('make', () => answered(bridge().makeKey()));
    if (made) setKey(made);
  };

  return (
    <main className={css.page}>
      <header className={css.top}>
        <h1>{words.title}</h1>
        <label className={css.language}>
          <span>{words.language}</span>
          <select
            value={locale}
            onChange={(event) => {
              const chosen = locales.find((one) => one === event.target.value) ?? 'en';
              saveLocale(chosen);
              setLocale(chosen);
            }}
          >
            {locales.map((one) => (
              <option key={one} value={one}>
                {localeNames[one]}
              </option>
            ))}
          </select>
        </label>
      </header>
      <p className={css.quiet}>{words.lead}</p>
      {failure !== null && (
        <div role="alert" className={css.alert}>
          <p>{words.failed}</p>
          <code>{failure}</code>
        </div>
      )}
      {key && <KeyCard apiKey={key} words={words} onMake={() => void make()} />}
      <div>
        <button type="button" className={css.button} onClick={() => void open()}>
          {packet ? words.openAnother : words.open}
        </button>
      </div>
      {refused && (
        <div role="alert" className={css.alert}>
          <strong>{refused.file}</strong>
          <p>{words.refused[refused.code]}</p>
        </div>
      )}
      {packet && key && (
        <PacketPanel
          key={packet.digest}
          packet={packet}
          apiKey={key}
          words={words}
          locale={locale}
          onTrust={() => void trust(packet.digest)}
          onSign={(decisions) => attempt('sign', () => answered(bridge().decide(packet.digest, decisions)))}
        />
      )}
    </main>
  );
}
