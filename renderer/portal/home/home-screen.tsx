import type { List } from '../../../gateway/contract/common.ts';
import type { Me, OwnLedgerList } from '../../../gateway/contract/portal.ts';
import type { OwnTicket } from '../../../gateway/contract/tickets.ts';
import type { UserStats } from '../../../gateway/contract/users.ts';
import { formatTokens } from '../../shared/format/tokens.ts';
import { TicketList } from '../requests/ticket-list.tsx';
import { useMe, useSession } from '../session/session.tsx';
import { useLoaded } from '../session/use-loaded.ts';
import { Entries } from '../statement/entries.tsx';
import { formatDay, formatMoment } from '../ui/dates.ts';
import { ButtonLink, Card, Notice, Stack, Title } from '../ui/kit.tsx';
import css from './home.module.css';
import { QuotaHero } from './quota-hero.tsx';

export function HomeScreen() {
  const { words } = useSession();
  const me = useMe();
  return (
    <Stack>
      <Title>{words.balance.greeting(me.name)}</Title>
      <StatusNotice me={me} />
      <Card label={words.nav.balance}>
        <QuotaHero />
        {/* Who has no limit needs no credits; whatever else they need, somebody answers. */}
        {me.status === 'active' && me.available === null && (
          <ButtonLink to="/support" wide>
            {words.support.title}
          </ButtonLink>
        )}
        {me.status === 'active' && me.available !== null && (
          <ButtonLink to="/request" kind="primary" wide>
            {words.balance.request}
          </ButtonLink>
        )}
      </Card>
      <Waiting />
      <Days />
      <Latest />
    </Stack>
  );
}

function StatusNotice({ me }: { me: Me }) {
  const { words, locale } = useSession();
  const { blocked } = words;
  if (me.status === 'active') return <RateNotice me={me} />;
  const title =
    me.status === 'suspended' && me.suspendedUntil !== null
      ? blocked.suspendedUntil(formatMoment(me.suspendedUntil, locale))
      : me.status === 'suspended'
        ? blocked.suspended
        : me.status === 'pending'
          ? blocked.pending
          : blocked.blocked;
  return (
    <Notice tone="blocked" title={title}>
      {me.statusReason !== null && <p>{blocked.reason(me.statusReason)}</p>}
      <div>
        <ButtonLink kind="primary" to={me.status === 'pending' ? '/support' : '/support?objection=suspension'}>
          {me.status === 'pending' ? blocked.ask : blocked.object}
        </ButtonLink>
      </div>
    </Notice>
  );
}

/** Slowed down for a while, because the use was unusual. */
function RateNotice({ me: { temporaryRate } }: { me: Me }) {
  const { words, locale } = useSession();
  const { blocked } = words;
  if (temporaryRate === null) return null;
  const { perMinute, until, alertId } = temporaryRate;
  return (
    <Notice tone="bad" title={blocked.limited(perMinute, formatMoment(until, locale))}>
      <p>{blocked.limitedWhy}</p>
      <div>
        <ButtonLink to={`/support?objection=${encodeURIComponent(alertId ?? 'limit')}`}>{blocked.object}</ButtonLink>
      </div>
    </Notice>
  );
}

/** Requests that are not decided yet. */
function Waiting() {
  const { words } = useSession();
  const { value } = useLoaded<List<OwnTicket>>('/api/me/requests?status=open,asked&limit=5');
  if (!value || value.items.length === 0) return null;
  return (
    <Card>
      <h2>{words.balance.waiting}</h2>
      <TicketList tickets={value.items} />
    </Card>
  );
}

function Days() {
  const { words, locale } = useSession();
  const { value } = useLoaded<UserStats>('/api/me/stats');
  if (!value || value.usage30Days === 0) return null;
  const most = Math.max(...value.usageByDay.map(({ tokens }) => tokens));
  return (
    <Card>
      <div className={css.between}>
        <h2>{words.balance.days}</h2>
        <span>{words.requests.tokens(formatTokens(value.usage30Days, locale))}</span>
      </div>
      <ul className={css.days}>
        {value.usageByDay.map(({ day, tokens }) => (
          <li
            key={day}
            className={css.day}
            data-none={tokens === 0 ? '' : undefined}
            style={{ height: `${(tokens / most) * 100}%` }}
            title={words.balance.day(formatDay(day, locale), formatTokens(tokens, locale))}
          >
            <span className="visually-hidden">
              {words.balance.day(formatDay(day, locale), formatTokens(tokens, locale))}
            </span>
          </li>
        ))}
      </ul>
      <div className={css.ends} aria-hidden="true">
        <span>{formatDay(value.usageByDay[0]?.day ?? '', locale)}</span>
        <span>{formatDay(value.usageByDay.at(-1)?.day ?? '', locale)}</span>
      </div>
    </Card>
  );
}

function Latest() {
  const { words } = useSession();
  const { value } = useLoaded<OwnLedgerList>('/api/me/ledger?limit=5');
  if (!value || value.items.length === 0) return null;
  return (
    <Card>
      <div className={css.between}>
        <h2>{words.balance.latest}</h2>
        <ButtonLink to="/statement" kind="quiet">
          {words.balance.whole}
        </ButtonLink>
      </div>
      <Entries entries={value.items} />
    </Card>
  );
}
