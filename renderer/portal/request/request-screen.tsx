import { type FormEvent, useState } from 'react';
import { LEAST_ASKED, LONGEST, MOST_ASKED, RANGES } from '../../../gateway/contract/bounds.ts';
import type { OpenedTicket, Urgency } from '../../../gateway/contract/tickets.ts';
import { readTokens } from '../../shared/format/read-tokens.ts';
import { formatMoney, formatTokens, formatTokensShort } from '../../shared/format/tokens.ts';
import { textFault } from '../i18n/words.ts';
import { useMe, useSession } from '../session/session.tsx';
import {
  Button,
  ButtonLink,
  Card,
  type Choice,
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

const AMOUNTS = [100_000, 500_000, 1_000_000, 2_000_000] as const;
const URGENCIES: readonly Urgency[] = ['low', 'medium', 'high', 'critical'];
type AmountChoice = `${(typeof AMOUNTS)[number]}` | 'custom';
interface Wish extends Record<string, unknown> {
  chosen: AmountChoice;
  custom: string;
  justification: string;
  urgency: Urgency;
}
const NOTHING_YET: Wish = { chosen: '500000', custom: '', justification: '', urgency: 'medium' };

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
  const draft = useDraft<Wish>('request', NOTHING_YET);
  const { chosen, custom, justification, urgency } = draft.values;
  /** One form is one request, however often it is sent. */
  const [idempotencyKey] = useState(() => crypto.randomUUID());

  const amount = chosen === 'custom' ? readTokens(custom, RANGES.asked) : Number(chosen);
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
  const { failure, isSending, clear, send } = useSending(faults);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    clear();
    const isRight = faults.check({
      amount: amount === null ? bounds : null,
      justification: textFault(words, justification, LONGEST.note, 'justification'),
    });
    if (!isRight) return;
    await send(async () => {
      const body = { amount, justification, urgency };
      const opened = await client.call<OpenedTicket>('/api/tokens/purchase', { body, idempotencyKey });
      draft.reset();
      onOpened(opened);
      reload();
    });
  };
  return (
    <form ref={faults.form} onSubmit={submit} noValidate>
      <Card>
        <DraftNote draft={draft} />
        <Choices<AmountChoice>
          legend={request.amount}
          choices={amountChoices}
          chosen={chosen}
          onChoose={(next) => draft.change({ chosen: next })}
        />
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
                onChange={(event) => {
                  faults.mend('amount');
                  draft.change({ custom: event.target.value });
                }}
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
              onChange={(event) => {
                faults.mend('justification');
                draft.change({ justification: event.target.value });
              }}
            />
          )}
        </Field>
        <Choices<Urgency>
          legend={request.urgency}
          choices={URGENCIES.map((value) => ({ value, title: urgencies[value] }))}
          chosen={urgency}
          onChoose={(next) => draft.change({ urgency: next })}
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
  const { answerHours, answersByMail } = useMe();
  const { request } = words;
  const title = request.sentTitle(opened.ticket);
  return (
    <Stack>
      <Title>{title}</Title>
      <Notice tone="good" title={request.sent(answerHours, answersByMail)} />
      <Row>
        <ButtonLink to={`/requests/${opened.number}`} kind="primary">
          {request.see}
        </ButtonLink>
        <ButtonLink to="/">{request.toBalance}</ButtonLink>
      </Row>
    </Stack>
  );
}
