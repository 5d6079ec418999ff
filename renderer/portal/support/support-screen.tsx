import { type FormEvent, useState } from 'react';
import { useSearch } from 'wouter';
import { LEAST_ASKED, LONGEST, MOST_ASKED, PATTERNS } from '../../../gateway/contract/bounds.ts';
import type { Contact, OpenedTicket } from '../../../gateway/contract/tickets.ts';
import { formatTokens } from '../../shared/format/tokens.ts';
import { textFault } from '../i18n/words.ts';
import { readTokens } from '../request/read-tokens.ts';
import { Failure } from '../session/client.ts';
import { useMe, useSession } from '../session/session.tsx';
import { Button, ButtonLink, Card, Choices, FailureNotice, Field, Notice, Row, Stack, Title } from '../ui/kit.tsx';
import { useFaults } from '../ui/use-faults.ts';

const KINDS = ['support', 'limit_change', 'objection'] as const;

/** `?objection=…`, as mails lead here, begins with an objection; `?request=…` names the request that it is about. */
export function SupportScreen() {
  const search = new URLSearchParams(useSearch());
  const objection = search.get('objection');
  const [opened, setOpened] = useState<OpenedTicket | null>(null);
  const { words } = useSession();
  const { answerHours } = useMe();
  const { support, request } = words;
  if (opened) {
    return (
      <Stack>
        <Title>{support.sentTitle(opened.ticket)}</Title>
        <Notice tone="good" title={request.sent(answerHours)} />
        <Row>
          <ButtonLink to={`/requests/${opened.number}`} kind="primary">
            {request.see}
          </ButtonLink>
        </Row>
      </Stack>
    );
  }
  return (
    <Stack>
      <Title text={support.text}>{objection === null ? support.title : support.objectTitle}</Title>
      <ContactForm
        first={objection === null ? 'support' : 'objection'}
        request={search.get('request') ?? ''}
        onOpened={setOpened}
      />
    </Stack>
  );
}

interface ContactFormProps {
  first: Contact['kind'];
  request: string;
  onOpened(opened: OpenedTicket): void;
}

function ContactForm({ first, request, onOpened }: ContactFormProps) {
  const { client, words, locale, reload } = useSession();
  const { support, request: ofRequest, errors } = words;
  const faults = useFaults();
  const [kind, setKind] = useState(first);
  const [message, setMessage] = useState('');
  const [limit, setLimit] = useState('');
  const [requestId, setRequestId] = useState(request);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [idempotencyKey] = useState(() => crypto.randomUUID());

  const send = async (event: FormEvent) => {
    event.preventDefault();
    setFailure(null);
    const amount = kind === 'limit_change' ? readTokens(limit) : undefined;
    const id = kind === 'support' ? requestId.trim() : '';
    const isRight = faults.check({
      amount:
        amount === null
          ? ofRequest.customHint(formatTokens(LEAST_ASKED, locale), formatTokens(MOST_ASKED, locale))
          : null,
      message: textFault(words, message, LONGEST.message, 'message'),
      requestId: id === '' || PATTERNS.requestId.test(id) ? null : (errors.fields.requestId ?? null),
    });
    if (!isRight) return;
    const body = {
      kind,
      message,
      ...(amount === undefined || amount === null ? {} : { amount }),
      ...(id === '' ? {} : { requestId: id }),
    };
    try {
      onOpened(await client.call<OpenedTicket>('/api/support/contact', { body, idempotencyKey }));
      reload();
    } catch (error) {
      if (error instanceof Failure && !faults.refuse(error)) setFailure(error);
    }
  };
  return (
    <form ref={faults.form} onSubmit={send} noValidate>
      <Card>
        <Choices<Contact['kind']>
          legend={support.kind}
          choices={KINDS.map((value) => ({ value, title: support.kindChoices[value] }))}
          chosen={kind}
          onChoose={setKind}
        />
        {kind === 'limit_change' && (
          <Field label={support.amount} path="amount" error={faults.at('amount')}>
            {(ids) => (
              <input
                {...ids}
                inputMode="numeric"
                required
                value={limit}
                onChange={(event) => setLimit(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field label={support.message} path="message" error={faults.at('message')}>
          {(ids) => <textarea {...ids} required value={message} onChange={(event) => setMessage(event.target.value)} />}
        </Field>
        {kind === 'support' && (
          <Field label={support.requestId} path="requestId" hint={support.requestIdHint} error={faults.at('requestId')}>
            {(ids) => (
              <input
                {...ids}
                spellCheck={false}
                value={requestId}
                onChange={(event) => setRequestId(event.target.value)}
              />
            )}
          </Field>
        )}
        {failure && <FailureNotice failure={failure} />}
        <Button kind="primary" type="submit" wide>
          {support.send}
        </Button>
      </Card>
    </form>
  );
}
