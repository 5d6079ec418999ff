import { type FormEvent, useState } from 'react';
import { LEAST_ASKED, LONGEST, MOST_ASKED } from '../../../gateway/contract/bounds.ts';
import type { OpenedTicket, Urgency } from '../../../gateway/contract/tickets.ts';
import { formatMoney, formatTokens, formatTokensShort } from '../../shared/format/tokens.ts';
import { textFault } from '../i18n/words.ts';
import { Failure } from '../session/client.ts';
import { useMe, useSession } from '../session/session.tsx';
import {
  Button,
  ButtonLink,
  Card,
  type Choice,
  Choices,
  FailureNotice,
  Field,
  Notice,
  Row,
  Stack,
  Title,
} from '../ui/kit.tsx';
import { useFaults } from '../ui/use-faults.ts';
import { readTokens } from './read-tokens.ts';

const AMOUNTS = [100_000, 500_000, 1_000_000, 2_000_000] as const;
const URGENCIES: readonly Urgency[] = ['low', 'medium', 'high', 'critical'];
type AmountChoice = `${(typeof AMOUNTS)[number]}` | 'custom';

/** Credits are asked for here, and a mail's button leads straight to it. */
export function RequestScreen() {
  const { words } = useSession();
  const [opened, setOpened] = useState<OpenedTicket | null>(null);
  const { request } = words;
  if (opened) return <Sent opened={opened} />;
  return (
    <Stack>
      <Title text={request.text}>{request.title}</Title>
      <RequestForm onOpened={setOpened} />
    </Stack>
  );
}

function RequestForm({ onOpened }: { onOpened(opened: OpenedTicket): void }) {
  const { client, words, locale, reload } = useSession();
  const { price } = useMe();
  const { request, urgencies } = words;
  const [chosen, setChosen] = useState<AmountChoice>('500000');
  const [custom, setCustom] = useState('');
  const [justification, setJustification] = useState('');
  const [urgency, setUrgency] = useState<Urgency>('medium');
  const [isSending, setIsSending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  /** One form is one request, however often it is sent. */
  const [idempotencyKey] = useState(() => crypto.randomUUID());

  const amount = chosen === 'custom' ? readTokens(custom) : Number(chosen);
  const costOf = (tokens: number) =>
    request.price(formatMoney(Math.ceil((tokens * price.perMillion) / 1_000_000), price.currency, locale));
  const amountChoices: Choice<AmountChoice>[] = [
    ...AMOUNTS.map((tokens) => ({
      value: `${tokens}` as const,
      title: formatTokensShort(tokens, locale),
      text: costOf(tokens),
    })),
    { value: 'custom', title: request.custom },
  ];
  const bounds = request.customHint(formatTokens(LEAST_ASKED, locale), formatTokens(MOST_ASKED, locale));
  const faults = useFaults();

  const send = async (event: FormEvent) => {
    event.preventDefault();
    setFailure(null);
    const isRight = faults.check({
      amount: amount === null ? bounds : null,
      justification: textFault(words, justification, LONGEST.note, 'justification'),
    });
    if (!isRight) return;
    setIsSending(true);
    try {
      const body = { amount, justification, urgency };
      onOpened(await client.call<OpenedTicket>('/api/tokens/purchase', { body, idempotencyKey }));
      reload();
    } catch (error) {
      if (error instanceof Failure && !faults.refuse(error)) setFailure(error);
    } finally {
      setIsSending(false);
    }
  };
  return (
    <form ref={faults.form} onSubmit={send} noValidate>
      <Card>
        <Choices<AmountChoice> legend={request.amount} choices={amountChoices} chosen={chosen} onChoose={setChosen} />
        {chosen === 'custom' && (
          <Field
            label={request.customLabel}
            hint={amount === null ? bounds : `${formatTokens(amount, locale)} · ${costOf(amount)}`}
            path="amount"
            error={faults.at('amount')}
          >
            {(ids) => (
              <input
                {...ids}
                inputMode="numeric"
                required
                value={custom}
                onChange={(event) => setCustom(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field label={request.why} path="justification" hint={request.whyHint} error={faults.at('justification')}>
          {(ids) => (
            <textarea
              {...ids}
              required
              value={justification}
              onChange={(event) => setJustification(event.target.value)}
            />
          )}
        </Field>
        <Choices<Urgency>
          legend={request.urgency}
          choices={URGENCIES.map((value) => ({ value, title: urgencies[value] }))}
          chosen={urgency}
          onChoose={setUrgency}
        />
        {failure && <FailureNotice failure={failure} />}
        <Button kind="primary" type="submit" wide disabled={isSending}>
          {isSending ? request.sending : request.send}
        </Button>
      </Card>
    </form>
  );
}

function Sent({ opened }: { opened: OpenedTicket }) {
  const { words } = useSession();
  const { answerHours } = useMe();
  const { request } = words;
  const title = request.sentTitle(opened.ticket);
  return (
    <Stack>
      <Title>{title}</Title>
      <Notice tone="good" title={request.sent(answerHours)} />
      <Row>
        <ButtonLink to={`/requests/${opened.number}`} kind="primary">
          {request.see}
        </ButtonLink>
        <ButtonLink to="/">{request.toBalance}</ButtonLink>
      </Row>
    </Stack>
  );
}
