import type { ApproverKey } from '../../electron/contract.ts';
import { CopyButton } from '../shared/ui/copy-button.tsx';
import css from './approver.module.css';
import type { ApproverWords } from './i18n/en.ts';

interface KeyCardProps {
  apiKey: ApproverKey;
  words: ApproverWords;
  onMake(): void;
}

/** The approver's own key: made once, shown with what the owner needs to enrol it. */
export function KeyCard({ apiKey, words, onMake }: KeyCardProps) {
  const { key } = words;
  return (
    <section className={css.card} aria-label={key.title}>
      <h2>{key.title}</h2>
      {apiKey.kind === 'none' && (
        <>
          <p>{key.none}</p>
          <div>
            <button type="button" className={css.button} onClick={onMake}>
              {key.make}
            </button>
          </div>
        </>
      )}
      {apiKey.kind === 'locked' && <p role="alert">{key.locked}</p>}
      {apiKey.kind === 'no_keychain' && <p role="alert">{key.noKeychain}</p>}
      {apiKey.kind === 'kept' && (
        <>
          <dl className={css.facts}>
            <div>
              <dt>{key.publicKey}</dt>
              <dd>
                <code>{apiKey.publicKey}</code>
              </dd>
            </div>
            <div>
              <dt>{key.fingerprint}</dt>
              <dd>
                <code>{apiKey.fingerprint}</code>
              </dd>
            </div>
          </dl>
          <div className={css.row}>
            <CopyButton
              text={`${key.publicKey}: ${apiKey.publicKey}\n${key.fingerprint}: ${apiKey.fingerprint}\n`}
              label={words.copy}
              doneLabel={words.copied}
              failedLabel={words.copyFailed}
            />
            <p className={css.quiet}>{key.enrol}</p>
          </div>
        </>
      )}
    </section>
  );
}
