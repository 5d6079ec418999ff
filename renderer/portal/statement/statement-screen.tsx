import { useEffect, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { OwnLedgerEntry, OwnLedgerList } from '../../../gateway/contract/portal.ts';
import { isDay } from '../../shared/dates/day-text.ts';
import { formatTokens } from '../../shared/format/tokens.ts';
import { messages } from '../../shared/i18n/locale.ts';
import { Failure } from '../session/client.ts';
import { useMe, useSession } from '../session/session.tsx';
import { useLoaded } from '../session/use-loaded.ts';
import { Button, Card, DayInput, FailureNotice, Quiet, Row, Skeleton, Stack, Title } from '../ui/kit.tsx';
import { saveFile } from '../ui/save-file.ts';
import css from './entries.module.css';
import { Entries } from './entries.tsx';

const PAGE = 50;

export function StatementScreen() {
  const { client, words, locale, reload } = useSession();
  const { statement } = words;
  const { timeZone } = useMe();
  const [params, setParams] = useSearchParams();
  const from = dayOf(params.get('from'));
  const to = dayOf(params.get('to'));
  const [older, setOlder] = useState<OwnLedgerEntry[]>([]);
  const [cursor, setCursor] = useState<string | null>(null);
  const [problem, setProblem] = useState<Failure | null>(null);
  /** The days stand in the address, so that a link and the way back lead to the same. */
  const narrow = (next: { from: string; to: string }) =>
    setParams(
      Object.entries(next).filter(([, day]) => day !== ''),
      { replace: true },
    );
  const keep = (next: { from: string; to: string }) => {
    if (Object.values(next).every((day) => day === '' || isDay(day))) narrow(next);
  };
  const days = new URLSearchParams({ ...(from ? { from } : {}), ...(to ? { to } : {}) }).toString();
  const { value, failure } = useLoaded<OwnLedgerList>(`/api/me/ledger?limit=${PAGE}&${days}`);

  // A new first page is a new list.
  useEffect(() => {
    setOlder([]);
    setCursor(value?.nextCursor ?? null);
  }, [value]);

  const tell = (error: unknown) => {
    if (error instanceof Failure) setProblem(error);
  };
  const more = async () => {
    if (cursor === null) return;
    const path = `/api/me/ledger?limit=${PAGE}&${days}&cursor=${encodeURIComponent(cursor)}`;
    const page = await client.call<OwnLedgerList>(path);
    setOlder((before) => [...before, ...page.items]);
    setCursor(page.nextCursor);
  };
  const save = (format: 'csv' | 'json') => saveFile(client, `/api/me/export?format=${format}&${days}`).catch(tell);
  const entries = [...(value?.items ?? []), ...older];
  return (
    <Stack>
      <Title text={statement.text}>{statement.title}</Title>
      <Card>
        <div className={css.filters}>
          <DayInput label={statement.from} value={from} zone={timeZone} onChange={(day) => keep({ from: day, to })} />
          <DayInput
            label={statement.to}
            value={to}
            min={from || undefined}
            zone={timeZone}
            onChange={(day) => keep({ from, to: day })}
          />
        </div>
        <Quiet>{messages[locale].dates.zone(timeZone)}</Quiet>
        <Row>
          <Button onClick={() => save('csv')}>{statement.csv}</Button>
          <Button kind="quiet" title={statement.allHint} onClick={() => save('json')}>
            {statement.all}
          </Button>
        </Row>
        {problem && <FailureNotice failure={problem} />}
      </Card>
      <Card>
        {failure && <FailureNotice failure={failure} onRetry={reload} />}
        {!value && !failure && <Skeleton label={words.loading} />}
        {value && entries.length === 0 && days === '' && <Quiet>{statement.empty}</Quiet>}
        {value && entries.length === 0 && days !== '' && (
          <>
            <Quiet>{statement.noneThen}</Quiet>
            <Row>
              <Button onClick={() => narrow({ from: '', to: '' })}>{statement.allDays}</Button>
            </Row>
          </>
        )}
        {entries.length > 0 && <Entries entries={entries} />}
        {cursor !== null && (
          <Row>
            <Button onClick={() => more().catch(tell)}>{statement.more}</Button>
            {value && <Quiet>{statement.of(formatTokens(entries.length, locale), totalText(value, locale))}</Quiet>}
          </Row>
        )}
      </Card>
    </Stack>
  );
}

/** A day of the address; none for anything else. */
function dayOf(text: string | null): string {
  return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : '';
}

function totalText({ total, totalIsMore }: OwnLedgerList, locale: Parameters<typeof formatTokens>[1]): string {
  return formatTokens(total, locale) + (totalIsMore ? '+' : '');
}
