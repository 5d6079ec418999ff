import { type FormEvent, useState } from 'react';
import { LONGEST } from '../../../gateway/contract/bounds.ts';
import type { OwnTicketDetail, TicketHistory } from '../../../gateway/contract/tickets.ts';
import { formatMoney, formatTokens } from '../../shared/format/tokens.ts';
import { textFault } from '../i18n/words.ts';
import { useSession } from '../session/session.tsx';
import { useLoaded } from '../session/use-loaded.ts';
import { formatMoment } from '../ui/dates.ts';
import {
  Button,
  ButtonLink,
  Card,
  DraftNote,
  FailureNotice,
  Field,
  Mark,
  Notice,
  Row,
  Skeleton,
  Stack,
  Title,
} from '../ui/kit.tsx';
import { useDraft } from '../ui/use-draft.ts';
import { useFaults } from '../ui/use-faults.ts';
import { useSending } from '../ui/use-sending.ts';
import css from './ticket-list.module.css';
import { TONES, wishText } from './ticket-list.tsx';

/** One request, by its number or its id: what was asked, what became of it, and what is to be done. */
export function RequestDetailScreen({ id }: { id: string }) {
  const { words } = useSession();
  const { value, failure } = useLoaded<OwnTicketDetail>(`/api/me/requests/${encodeURIComponent(decoded(id))}`);
  return (
    <Stack>
      <div>
        <ButtonLink to="/requests" kind="quiet">
          {'← '}
          {words.requests.title}
        </ButtonLink>
      </div>
      {failure && <FailureNotice failure={failure} />}
      {!value && !failure && <Skeleton label={words.loading} />}
      {value && <Detail detail={value} />}
    </Stack>
  );
}

/** The router hands parts of the path on as they stand in the address: a mail writes `%231042`. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function Detail({ detail: { ticket, history } }: { detail: OwnTicketDetail }) {
  const { words, locale } = useSession();
  const { requests, kinds, statuses, urgencies } = words;
  const isOpen = ticket.status === 'open' || ticket.status === 'asked';
  const facts = [
    { title: requests.asked, text: wishText(ticket, words, locale) },
    ticket.price && {
      title: requests.price,
      text: formatMoney(ticket.price.amount, ticket.price.currency, locale),
    },
    { title: requests.urgency, text: urgencies[ticket.urgency] },
    { title: requests.made, text: formatMoment(ticket.createdAt, locale) },
  ].filter((fact) => fact !== null);
  return (
    <>
      <Title>{`${kinds[ticket.kind]} ${ticket.ticket}`}</Title>
      <Card>
        <Row>
          <Mark tone={TONES[ticket.status]}>{statuses[ticket.status]}</Mark>
          {ticket.status === 'open' && (
            <span className={css.about}>
              {ticket.overdue ? requests.overdue : requests.due(formatMoment(ticket.dueAt, locale))}
            </span>
          )}
        </Row>
        {ticket.status === 'approved' && ticket.granted !== null && (
          <Notice
            tone="good"
            title={(ticket.kind === 'limit_change' ? requests.limitSet : requests.granted)(
              formatTokens(ticket.granted, locale),
            )}
          />
        )}
        <dl className={css.facts}>
          {facts.map(({ title, text }) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </Card>
      <Card>
        <h2>{requests.history}</h2>
        <ol className={css.steps}>
          {history.map((step) => (
            <Step key={step.id} step={step} />
          ))}
        </ol>
        {isOpen && <Answering id={ticket.id} isAsked={ticket.status === 'asked'} />}
      </Card>
    </>
  );
}

function Step({ step }: { step: TicketHistory }) {
  const { words, locale } = useSession();
  return (
    <li className={css.step} data-by={step.by}>
      <strong>{words.requests.steps[step.step]}</strong>
      <span className={css.about}>{formatMoment(step.createdAt, locale)}</span>
      {step.text !== null && <p className={css.text}>{step.text}</p>}
    </li>
  );
}

function Answering({ id, isAsked }: { id: string; isAsked: boolean }) {
  const { client, words, reload } = useSession();
  const { requests } = words;
  const draft = useDraft(`reply/${id}`, { message: '' });
  const { message } = draft.values;
  const [isSure, setIsSure] = useState(false);
  const faults = useFaults();
  const { failure, isSending, clear, send } = useSending(faults);

  const take = (step: string, body: unknown) =>
    send(async () => {
      await client.call(`/api/me/requests/${id}/${step}`, { body });
      draft.reset();
      reload();
    });
  const reply = (event: FormEvent) => {
    event.preventDefault();
    clear();
    if (faults.check({ message: textFault(words, message, LONGEST.message, 'message') }))
      void take('reply', { message });
  };
  return (
    <>
      {isAsked && (
        <form ref={faults.form} onSubmit={reply} noValidate>
          <Stack>
            <DraftNote draft={draft} />
            <Field label={requests.reply} path="message" error={faults.at('message')}>
              {(ids) => (
                <textarea
                  {...ids}
                  required
                  value={message}
                  onChange={(event) => draft.change({ message: event.target.value })}
                />
              )}
            </Field>
            <Button kind="primary" type="submit" disabled={isSending}>
              {requests.sendReply}
            </Button>
          </Stack>
        </form>
      )}
      {failure && <FailureNotice failure={failure} />}
      <Row>
        {isSure ? (
          <>
            <span>{requests.withdrawSure}</span>
            <Button kind="danger" disabled={isSending} onClick={() => void take('withdraw', {})}>
              {requests.withdraw}
            </Button>
            <Button kind="quiet" onClick={() => setIsSure(false)}>
              {words.cancel}
            </Button>
          </>
        ) : (
          <Button kind="quiet" onClick={() => setIsSure(true)}>
            {requests.withdraw}
          </Button>
        )}
      </Row>
    </>
  );
}
