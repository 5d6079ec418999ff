import { type FormEvent, useState } from 'react';
import { useSearch } from 'wouter';
import type { Contact, OpenedTicket } from '../../../gateway/contract/tickets.ts';
import { readTokens } from '../request/read-tokens.ts';
import { Failure } from '../session/client.ts';
import { useMe, useSession } from '../session/session.tsx';
import { Button, ButtonLink, Card, Choices, FailureNotice, Field, Notice, Row, Stack, Title } from '../ui/kit.tsx';

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
  const { client, words, reload } = useSession();
  const { support } = words;
  const [kind, setKind] = useState(first);
  const [message, setMessage] = useState('');
  const [limit, setLimit] = useState('');
  const [requestId, setRequestId] = useState(request);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [idempotencyKey] = useState(() => crypto.randomUUID());

  const send = async (event: FormEvent) => {
    event.preventDefault();
    setFailure(null);
    const amount = kind === 'limit_change' && limit.trim() !== '' ? (readTokens(limit) ?? Number.NaN) : undefined;
    if (Number.isNaN(amount)) return setFailure(new Failure(400, 'invalid_input', limit, 'amount'));
    const id = kind === 'support' ? requestId.trim() : '';
    const body = {
      kind,
      message,
      ...(amount === undefined ? {} : { amount }),
      ...(id === '' ? {} : { requestId: id }),
    };
    try {
      onOpened(await client.call<OpenedTicket>('/api/support/contact', { body, idempotencyKey }));
      reload();
    } catch (error) {
      if (error instanceof Failure) setFailure(error);
    }
  };
  return (
    <form onSubmit={send}>
      <Card>
        <Choices<Contact['kind']>
          legend={support.kind}
          choices={KINDS.map((value) => ({ value, title: support.kindChoices[value] }))}
          chosen={kind}
          onChoose={setKind}
        />
        {kind === 'limit_change' && (
          <Field label={support.amount}>
            {(ids) => (
              <input
                {...ids}
                inputMode="numeric"
                required
                maxLength={20}
                value={limit}
                onChange={(event) => setLimit(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field label={support.message}>
          {(ids) => (
            <textarea
              {...ids}
              required
              maxLength={4_000}
              value={message}
              onChange={(event) => setMessage(event.target.value)}
            />
          )}
        </Field>
        {kind === 'support' && (
          <Field label={support.requestId} hint={support.requestIdHint}>
            {(ids) => (
              <input
                {...ids}
                maxLength={40}
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
