import { Chip, Group, Text } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Ticket, TicketList } from '../../../gateway/contract/tickets.ts';
import { usePages } from '../api/pages.ts';
import { useFormat } from '../format/use-format.ts';
import { useMay } from '../session/use-session.tsx';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { ExportMenu } from '../ui/export-menu.tsx';
import { NoMatch } from '../ui/no-match.tsx';
import { SearchBox } from '../ui/search/search-box.tsx';
import { FreshRows } from '../ui/table/fresh-rows.tsx';
import { ListFrame } from '../ui/table/list-frame.tsx';
import { useListKeys } from '../ui/table/use-list-keys.ts';
import { useSteadyRows } from '../ui/table/use-steady-rows.ts';
import { PacketMenu } from './packet-menu.tsx';
import { RequestDetail } from './request-detail.tsx';
import { RequestRow } from './request-row.tsx';
import css from './requests.module.css';
import { parseRequestsSearch, type RequestsSearch, STATUSES_OF, VIEWS, type View } from './requests-search.ts';
import { useRequestFields } from './use-request-fields.ts';

const route = getRouteApi('/requests');

/** Who waits for me? The queue, and beside it what a decision needs to know. */
export function RequestsScreen() {
  const { t } = useTranslation(['requests', 'common', 'frame']);
  const { ago, exact, compact } = useFormat();
  const may = useMay();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { view = 'waiting', request: openId } = search;
  const change = (changes: Partial<Record<keyof RequestsSearch, string | undefined>>) =>
    void navigate({ search: (before) => ({ ...before, ...changes }) as RequestsSearch, replace: true });

  const { view: _view, request: _request, pages: _pages, ...filters } = search;
  const isFiltered = Object.keys(filters).length > 0;
  const query = { status: STATUSES_OF[view], ...filters, sort: view === 'decided' ? '-decidedAt' : 'dueAt' };
  const list = usePages<Ticket>(['tickets', 'list'], '/api/admin/requests', query, true);
  const { rows: items, fresh, showFresh } = useSteadyRows(list, query);
  const fields = useRequestFields(items);
  const open = (ticket: Ticket) => change({ request: ticket.id });
  // The keyboard opens what it stands on, so that a decision is one key away.
  useListKeys({ items, group: t('list'), onMove: open });
  const first = list.data?.pages[0] as TicketList | undefined;
  const last = first?.lastDecision ?? null;
  const sums = first?.sums;

  const lastText = () => {
    if (last === null) return t('neverText');
    const about = { ticket: last.ticket, when: ago(last.at) };
    return last.by === null ? t('noneText', about) : t('noneTextBy', { ...about, who: last.by });
  };
  const next = items.find(({ id }, index) => index > items.findIndex((item) => item.id === openId) && id !== openId);

  return (
    <>
      <Group justify="space-between" mb="sm">
        <Chip.Group
          value={view}
          onChange={(value) => change({ view: value as View, request: undefined, pages: undefined })}
        >
          <Group gap={6}>
            {VIEWS.map((name) => (
              <Chip key={name} value={name} size="xs" variant="light">
                {t(`views.${name}`)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
        <Group gap="xs">
          <ExportMenu type="tickets" filters={query} rows={{ total: list.total }} />
          {may('approver') && <PacketMenu />}
        </Group>
      </Group>
      <div className={css.search}>
        <SearchBox
          list="requests"
          fields={fields}
          params={search}
          placeholder={t('searchHint')}
          group={t('frame:screens.requests')}
          onChange={(changed, { replace }) =>
            void navigate({
              search: (before) => parseRequestsSearch({ ...before, ...changed({ ...before }), pages: undefined }),
              replace,
            })
          }
        />
      </div>
      <div className={css.panes}>
        <section className={css.queue} aria-label={t('list')}>
          <ListFrame
            list={list}
            empty={
              !isFiltered ? (
                <EmptyPanel icon={<IconInbox size={36} />} title={t('noneTitle')} text={lastText()} />
              ) : (
                <NoMatch title={t('noMatchTitle')} onClear={() => void navigate({ search: { view }, replace: true })} />
              )
            }
          >
            <Group gap="sm" px="sm" py={6}>
              <Text size="sm" c="dimmed" role="status">
                {t('count', { count: list.total, formatted: exact(list.total) })}
                {sums !== undefined && sums.asked > 0 && (
                  <span title={exact(sums.asked)}>{` · ${t('sumAsked', { tokens: compact(sums.asked) })}`}</span>
                )}
                {sums !== undefined && sums.granted > 0 && (
                  <span title={exact(sums.granted)}>{` · ${t('sumGranted', { tokens: compact(sums.granted) })}`}</span>
                )}
              </Text>
              <FreshRows count={fresh} onShow={showFresh} />
            </Group>
            {items.map((ticket) => (
              <RequestRow key={ticket.id} ticket={ticket} isOpen={ticket.id === openId} onOpen={() => open(ticket)} />
            ))}
          </ListFrame>
        </section>
        <section className={css.detail} data-empty={openId === undefined || undefined}>
          {openId === undefined ? (
            <EmptyPanel icon={<IconInbox size={32} />} title={t('pick')} />
          ) : (
            <RequestDetail
              key={openId}
              id={openId}
              onDecided={() => next && change({ request: next.id })}
              onClose={() => change({ request: undefined })}
            />
          )}
        </section>
      </div>
    </>
  );
}
