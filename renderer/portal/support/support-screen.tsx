import { type FormEvent, useState } from 'react';
import { useSearch } from 'wouter';
import { LEAST_ASKED, LONGEST, MOST_ASKED, PATTERNS, RANGES } from '../../../gateway/contract/bounds.ts';
import type { Contact, OpenedTicket } from '../../../gateway/contract/tickets.ts';
import { readTokens } from '../../shared/format/read-tokens.ts';
import { formatTokens } from '../../shared/format/tokens.ts';
import { textFault } from '../i18n/words.ts';
import { useMe, useSession } from '../session/session.tsx';
import {
  Button,
  ButtonLink,
  Card,
  Choices,
  DraftNote,
  FailureNotice,
  Field,
  Notice,
  Row,
  Stack,
  Title,
} from '../ui/kit.tsx';
import { useDraft } from '../ui/use-draft.ts';
import { useFaults } from '../ui/use-faults.ts';
import { useSending } from '../ui/use-sending.ts';

const KINDS = ['support', 'limit_change', 'objection'] as const;

/** `?objection=…`, as mails lead here, begins with an objection; `?request=…` names the request that it is about. */
export function SupportScreen() {
  const search = new URLSearchParams(useSearch());
  const objection = search.get('objection');
  const [opened, setOpened] = useState<OpenedTicket | null>(null);
  const { words } = useSession();
  const { answerHours, answersByMail } = useMe();
  const { support, request } = words;
  if (opened) {
    return (
      <Stack>
        <Title>{support.sentTitle(opened.ticket)}</Title>
        <Notice tone="good" title={request.sent(answerHours, answersByMail)} />
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
      <Title text={answersByMail ? support.text : support.textHere}>
        {objection === null ? support.title : support.objectTitle}
      </Title>
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
  const draft = useDraft(`contact/${first}`, { kind: first, message: '', limit: '', requestId: request });
  const { kind, message, limit, requestId } = draft.values;
  const { failure, isSending, clear, send } = useSending(faults);
  const [idempotencyKey] = useState(() => crypto.randomUUID());

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    clear();
    const amount = kind === 'limit_change' ? readTokens(limit, RANGES.asked) : undefined;
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
    await send(async () => {
      const opened = await client.call<OpenedTicket>('/api/support/contact', { body, idempotencyKey });
      draft.reset();
      onOpened(opened);
      reload();
    });
  };
  return (
    <form ref={faults.form} onSubmit={submit} noValidate>
      <Card>
        <DraftNote draft={draft} />
        <Choices<Contact['kind']>
          legend={support.kind}
          choices={KINDS.map((value) => ({ value, title: support.kindChoices[value] }))}
          chosen={kind}
          onChoose={(next) => draft.change({ kind: next })}
        />
        {kind === 'limit_change' && (
          <Field label={support.amount} path="amount" error={faults.at('amount')}>
            {(ids) => (
              <input
                {...ids}
                inputMode="numeric"
                required
                value={limit}
                onChange={(event) => draft.change({ limit: event.target.value })}
              />
            )}
          </Field>
        )}
        <Field label={support.message} path="message" error={faults.at('message')}>
          {(ids) => (
            <textarea
              {...ids}
              required
              value={message}
              onChange={(event) => draft.change({ message: event.target.value })}
            />
          )}
        </Field>
        {kind === 'support' && (
          <Field label={support.requestId} path="requestId" hint={support.requestIdHint} error={faults.at('requestId')}>
            {(ids) => (
              <input
                {...ids}
                spellCheck={false}
                value={requestId}
                onChange={(event) => draft.change({ requestId: event.target.value })}
              />
            )}
          </Field>
        )}
        {failure && <FailureNotice failure={failure} />}
        <Button kind="primary" type="submit" wide disabled={isSending}>
          {support.send}
        </Button>
      </Card>
    </form>
  );
}
