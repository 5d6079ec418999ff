import { useId } from 'react';
import type { OfflinePacket, OfflineRequest } from '../../electron/contract.ts';
import { LONGEST } from '../../gateway/contract/bounds.ts';
import { formatMoney, formatTokens } from '../shared/format/tokens.ts';
import type { Locale } from '../shared/i18n/locale.ts';
import css from './approver.module.css';
import { type Draft, decisionOf, readAmount } from './drafts.ts';
import type { ApproverWords } from './i18n/en.ts';
import { instant } from './instant.ts';

interface RequestCardProps {
  request: OfflineRequest;
  packet: OfflinePacket;
  draft: Draft;
  words: ApproverWords;
  locale: Locale;
  onChange(draft: Draft): void;
}

const CHOICES = ['undecided', 'approve', 'reject'] as const;

/** One request, beside who asks, and what is decided about it. */
export function RequestCard({ request, packet, draft, words, locale, onChange }: RequestCardProps) {
  const text = words.request;
  const id = useId();
  const ticket = `#${request.number}`;
  const { user } = request;
  const tokens = (value: number) => formatTokens(value, locale);
  const facts: [string, string][] = [
    [text.plan, user.plan],
    [text.limit, user.monthlyLimit === null ? text.noLimit : tokens(user.monthlyLimit)],
    [text.used, tokens(user.used)],
    [text.credits, tokens(user.credits)],
    [text.month, tokens(user.usage30Days)],
    [text.granted, tokens(user.granted90Days)],
  ];
  return (
    <li className={css.card}>
      <div className={css.head}>
        <h3>
          {ticket} {request.amount === null ? text.asksNothing : text.asks(tokens(request.amount))}
        </h3>
        <Cost amount={request.amount} {...{ packet, words, locale }} />
        <span className={css.badge} data-urgency={request.urgency}>
          {text.urgencyLabel(text.urgency[request.urgency])}
        </span>
      </div>
      <p>
        <strong>{user.name}</strong> {user.email}
      </p>
      <blockquote className={css.quote}>{request.message}</blockquote>
      {request.conversation.map(({ by, text: said, at }) => (
        <blockquote key={at} className={css.quote}>
          <strong>{text.said[by]}</strong> {said}
        </blockquote>
      ))}
      <dl className={css.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className={css.quiet}>{text.due(instant(request.dueAt, locale))}</p>
      {request.kind === 'credits' ? (
        <fieldset className={css.choice}>
          <legend>{text.decision(ticket)}</legend>
          <div className={css.row}>
            {CHOICES.map((choice) => (
              <label key={choice}>
                <input
                  type="radio"
                  name={id}
                  checked={draft.choice === choice}
                  onChange={() => onChange({ ...draft, choice })}
                />
                {text[choice]}
              </label>
            ))}
          </div>
          <DecisionFields {...{ request, packet, draft, words, locale, onChange }} />
        </fieldset>
      ) : (
        <p className={css.quiet}>{text.notCredits}</p>
      )}
    </li>
  );
}

function DecisionFields({ request, packet, draft, words, locale, onChange }: RequestCardProps) {
  const text = words.request;
  const wrong = decisionOf(request.id, draft);
  const id = useId();
  const noteId = useId();
  if (draft.choice === 'undecided') return null;
  if (draft.choice === 'reject') {
    return (
      <label className={css.field}>
        {text.reason}
        <textarea
          rows={2}
          value={draft.reason}
          aria-invalid={wrong === 'reason' || wrong === 'reason_long'}
          aria-describedby={id}
          onChange={(event) => onChange({ ...draft, reason: event.target.value })}
        />
        <span id={id} className={css.quiet}>
          {wrong === 'reason' ? text.reasonWrong : wrong === 'reason_long' ? text.tooLong(LONGEST.reason) : ''}
        </span>
      </label>
    );
  }
  return (
    <>
      <label className={css.field}>
        {text.amount}
        <input
          inputMode="numeric"
          value={draft.amount}
          aria-invalid={wrong === 'amount'}
          aria-describedby={id}
          onChange={(event) => onChange({ ...draft, amount: event.target.value })}
        />
        <span id={id} className={css.quiet}>
          {wrong === 'amount' ? (
            text.amountWrong
          ) : (
            <Cost amount={readAmount(draft.amount)} {...{ packet, words, locale }} />
          )}
        </span>
      </label>
      <label className={css.field}>
        {text.note}
        <textarea
          rows={2}
          value={draft.note}
          aria-invalid={wrong === 'note_long'}
          aria-describedby={noteId}
          onChange={(event) => onChange({ ...draft, note: event.target.value })}
        />
        <span id={noteId} className={css.quiet}>
          {wrong === 'note_long' ? text.tooLong(LONGEST.note) : ''}
        </span>
      </label>
    </>
  );
}

interface CostProps extends Pick<RequestCardProps, 'packet' | 'words' | 'locale'> {
  amount: number | null;
}

function Cost({ amount, packet, words, locale }: CostProps) {
  if (amount === null) return null;
  const price = (amount / 1_000_000) * packet.pricePerMillion;
  return <span className={css.quiet}>{words.request.cost(formatMoney(price, packet.currency, locale))}</span>;
}
