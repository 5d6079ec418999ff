import { useEffect, useRef, useState } from 'react';
import type { ApproverKey, DecisionOutcome, OfflineDecision, OfflinePacket } from '../../electron/contract.ts';
import { createDraftStore } from '../shared/drafts/draft-store.ts';
import type { Locale } from '../shared/i18n/locale.ts';
import css from './approver.module.css';
import { type Draft, type Drafts, decisionOf, newDraft } from './drafts.ts';
import type { ApproverWords } from './i18n/en.ts';
import { instant } from './instant.ts';
import { RequestCard } from './request-card.tsx';

interface PacketPanelProps {
  packet: OfflinePacket;
  apiKey: ApproverKey;
  words: ApproverWords;
  locale: Locale;
  onTrust(): void;
  onSign(decisions: OfflineDecision[]): Promise<DecisionOutcome | null>;
}

/** What is chosen and not signed yet, by packet: another file may be opened meanwhile, or the app closed. */
const unsigned = createDraftStore(window.localStorage, Date.now);
const OWNER = 'approver';

/** An open packet: whose it is, its requests, and the button that signs. */
export function PacketPanel({ packet, apiKey, words, locale, onTrust, onSign }: PacketPanelProps) {
  const { digest } = packet;
  const [drafts, setDrafts] = useState(() => unsigned.read(OWNER, digest) as Drafts);
  const [outcome, setOutcome] = useState<DecisionOutcome | null>(null);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => unsigned.write(OWNER, digest, drafts), [digest, drafts]);
  const draftOf = (id: string): Draft | undefined => drafts[id];
  const decided = packet.requests.map((request) => decisionOf(request.id, draftOf(request.id) ?? newDraft(request)));
  const decisions = decided.filter((decision) => typeof decision !== 'string');
  const isComplete = decided.every((decision) => typeof decision !== 'string' || decision === 'undecided');
  const obstacle = packet.isOver
    ? words.notSigned.over
    : !packet.isTrusted
      ? words.sign.needsCompare
      : apiKey.kind !== 'kept'
        ? words.sign.needsKey
        : decisions.length === 0 && isComplete
          ? words.sign.nothing
          : null;

  const sign = async () => {
    const wrong = list.current?.querySelector<HTMLElement>('[aria-invalid=true]');
    if (wrong) return wrong.focus();
    const signed = await onSign(decisions);
    setOutcome(signed);
    if (signed?.kind === 'saved') unsigned.write(OWNER, digest, {});
  };

  return (
    <>
      <section className={css.card} aria-label={packet.file}>
        <h2>{packet.file}</h2>
        <p>{words.packet.requests(packet.requests.length)}</p>
        <p className={css.quiet}>{words.packet.from(instant(packet.createdAt, locale))}</p>
        {packet.isOver ? (
          <p role="alert" className={css.alert}>
            {words.packet.over(instant(packet.expiresAt, locale))}
          </p>
        ) : (
          <p className={css.quiet}>{words.packet.until(instant(packet.expiresAt, locale))}</p>
        )}
        {!packet.isTrusted && (
          <div className={css.compare}>
            <h3>{words.packet.compare}</h3>
            <code>{packet.fingerprint}</code>
            <p>{words.packet.compareText}</p>
            <div>
              <button type="button" className={css.button} onClick={onTrust}>
                {words.packet.same}
              </button>
            </div>
          </div>
        )}
      </section>
      <ul ref={list} className={css.list}>
        {packet.requests.map((request) => (
          <RequestCard
            key={request.id}
            {...{ request, packet, words, locale }}
            draft={draftOf(request.id) ?? newDraft(request)}
            onChange={(draft) => {
              setOutcome(null);
              setDrafts((before) => ({ ...before, [request.id]: draft }));
            }}
          />
        ))}
      </ul>
      <div className={css.sign}>
        <button
          type="button"
          className={css.button}
          data-kind="primary"
          disabled={obstacle !== null}
          onClick={() => void sign()}
        >
          {words.sign.button(decisions.length)}
        </button>
        <p role="status">
          {outcome ? outcomeText(outcome, words) : (obstacle ?? (isComplete ? '' : words.sign.notRight))}
        </p>
      </div>
    </>
  );
}

function outcomeText(outcome: DecisionOutcome, words: ApproverWords): string {
  if (outcome.kind === 'saved') return words.sign.saved(outcome.count, outcome.file);
  return outcome.kind === 'cancelled' ? words.sign.cancelled : words.notSigned[outcome.code];
}
